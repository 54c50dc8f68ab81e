"""What the migrations make, so that opening is quick. Made by `make generate`."""

SCHEMA_VERSION = 1
"""How many there are; kept in `PRAGMA user_version`."""

SCHEMA_PRINT = "1b172a684636ac081453b91536e8d946"
"""What `schema_print` gives for their tables."""
