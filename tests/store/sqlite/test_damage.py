"""Random damage: each database works or is set aside, and nobody sees an error of our own."""

from __future__ import annotations

import contextlib
import random
import shutil
from typing import TYPE_CHECKING

import pytest

from fourfold.store.errors import StoreError
from fourfold.store.sqlite.ownership import OwnDatabases
from support.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAGE = 4096
STARTS = 3
"""One that meets the damage, one that sets the database aside, one that works."""


def bits(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice([1, 8, 64])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def header(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(100)] = chance.randrange(256)


def pages(data: bytearray, chance: random.Random) -> None:
    one, other = (chance.randrange(len(data) // PAGE) * PAGE for _ in range(2))
    data[one : one + PAGE], data[other : other + PAGE] = (
        data[other : other + PAGE],
        data[one : one + PAGE],
    )


def zeros(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data) // PAGE) * PAGE
    data[start : start + PAGE] = bytes(PAGE)


def cut(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def grown(data: bytearray, chance: random.Random) -> None:
    data += chance.randbytes(chance.randrange(1, 3 * PAGE))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with twenty steps, whose database still has a WAL."""
    folder = tmp_path_factory.mktemp("whole")
    workspace = Workspace(folder)
    for number in range(20):
        for text in ("one", "two " * 400, "three", "four", "five"):
            workspace.save(f"{text} {number}", f"s{number}")
        workspace.run(5, f"response {number} " * 50, step=f"s{number}")
    copy = folder.with_name("with a WAL")
    shutil.copytree(folder, copy)
    workspace.project.close()
    with taken_for(folder, copy):
        pass
    shutil.rmtree(folder)
    copy.rename(folder)
    return folder


@pytest.mark.parametrize("part", ["fourfold.db", "fourfold.db-wal"])
@pytest.mark.parametrize("damage", [bits, header, pages, zeros, cut, grown])
@pytest.mark.parametrize("seed", range(4))
def test_it_works_or_is_set_aside(
    seed: int,
    damage: Callable[[bytearray, random.Random], None],
    part: str,
    whole: Path,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "damaged"
    shutil.move(shutil.copytree(whole, tmp_path / "copy"), folder)
    path = folder / ".fourfold" / part
    data = bytearray(path.read_bytes())
    damage(data, random.Random(f"{seed} {damage.__name__} {part}"))
    path.write_bytes(data)
    with taken_for(whole, folder):
        for start in range(STARTS):
            with Workspace(folder) as workspace:
                try:
                    use(workspace)
                except StoreError:
                    assert start < STARTS - 1
                    continue
                assert workspace.project.store.step_names()
                assert not any("not made by you" in notice for notice in workspace.project.notices)


@contextlib.contextmanager
def taken_for(original: Path, folder: Path) -> Iterator[None]:
    """The copy in `folder` counts as made there, and nothing as made in `original`."""
    (entry,) = (
        file for file in OwnDatabases().folder.iterdir() if file.read_text() == _database(original)
    )
    entry.write_text(_database(folder))
    yield
    entry.write_text(_database(original))


def _database(folder: Path) -> str:
    return str(folder / ".fourfold" / "fourfold.db")


def use(workspace: Workspace) -> None:
    """What a start and a save do."""
    workspace.look()
    store = workspace.project.store
    store.end_interrupted_runs()
    for step in store.step_names():
        store.history(step)
        store.latest_run(step, 5)
    store.results()
    store.newest_runs()
    store.workflow_runs(5)
    workspace.save(f"six {workspace.folder}", "s3")
    workspace.undo("s3")
