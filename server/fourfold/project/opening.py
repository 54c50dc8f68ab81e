"""Which store a workspace folder has. Nothing else names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.store.ports.store import Store


def open_store(folder: Path, aside: Path | None = None) -> tuple[Store, str | None]:
    """The store of a workspace folder, made if missing, and a notice for the user, if any. With
    `aside` it is all in that folder, and nothing is put into the workspace's; StoreError."""
    from fourfold.store.sqlite.ownership import OwnDatabases
    from fourfold.store.sqlite.store import SqliteStore

    own = OwnDatabases(aside / "databases") if aside is not None else None
    return SqliteStore.open(aside or folder, own)
