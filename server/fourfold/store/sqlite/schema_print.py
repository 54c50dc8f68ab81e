"""What the migrations make, so that opening is quick. Made by `make generate`."""

SCHEMA_VERSION = 1
"""How many there are; kept in `PRAGMA user_version`."""

SCHEMA_PRINT = "f02b5ffb6c3dcb0345fa33c06960495a"
"""What `schema_print` gives for their tables."""
