"""A file that another program has not finished writing makes no version."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from fourfold.store.store import Store
from fourfold.versions.scan import Taken, take_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened, _ = Store.open(tmp_path)
    yield opened
    opened.close()


def look(store: Store, path: Path, *, patient: bool) -> Taken:
    files = [("a", ".md", path)]
    return take_in(store, path.parent, files, lambda _: True, "always", patient=patient)


@pytest.mark.parametrize(("text", "seconds"), [("half", 0.05), ("", 0.5)])
def test_what_was_written_a_moment_ago_is_left_for_later(
    text: str, seconds: float, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "a.md"
    path.write_text("one", encoding="utf-8")
    assert look(store, path, patient=True).changes[0].kind == "seeded"
    path.write_text(text, encoding="utf-8")
    now = time.time()
    os.utime(path, (now - seconds, now - seconds))
    early = look(store, path, patient=True)
    assert (early.changes, early.unfinished) == ([], {"a"})
    os.utime(path, (now - 2, now - 2))
    later = look(store, path, patient=True)
    assert (later.changes[0].kind, later.unfinished) == ("added", set())


def test_who_asks_now_gets_what_is_there(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("one", encoding="utf-8")
    look(store, path, patient=False)
    path.write_text("two", encoding="utf-8")
    taken = look(store, path, patient=False)
    assert (taken.changes[0].kind, taken.unfinished) == ("added", set())
