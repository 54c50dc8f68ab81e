"""What the watcher tells of, by the real file system."""

from __future__ import annotations

import contextlib
import shutil
import threading
from typing import TYPE_CHECKING

import pytest

from fourfold.versions.watcher import FolderWatcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LIMIT_S = 30


class Watch:
    """A watcher of `folder`, and of two folders in it, with everything it tells of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prompts = folder / "prompts"
        self._touched: list[set[Path]] = []
        self._told = threading.Condition()
        self.count = 0
        self.watcher = FolderWatcher(folder, self._on_touched)
        self.watcher.start(self.folders)

    @property
    def folders(self) -> list[Path]:
        return [self.folder, self.prompts, self.prompts / "sub"]

    def _on_touched(self, paths: set[Path]) -> None:
        with self._told:
            self._touched.append(paths)
            self.count += self.prompts / "a.md" in paths
            self._told.notify_all()

    def tells_of(self, *paths: Path) -> None:
        """Waits for all of them, and forgets them."""
        with self._told:
            assert self._told.wait_for(lambda: self.all.issuperset(paths), LIMIT_S), self._touched
            self._touched.clear()

    @property
    def all(self) -> set[Path]:
        return set().union(*self._touched)

    def settle(self) -> set[Path]:
        """What was told until a file that is made now is told of, without that."""
        mark = self.folder / "mark"
        mark.write_text("x")
        with self._told:
            assert self._told.wait_for(lambda: mark in self.all, LIMIT_S)
            told = self.all - {mark}
            self._touched.clear()
        return told


@pytest.fixture
def watching() -> Iterator[Callable[..., Watch]]:
    """Makes watchers that are stopped at the end."""
    with contextlib.ExitStack() as stack:

        def make(folder: Path) -> Watch:
            watch = Watch(folder)
            stack.callback(watch.watcher.stop)
            return watch

        yield make


@pytest.fixture
def watch(tmp_path: Path, watching: Callable[..., Watch]) -> Watch:
    (tmp_path / "prompts" / "sub").mkdir(parents=True)
    (tmp_path / "prompts" / "a.md").write_text("A")
    return watching(tmp_path)


def test_a_write_in_place(watch: Watch):
    (watch.prompts / "a.md").write_text("B")
    watch.tells_of(watch.prompts / "a.md")


def test_an_atomic_save(watch: Watch):
    temporary = watch.prompts / ".a.md.tmp"
    temporary.write_text("B")
    temporary.replace(watch.prompts / "a.md")
    watch.tells_of(watch.prompts / "a.md")


def test_a_save_that_keeps_a_backup(watch: Watch):
    path = watch.prompts / "a.md"
    path.rename(watch.prompts / "a.md~")
    path.write_text("B")
    watch.tells_of(path)


def test_a_rename(watch: Watch):
    (watch.prompts / "a.md").rename(watch.prompts / "sub" / "b.md")
    watch.tells_of(watch.prompts / "a.md", watch.prompts / "sub" / "b.md")


def test_a_renamed_folder(watch: Watch):
    (watch.prompts / "sub").rename(watch.prompts / "other")
    watch.tells_of(watch.prompts / "sub", watch.prompts / "other")
    watch.watcher.watch([*watch.folders, watch.prompts / "other"])
    (watch.prompts / "other" / "b.md").write_text("B")
    watch.tells_of(watch.prompts / "other" / "b.md")


def test_a_deleted_file(watch: Watch):
    (watch.prompts / "a.md").unlink()
    watch.tells_of(watch.prompts / "a.md")


def test_a_new_folder(watch: Watch):
    new = watch.prompts / "new"
    new.mkdir()
    watch.tells_of(new)
    (new / "a.md").write_text("not watched yet")
    assert watch.settle() == set()
    watch.watcher.watch([*watch.folders, new])
    (new / "b.md").write_text("B")
    watch.tells_of(new / "b.md")


def test_a_folder_that_is_watched_no_more(watch: Watch):
    watch.watcher.watch([watch.folder, watch.prompts])
    (watch.prompts / "sub" / "b.md").write_text("B")
    assert watch.settle() == set()
    (watch.prompts / "b.md").write_text("B")
    watch.tells_of(watch.prompts / "b.md")


def test_many_writes_in_a_row_are_told_of_together(watch: Watch):
    path = watch.prompts / "a.md"
    for number in range(200):
        path.write_text(f"{number}")
    watch.settle()
    assert 1 <= watch.count < 20


def test_reading_is_not_told_of(watch: Watch):
    (watch.prompts / "a.md").read_text()
    list(watch.prompts.iterdir())
    assert watch.settle() == set()


def test_what_lies_deeper_is_not_told_of(watch: Watch):
    (watch.folder / "node_modules").mkdir()
    watch.tells_of(watch.folder / "node_modules")
    (watch.folder / "node_modules" / "x.md").write_text("x")
    assert watch.settle() == set()


def test_a_prompt_folder_that_goes_and_comes_back(watch: Watch):
    """As when another branch without prompts is checked out for a while."""
    for _ in range(2):
        shutil.rmtree(watch.prompts)
        watch.tells_of(watch.prompts)
        watch.prompts.mkdir()
        watch.tells_of(watch.prompts)
        watch.watcher.watch(watch.folders)
        (watch.prompts / "a.md").write_text("A")
        watch.tells_of(watch.prompts / "a.md")


def test_a_prompt_folder_that_is_replaced_at_once(watch: Watch):
    other = watch.folder / "other"
    (other / "sub").mkdir(parents=True)
    watch.prompts.rename(watch.folder / "old")
    other.rename(watch.prompts)
    watch.tells_of(watch.prompts)
    watch.watcher.watch(watch.folders)
    for path in (watch.prompts / "b.md", watch.prompts / "sub" / "b.md"):
        path.write_text("B")
        watch.tells_of(path)
    (watch.folder / "old" / "a.md").write_text("nobody's business")
    (watch.folder / "old" / "sub" / "a.md").write_text("nobody's business")
    assert watch.settle() == set()


def test_a_thousand_folders_take_one_descriptor_and_two_threads(tmp_path: Path, watching):
    folders = [tmp_path / "prompts", *(tmp_path / "prompts" / f"{i}" for i in range(1000))]
    for folder in folders:
        folder.mkdir()
    threads = threading.active_count()
    watch = watching(tmp_path)
    watch.watcher.watch([tmp_path, *folders])
    assert threading.active_count() <= threads + 3
    for folder in (folders[1], folders[-1]):
        (folder / "a.md").write_text("A")
        watch.tells_of(folder / "a.md")


def test_a_prompt_folder_that_is_a_link_inside_the_workspace(tmp_path: Path, watching):
    (tmp_path / "real").mkdir()
    (tmp_path / "prompts").symlink_to(tmp_path / "real", target_is_directory=True)
    watch = watching(tmp_path)
    (watch.prompts / "a.md").write_text("A")
    watch.tells_of(watch.prompts / "a.md")


def test_a_link_out_of_the_workspace_is_not_followed(tmp_path: Path, watching):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (inside / "prompts").symlink_to(outside, target_is_directory=True)
    watch = watching(inside)
    (outside / "a.md").write_text("A")
    assert watch.settle() == set()


def test_a_folder_that_cannot_be_watched_is_an_error_and_leaves_no_thread(tmp_path: Path, watching):
    before = threading.active_count()
    with pytest.raises(OSError, match="No such file"):
        watching(tmp_path / "missing")
    assert threading.active_count() == before


def test_stops_at_once(watch: Watch):
    (watch.prompts / "a.md").write_text("B")
    watch.watcher.stop()
    assert not any(thread.name == "fourfold-watch" for thread in threading.enumerate())
