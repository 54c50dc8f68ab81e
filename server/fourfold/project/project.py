"""One workspace folder: its settings, its store and its steps, wired together."""

from __future__ import annotations

import os
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.project import opening
from fourfold.project.steps import StepFiles
from fourfold.prompts.step_ids import no_step
from fourfold.text.same import content_hash, normalize
from fourfold.versions.record import SavedText, record
from fourfold.workflow.input_files import InputFiles
from fourfold.workflow.snapshot import ConfigurationNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fourfold.project.documents import Document
    from fourfold.project.steps import StepFile
    from fourfold.settings import WorkspaceSettings
    from fourfold.store.ports.store import Store
    from fourfold.store.records import Cause, StepHistory
    from fourfold.versions.change import Change
    from fourfold.versions.reader import Sight
    from fourfold.versions.record import Recorded, VersionOnSave
    from fourfold.versions.scan import Taken
    from fourfold.versions.undo import LastChange
    from fourfold.workflow.checking import PromptInputs
    from fourfold.workflow.file.configuration import WorkflowConfig
    from fourfold.workflow.snapshot import Snapshot

WORKFLOW_FILE = "workflow.yaml"


class UnsavedPromptError(InvalidArgumentError):
    """The prompt is not on disk yet, so it has no versions."""

    def __init__(self, path: Path) -> None:
        super().__init__("uri", f"{path.name} has no versions; save it first.")


class Project:
    """What editors and the command line work on. Nothing here waits for a model.

    Methods may take a moment (they read files and the database), so a server calls them away from
    its event loop, from one thread at a time. They raise FourfoldError for the user.
    """

    def __init__(
        self, folder: Path, settings: WorkspaceSettings, *, aside: Path | None = None
    ) -> None:
        """With `aside` the store is in that folder, so that nothing is put into the project's."""
        self.folder = Path(os.path.realpath(folder))
        self._aside = aside
        self.settings = settings
        self.steps = StepFiles(self.folder, settings)
        self.input_files = InputFiles(self.folder)
        self.configuration_names = ConfigurationNames(self.input_files)
        self.last_snapshot: Snapshot | None = None
        self.notices: list[str] = []
        self._store: Store | None = None
        self._seen: set[str] = set()
        self._workflow: tuple[tuple[int, int, int], WorkflowConfig] | None = None

    @cached_property
    def key(self) -> str:
        """A short name for the folder, in the URIs of its documents."""
        return content_hash(str(self.folder))[:8]

    def uri_of(self, document: Document) -> str:
        """The URI of one of the folder's documents, as an editor that can read it gets it."""
        return document.uri(self.key)

    @property
    def store(self) -> Store:
        """The folder's store, opened on first use, which may add to `notices`. Opened again where
        its database was deleted (`git clean` does it), since what went there would be lost."""
        if self._store is not None and not self._store.is_in_place():
            self._seen.clear()
            self.notices.append(self._store.reopen())
        if self._store is None:
            self._store, notice = opening.open_store(self.folder, self._aside)
            if notice:
                self.notices.append(notice)
            self.remember_ids()
        return self._store

    def _recall(self) -> None:
        """Brings the ids that files were given, if there is a store that knows some."""
        if self._store is None and self.is_used:
            _ = self.store

    def remember_ids(self) -> None:
        """Goes on with the ids that files were given, also by other processes."""
        if self._store is not None:
            self.steps.remember(self._store.paths())

    @property
    def is_used(self) -> bool:
        """Whether the folder has a store, so that more may be put into it."""
        from fourfold.store.state_folder import STATE_FOLDER

        return ((self._aside or self.folder) / STATE_FOLDER).is_dir()

    def configure(self, settings: WorkspaceSettings) -> None:
        """Goes on with other settings."""
        self.settings = settings
        self.steps.configure(settings)
        self._workflow = None

    def step_at(self, path: Path) -> StepFile | None:
        """The step that the file at `path` is, however the path leads there."""
        return self.steps.of_path(path) or self.steps.of_path(real_place(path))

    def as_remembered(self, file: StepFile) -> StepFile:
        """The step of a file with the id that it was once given."""
        self._recall()
        return file if self.steps.is_right(file) else self.steps.of_path(file.path) or file

    def why_no_step(self, path: Path) -> str | None:
        """Why the file at `path` is no step, however the path leads there; None where it is one."""
        reason = self.steps.why_no_prompt(path)
        return None if reason is None else self.steps.why_no_prompt(real_place(path))

    def step_file(self, step: str) -> StepFile:
        """The prompt file of a step, also of one whose file is deleted; InvalidArgumentError."""
        if (found := self.find_step(step)) is not None:
            return found
        known = [file.step for file in self.all_steps()]
        raise InvalidArgumentError("step", no_step(step, known))

    def find_step(self, step: str) -> StepFile | None:
        """As `step_file`; None where there is no such step."""
        self._recall()
        if (found := self.steps.find(step)) is not None:
            return found
        is_known = self.is_used and self.store.state(step) is not None
        return self.steps.remembered(step) if is_known else None

    def all_steps(self) -> list[StepFile]:
        """The steps that have a file, in the order of workflow.yaml."""
        self._recall()
        found = {file.step: file for file in self.steps.all()}
        return [found[step] for step in self.workflow().ordered(found)]

    @cached_property
    def prompt_inputs(self) -> PromptInputs:
        """The inputs of the prompts on disk."""
        from fourfold.workflow.checking import PromptInputs

        return PromptInputs(self)

    @property
    def workflow_file(self) -> Path:
        """Where workflow.yaml is or would be."""
        return self.steps.home / WORKFLOW_FILE

    def workflow(self) -> WorkflowConfig:
        """What workflow.yaml says, as it is on disk; an empty one where it is missing or cannot be
        read. The same object as long as the file stays the same."""
        from fourfold.versions.prompt_files import UnreadablePromptError, read_prompt
        from fourfold.workflow.file.configuration import NO_WORKFLOW, parse

        try:
            found = self.workflow_file.stat()
            stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
            if self._workflow is None or self._workflow[0] != stamp:
                text = read_prompt(self.workflow_file, self.folder)
                self._workflow = (stamp, parse(text))
        except (OSError, UnreadablePromptError):
            return NO_WORKFLOW
        return self._workflow[1]

    def history(self, file: StepFile) -> StepHistory:
        """The step's versions; its file becomes v1 where it was never seen. UnsavedPromptError
        where there is none."""
        file = self.as_remembered(file)
        known = self.store.history(file.step)
        if known is None:
            self.read_from_disk([file])
            known = self.store.history(file.step)
        if known is None:
            self.disk_text(file)  # says why the file could not be taken in
            raise UnsavedPromptError(file.path)
        return known

    def seed(self, file: StepFile, text: str) -> None:
        """Makes `text`, which a person has before them, the first version of a step that was never
        seen; a renamed file has its history already."""
        file = self.as_remembered(file)
        self._take_over(file, text)
        if self.store.state(file.step) is None:
            self._record(file, SavedText(file.step, self.steps.place(file.path), text, "command"))

    def save(
        self,
        file: StepFile,
        text: str,
        cause: Cause,
        *,
        automatic: bool = False,
        goes_on: str | None = None,
    ) -> Change:
        """Takes a text that was saved into the step's history, as the settings want it; the rest
        is as in `SavedText`."""
        file = self.as_remembered(file)
        self._take_over(file, text)
        place = self.steps.place(file.path)
        saved = SavedText(file.step, place, text, cause, automatic, goes_on)
        return self._record(file, saved, self.settings.version_on_save)

    def keep(self, file: StepFile, text: str, cause: Cause) -> Recorded:
        """As `save`, with the versions as they are then, where nobody else has changed them yet."""
        from fourfold.versions.record import record_and_read

        file = self.as_remembered(file)
        self._take_over(file, text)
        saved = SavedText(file.step, self.steps.place(file.path), text, cause)
        recorded = record_and_read(self.store, saved, self.settings.version_on_save)
        self.steps.give(file)
        return recorded

    def _take_over(self, file: StepFile, text: str) -> None:
        """Gives a step that was never seen the history of the one that was renamed."""
        if file.step in self._seen:
            return
        if self.store.state(file.step) is None:
            from fourfold.versions.scan import take_over

            path, text = self.steps.place(file.path), normalize(text)
            if old := take_over(self.store, file.step, path, text, self._has_file):
                self._seen.discard(old)
        self._seen.add(file.step)

    def _record(self, file: StepFile, saved: SavedText, mode: VersionOnSave = "always") -> Change:
        change = record(self.store, saved, mode)
        self.steps.give(file)
        return change

    def read_from_disk(
        self,
        files: Iterable[StepFile],
        *,
        patience: float | None = None,
        sights: Mapping[str, Sight] | None = None,
    ) -> Taken:
        """Takes in the texts that other programs left on disk, renamed files with their history.

        Files that somebody is writing to are waited for, `patience` seconds (else as long as a
        command waits), and then `unfinished`; `sights` are those of the time before.
        """
        from fourfold.versions.reader import PATIENCE_SECONDS
        from fourfold.versions.scan import take_in

        files = [self.as_remembered(file) for file in files]
        taken = take_in(
            self.store,
            self.folder,
            [(file.step, self.steps.place(file.path)) for file in files],
            self._has_file,
            self.settings.version_on_save,
            patience=PATIENCE_SECONDS if patience is None else patience,
            sights=sights,
        )
        self._seen.difference_update(old for old, _ in taken.renames)
        kept = {change.step for change in taken.changes if change.after is not None}
        for file in files:
            if file.step in kept and file.path.is_file():
                self.steps.give(file)
        return taken

    def _has_file(self, step: str) -> bool:
        return self.steps.find(step) is not None

    def rename(self, old: StepFile, new: StepFile) -> bool:
        """Gives a renamed prompt file its history; False where the new name has one already."""
        from fourfold.versions.scan import rename

        renamed = rename(self.store, old.step, new.step, self.steps.place(new.path))
        if renamed:
            self._seen.discard(old.step)
            self.steps.give(new)
        return renamed

    def disk_text(self, file: StepFile) -> str | None:
        """The text of the prompt file, None where it is deleted; UnreadablePromptError, also where
        somebody goes on writing to it."""
        from fourfold.versions.reader import read_settled

        try:
            return read_settled(file.path, self.folder, partial(self.holds, file))
        except FileNotFoundError:
            return None

    def text_now(self, file: StepFile) -> str | None:
        """What is in the prompt file at this moment, half written perhaps, None where it is
        deleted; UnreadablePromptError where it can be no prompt."""
        from fourfold.versions.prompt_files import read_prompt

        try:
            return read_prompt(file.path, self.folder)
        except FileNotFoundError:
            return None

    def holds(self, file: StepFile, text: str) -> bool:
        """Whether a version of the step has that text, so that nothing is lost without it."""
        state = self.store.state(file.step)
        return state is not None and state.holding(content_hash(normalize(text))) is not None

    def switch(self, file: StepFile, number: int) -> Change:
        """Makes a kept version current. The caller goes on to give the
        file its text."""
        from fourfold.versions.record import switch

        return switch(self.store, file.step, number)

    def last_change(self, file: StepFile) -> LastChange:
        """What `undo` would take back, and the text that the prompt then has; FourfoldError where
        nothing can be undone."""
        from fourfold.versions.undo import last_change

        return last_change(self.store, file.step)

    def undo(self, file: StepFile, expected: LastChange | None = None) -> Change:
        """Takes the step's last change back, as `undo` of `versions.undo` raises. The caller goes
        on to give the file its text."""
        from fourfold.versions.undo import undo

        return undo(self.store, file.step, expected)

    def claim(self, file: StepFile, numbers: Iterable[int]) -> None:
        """Makes those of these versions the person's that other programs made."""
        from fourfold.versions.record import claim

        claim(self.store, file.step, numbers)

    def pin(self, file: StepFile, number: int, pinned: bool) -> None:
        """Keeps a version from being pushed out, or lets it go again; InvalidArgumentError."""
        from fourfold.versions.record import pin

        pin(self.store, file.step, number, pinned)

    def name(self, file: StepFile, number: int, text: str | None) -> None:
        """Gives a version a name, or takes it away; InvalidArgumentError."""
        from fourfold.versions.record import name

        name(self.store, file.step, number, text)

    def write_text(self, file: StepFile, text: str) -> None:
        """Gives the prompt file this text, if it has another; FourfoldError."""
        from fourfold.versions.prompt_files import write_prompt

        if self.disk_text(file) == text:
            return
        try:
            write_prompt(file.path, text, self.folder)
        except OSError as error:
            raise FourfoldError(
                f"{file.path} could not be written ({error.strerror}), so it still holds its old "
                "text; make it writable and choose the version again."
            ) from error

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None
            self._seen.clear()


def real_place(path: Path) -> Path:
    """The path without the links that lead to its folder; a link to the file itself stays."""
    return Path(os.path.realpath(path.parent), path.name)
