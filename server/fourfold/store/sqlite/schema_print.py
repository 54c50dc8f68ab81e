"""What the migrations make, so that opening is quick. Made by `make generate`."""

SCHEMA_VERSION = 1
"""How many there are; kept in `PRAGMA user_version`."""

SCHEMA_PRINT = "c34b7e3a8ea5af11592c6ed12f106ae5"
"""What `schema_print` gives for their tables."""
