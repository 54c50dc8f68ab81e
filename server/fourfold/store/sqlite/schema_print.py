"""What the migrations make, so that opening is quick. Made by `make generate`."""

SCHEMA_VERSION = 1
"""How many there are; kept in `PRAGMA user_version`."""

SCHEMA_PRINT = "a33eb7c871c7f326504fff55c07676d0"
"""What `schema_print` gives for their tables."""
