"""What the migrations make, so that opening is quick. Made by `make generate`."""

SCHEMA_VERSION = 1
"""How many there are; kept in `PRAGMA user_version`."""

SCHEMA_PRINT = "40d2d02c61f869f0cc364765da41cb98"
"""What `schema_print` gives for their tables."""
