"""Which store a workspace folder has, and which a team. Nothing else names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.store.ports.store import Store
    from fourfold.store.ports.team import Team
    from fourfold.user.secret import Secret


def open_store(folder: Path, aside: Path | None = None) -> tuple[Store, str | None]:
    """The store of a workspace folder, made if missing, and a notice for the user, if any. With
    `aside` it is all in that folder, and nothing is put into the workspace's; StoreError."""
    from fourfold.store.sqlite.ownership import OwnDatabases
    from fourfold.store.sqlite.store import SqliteStore

    own = OwnDatabases(aside / "databases") if aside is not None else None
    return SqliteStore.open(aside or folder, own)


def open_team(address: Secret, project: str, *, make: bool = False) -> Team:
    """A project of a team's, in the database at an address of PostgreSQL's; `make` makes it where
    it is not there, or brings its tables up to date. Raises FourfoldError."""
    from fourfold.store.postgres.team import PostgresTeam

    return PostgresTeam.open(address, project, make=make)
