"""A file that another program has not finished writing makes no version."""

from __future__ import annotations

import itertools
import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from fourfold.versions.reader import Sight, UnsettledPromptError, read_settled

if TYPE_CHECKING:
    from pathlib import Path

    from support.workspace import Workspace


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    workspace.save("one")
    return workspace


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


@pytest.mark.parametrize("text", ["half", "a longer text than the one before", "o"])
def test_what_was_written_a_moment_ago_is_left_for_later(seeded: Workspace, text: str) -> None:
    path = seeded.write(text)
    age(path, 0.05)
    early = seeded.project.read_from_disk([seeded.file()], patience=0.0)
    assert (early.changes, [*early.unfinished]) == ([], ["a"])
    assert seeded.kept() == "1:one*"
    age(path, 0.25)
    later = seeded.project.read_from_disk([seeded.file()], patience=0.0)
    assert (later.changes[0].kind, later.unfinished) == ("added", {})


def test_a_text_that_is_kept_needs_no_waiting(seeded: Workspace) -> None:
    seeded.save("two")
    seeded.write("one")
    taken = seeded.project.read_from_disk([seeded.file()], patience=0.0)
    assert taken.unfinished == {}
    assert seeded.kept() == "1:one* 2:two"


def test_who_asks_now_waits_until_the_file_is_whole(seeded: Workspace) -> None:
    """As `open(path, "w")` empties it, and writes a moment later."""
    path = seeded.write("")
    writing = threading.Timer(0.1, lambda: path.write_text("whole", encoding="utf-8"))
    writing.start()
    seeded.project.read_from_disk([seeded.file()])
    writing.join()
    assert seeded.kept() == "1:one 2:whole*"
    assert seeded.project.disk_text(seeded.file()) == "whole"


def test_a_file_that_stays_empty_is_no_version(seeded: Workspace) -> None:
    assert seeded.external("").changes[0].kind == "none"
    assert seeded.kept() == "1:one*"
    seeded.external("two")
    assert seeded.kept() == "1:one 2:two*"


def test_a_new_file_that_is_empty_makes_no_step(workspace: Workspace) -> None:
    workspace.external("")
    assert workspace.project.store.history("a") is None
    workspace.external("one")
    assert workspace.kept() == "1:one*"


def test_a_file_that_is_never_left_alone_is_refused(
    seeded: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes whenever we wait."""
    path = seeded.write("begun")
    lines = itertools.count(1)

    def write(_: float) -> None:
        path.write_text("a line\n" * next(lines), encoding="utf-8")

    monkeypatch.setattr("fourfold.versions.reader.time.sleep", write)
    with pytest.raises(UnsettledPromptError, match=r"a\.md is being written by another"):
        read_settled(path, seeded.folder, lambda _: False, patience=0.5)
    taken = seeded.project.read_from_disk([seeded.file()], patience=0.3)
    assert [*taken.unfinished] == ["a"]
    assert seeded.kept() == "1:one*"


def test_a_time_in_the_future_tells_nothing_and_the_file_is_seen_twice(seeded: Workspace) -> None:
    path = seeded.write("two")
    age(path, -3600)
    with pytest.raises(UnsettledPromptError):
        read_settled(path, seeded.folder, lambda _: False, patience=0.0)
    assert read_settled(path, seeded.folder, lambda _: False) == "two"


def test_who_comes_back_has_seen_the_file_before(
    seeded: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("fourfold.versions.reader.time.monotonic", lambda: now)
    age(seeded.write("two"), -3600)

    def look(sights: dict[str, Sight] | None = None) -> dict[str, Sight]:
        file = seeded.file()
        return seeded.project.read_from_disk([file], patience=0.0, sights=sights).sights

    first = look()
    now += 0.1
    assert look(first) == first  # too early
    assert seeded.kept() == "1:one*"
    age(seeded.write("three"), -7200)
    now += 0.2
    second = look(first)
    assert second != first
    assert seeded.kept() == "1:one*"
    now += 0.25
    assert look(second) == {}
    assert seeded.kept() == "1:one 2:three*"
