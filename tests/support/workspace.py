"""A workspace folder with prompts and a real database, handled as an editor would."""

from __future__ import annotations

import itertools
import os
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from fourfold.project.project import Project
from fourfold.runs.ids import RunIds
from fourfold.settings import WorkspaceSettings
from fourfold.store.records import Run

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.project.steps import StepFile
    from fourfold.store.records import RunStatus, StepHistory
    from fourfold.versions.change import Change
    from fourfold.versions.record import VersionOnSave
    from fourfold.versions.scan import Taken


class Workspace:
    """One server's view of `folder`; another one on the same folder is another server."""

    def __init__(self, folder: Path, mode: VersionOnSave = "always") -> None:
        self.folder = folder
        (folder / "prompts").mkdir(exist_ok=True)
        self.project = Project(folder, WorkspaceSettings(version_on_save=mode))
        self._ids = RunIds()
        self._counter = itertools.count()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.project.close()

    @property
    def database(self) -> Path:
        return self.folder / ".fourfold" / "fourfold.db"

    def mode(self, mode: VersionOnSave) -> None:
        self.project.configure(WorkspaceSettings(version_on_save=mode))

    def path(self, step: str = "a") -> Path:
        return self.folder / "prompts" / f"{step}.md"

    def file(self, step: str = "a") -> StepFile:
        found = self.project.step_at(self.path(step))
        assert found is not None
        return found

    def write(self, text: str, step: str = "a") -> Path:
        path = self.path(step)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def save(self, text: str, step: str = "a", *, automatic: bool = False) -> Change:
        """The editor writes the file and tells of it."""
        self.write(text, step)
        return self.project.save(self.file(step), text, "save", automatic=automatic)

    def command(self, text: str, step: str = "a") -> Change:
        """`fourfold.saveVersion`."""
        self.write(text, step)
        return self.project.save(self.file(step), text, "command")

    def external(self, text: str, step: str = "a") -> Taken:
        """Another program has written the file and is done, and the watcher tells of it."""
        path = self.write(text, step)
        done = time.time() - 1
        os.utime(path, (done, done))
        return self.look(step)

    def look(self, *steps: str) -> Taken:
        """Takes in these files, or all."""
        files = [self.file(step) for step in steps] if steps else list(self.project.steps.all())
        return self.project.read_from_disk(files)

    def switch(self, number: int, step: str = "a") -> None:
        self.project.switch(self.file(step), number)
        self.write_current(step)

    def undo(self, step: str = "a") -> None:
        self.project.undo(self.file(step))
        self.write_current(step)

    def write_current(self, step: str = "a") -> None:
        """Gives the file the current version's text."""
        self.project.write_text(self.file(step), self.history(step).current_version.text)

    def run(
        self, number: int, response: str = "", status: RunStatus = "succeeded", step: str = "a"
    ) -> str:
        """A run of a version; its id."""
        now = datetime.now(UTC)
        text = self.history(step).version(number).hash
        run = Run(
            self._ids.new(now), step, number, "m", status, text, started=now, response=response
        )
        self.project.store.insert_runs([run], [f"fingerprint {next(self._counter)}"])
        return run.id

    def history(self, step: str = "a") -> StepHistory:
        known = self.project.store.history(step)
        assert known is not None
        return known

    def kept(self, step: str = "a") -> str:
        """The kept versions, oldest first, the current one with a star: "1:A 2:B*"."""
        history = self.history(step)
        return " ".join(
            f"{version.number}:{version.text}{'*' * (version.number == history.current)}"
            for version in reversed(history.versions)
        )

    def disk(self, step: str = "a") -> str:
        return self.path(step).read_text(encoding="utf-8")

    def assert_whole(self) -> None:
        """The database finds no fault with itself."""
        with closing(self.raw()) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []

    def raw(self) -> sqlite3.Connection:
        """A connection as any program would open it, which knows nothing of our rules."""
        return sqlite3.connect(self.database, isolation_level=None)
