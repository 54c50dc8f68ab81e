"""A prompt that the editor has open, with what is known of how it is saved."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from lsprotocol.types import TextDocumentSaveReason

from fourfold.lsp.serving.saved import Saved
from fourfold.text.same import content_hash, normalize

if TYPE_CHECKING:
    from collections.abc import Callable

    from pygls.workspace import TextDocument

    from fourfold.app.testing.standing import Standing
    from fourfold.lsp.folder import Folder
    from fourfold.project.steps import StepFile
    from fourfold.prompts.template import PromptTemplate
    from fourfold.store.records import StepHistory, Version
    from fourfold.versions.undo import LastChange

AUTOMATIC = (TextDocumentSaveReason.AfterDelay, TextDocumentSaveReason.FocusOut)
SAVING_SECONDS = 2.0
"""How long after a willSave its didSave may come."""


class OpenPrompt:
    """One prompt open in the editor. `uri` is the editor's own spelling of its URI."""

    def __init__(self, uri: str, document: TextDocument, folder: Folder, file: StepFile) -> None:
        self.uri = uri
        self.document = document
        self.folder = folder
        self.file = file
        self.first_text: str | None = normalize(document.source)
        """The text it was opened with, until the first save."""
        self.saves = 0
        """How often it has been saved."""
        self.undoing: LastChange | None = None
        """What the next save takes back, if it saves the text that the edit for it has given."""
        self._text: tuple[int | None, str, str] = (None, "", "")
        self._reason: TextDocumentSaveReason | None = None
        self._saving_until = 0.0
        self._last_save: tuple[float, str] | None = None
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []
        self._template: tuple[int | None, PromptTemplate] | None = None

    @property
    def text(self) -> str:
        """The buffer's text, normalised."""
        return self._normalized()[1]

    @property
    def hash(self) -> str:
        return self._normalized()[2]

    def _normalized(self) -> tuple[int | None, str, str]:
        if self._text[0] != self.document.version or self._text[0] is None:
            text = normalize(self.document.source)
            self._text = (self.document.version, text, content_hash(text))
        return self._text

    @property
    def saving(self) -> bool:
        """Whether the editor is about to report a save."""
        return time.monotonic() < self._saving_until

    async def history(self) -> StepHistory:
        """The step's versions, without waiting where they are known."""
        return await self.folder.known_history(self.file)

    async def is_stale(self) -> bool:
        """Whether the step's last result no longer counts in the workflow."""
        return await self.folder.workflow.is_stale(self.file.step)

    def standings(self, history: StepHistory) -> tuple[Standing, ...]:
        """How the text that the user sees stands on its tests, as far as it is known."""
        standings = self.folder.results.standings(self.file)
        return standings.get(self.hash, ()) if history.holding(self.hash) else ()

    def shown(self, history: StepHistory) -> Version:
        """The version that the user sees: the one whose text the buffer has, else the current."""
        return history.holding(self.hash) or history.current_version

    def will_save(self, reason: TextDocumentSaveReason) -> None:
        self._reason = reason
        self._saving_until = time.monotonic() + SAVING_SECONDS

    def did_save(self) -> Saved:
        """The save that the editor has just made."""
        automatic, goes_on = self._reason in AUTOMATIC, self._goes_on()
        saved = Saved(self.text, self.first_text, automatic, self.undoing, goes_on)
        self._saving_until, self.first_text, self.undoing, self._reason = 0.0, None, None, None
        self.saves += 1
        self.changed()
        return saved

    def _goes_on(self) -> str | None:
        """The hash of what was saved a moment before, if nobody told of that save and of this one:
        an editor that saves by itself, perhaps."""
        last, now = self._last_save, time.monotonic()
        self._last_save = (now, self.hash) if self._reason is None else None
        if last is None or self._last_save is None:
            return None
        return last[1] if now - last[0] <= self.folder.settings.join_saves else None

    async def template(self) -> PromptTemplate:
        """The prompt as it is read, problems included."""
        from fourfold.prompts.formats import parse_as

        version = self.document.version
        if self._template is None or self._template[0] != version:
            read = await asyncio.to_thread(parse_as, self.text, self.file.format)
            self._template = (version, read)
        return self._template[1]

    def changed(self) -> None:
        """The editor has changed the text, or saved it."""
        # Judged here and now: the next change may come before what waits can look.
        for condition, future in self._waiting:
            if not future.done() and condition():
                future.set_result(None)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Returns once the condition holds or has held, looking at each change and each save."""
        if condition():
            return
        waiting = (condition, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        try:
            await waiting[1]
        finally:
            self._waiting.remove(waiting)
