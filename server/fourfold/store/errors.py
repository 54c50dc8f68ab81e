"""What can go wrong with a database. Light to import, as who only catches it needs no sqlite3."""

from __future__ import annotations

from fourfold.errors import FourfoldError


class StoreError(FourfoldError):
    """The database could not do what was asked; nothing was changed."""


class NewerDatabaseError(StoreError):
    """The database was written by a newer release; it was left as it is."""


class ForeignDatabaseError(StoreError):
    """The file is a database, but none that this user made here; the text says so of "the version
    database", as a predicate."""


class DamagedDatabaseError(StoreError):
    """The file is no database, or its pages contradict each other."""


class NotKeptError(StoreError):
    """A run is of a version that is no longer kept."""
