"""What the editor saves, taken in in its order, and kept in mind for as long as it cannot be."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.lsp.events import SaveNotKept
from fourfold.store.errors import StoreError
from fourfold.text.same import normalize
from fourfold.versions.prompt_files import UnreadablePromptError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.lsp.serving.histories import Histories
    from fourfold.lsp.serving.project_thread import ProjectThread
    from fourfold.lsp.serving.saved import Saved
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.versions.change import Change


class Saves:
    """The saves of one folder."""

    def __init__(self, project: ProjectThread, histories: Histories) -> None:
        self._project = project
        self._histories = histories
        self._last: dict[str, asyncio.Task[None]] = {}
        # Changed on the folder's thread alone:
        self._unwritten: set[str] = set()  # the steps that were opened before they had a file
        self._owed: dict[StepFile, list[Saved]] = {}

    def opened(self, file: StepFile, text: str) -> asyncio.Future[None]:
        """Takes in what a file had when the editor opened it, before it can be changed."""

        def seed(project: Project) -> None:
            with contextlib.suppress(FourfoldError):  # said to whoever asks for its versions
                now = project.text_now(file)
                if now is None:
                    self._unwritten.add(file.step)
                elif now == text:
                    project.seed(file, text)

        return self._project.ask(seed)

    def take_in(self, file: StepFile, saved: Saved | None = None) -> None:
        """Takes in a save, after those that the database could not take in before; without one,
        those. What asks for the step meanwhile waits for it."""
        saving = self._project.ask(self._take_in, file, saved)
        self._last[file.step] = self._project.host.spawn(self._told(file, saving))

    def again(self) -> None:
        """Takes in what the database could not take in."""
        for file in list(self._owed):
            self.take_in(file)

    async def close(self) -> None:
        """Takes in what the database could not take in, if it can now."""
        with contextlib.suppress(FourfoldError):  # where it cannot, each try takes its time
            for file in list(self._owed):
                await self._project.ask(self._take_in, file, None)

    async def settled(self, step: str) -> None:
        """Returns once the last save of a step is taken in, or could not be."""
        if (saving := self._last.get(step)) is not None:
            await asyncio.wait({saving})

    def take_in_owed(self, project: Project, file: StepFile) -> None:
        """Takes in what the database could not, on the folder's thread, before anything else can
        become the first version of the step."""
        if file in self._owed and project.store.state(file.step) is None:
            self._take_in(project, file, None)

    def _take_in(self, project: Project, file: StepFile, saved: Saved | None) -> Change | None:
        pending = [*self._owed.pop(file, ()), *([saved] if saved is not None else ())]
        change = None
        while pending:
            try:
                change = self._save(project, file, pending[0]) or change
            except StoreError:
                self._owed[file] = worth_keeping(pending)
                raise
            except FourfoldError:
                if len(pending) == 1:  # it is said of the newest
                    raise
            del pending[0]
        return change

    def _save(self, project: Project, file: StepFile, saved: Saved) -> Change | None:
        # Raises where that file can have no versions. One that has moved meanwhile is told of
        # under its new name.
        if project.text_now(file) is None:
            return None
        if saved.first_text and file.step not in self._unwritten:
            project.seed(file, saved.first_text)
        self._unwritten.discard(file.step)
        if saved.undoing is not None and normalize(saved.text) == saved.undoing.text:
            from fourfold.versions.undo import CannotUndoError

            with contextlib.suppress(CannotUndoError):  # changed since: it is a save of that text
                return project.undo(file, saved.undoing)
        return project.save(
            file, saved.text, "save", automatic=saved.automatic, goes_on=saved.goes_on
        )

    async def _told(self, file: StepFile, saving: asyncio.Future[Change | None]) -> None:
        histories = self._histories
        try:
            change = await asyncio.shield(saving)  # a save goes on while the server ends
        except StoreError as error:
            self._project.tell_once(str(error))
            self._project.events.publish(SaveNotKept())
        except UnreadablePromptError as error:
            histories.unreadable[file.step] = str(error)
            raise
        else:
            self._project.forget_told()
            histories.unreadable.pop(file.step, None)
            if change is not None:
                await histories.changed(file)


def worth_keeping(saves: Sequence[Saved]) -> list[Saved]:
    """Those that can still be told from each other once they are taken in: the newest, as many as
    a step has versions. An automatic save adds nothing, so only the last thing may be one."""
    from fourfold.store.records import VERSION_CAP

    asked_for = [one for one in saves[:-1] if not one.automatic]
    return [*asked_for, saves[-1]][-VERSION_CAP:]
