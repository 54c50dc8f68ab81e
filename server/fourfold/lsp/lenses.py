"""The lenses that the editor shows: on the first line of a prompt, and in workflow.yaml."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from lsprotocol.types import CodeLens

from fourfold.errors import FourfoldError
from fourfold.lsp.convert import FIRST_LINE

if TYPE_CHECKING:
    from fourfold.lsp.server import FourfoldServer


class Lenses:
    """Answers the editor, and has it ask again where a lens that it shows would be another.

    It is not asked to where they would be the same: VS Code then draws none for half a second.
    """

    def __init__(self, server: FourfoldServer) -> None:
        self._server = server
        self._shown: dict[str, asyncio.Task[list[CodeLens] | None]] = {}
        self._stale = False
        self._refreshing = False

    async def ask(self, uri: str) -> list[CodeLens] | None:
        """The lenses of a document; None where it is neither a prompt nor a workflow.yaml."""
        reading = self._shown[uri] = asyncio.ensure_future(self._read(uri))
        return await reading

    def forget(self, uri: str) -> None:
        """The editor has closed the document."""
        self._shown.pop(uri, None)

    def refresh_soon(self) -> None:
        """Looks at all that are shown: once more for all that changes meanwhile."""
        self._stale = self._server.client.refreshes_lenses
        if self._stale and not self._refreshing:
            self._refreshing = True
            self._server.spawn(self._refresh())

    async def _refresh(self) -> None:
        try:
            while self._stale:
                self._stale = False
                if await self._would_be_others():
                    await self._server.client.refresh_lenses()
        finally:
            self._refreshing = False

    async def _would_be_others(self) -> bool:
        for uri, asked in list(self._shown.items()):
            await asyncio.wait({asked})
            if asked.cancelled():
                continue  # by the editor, which shows nothing of it
            shown = None if asked.exception() else asked.result()
            now = None
            with contextlib.suppress(FourfoldError):  # said to whoever asks
                now = await self._read(uri)
            if now != shown:
                return True
        return False

    async def _read(self, uri: str) -> list[CodeLens] | None:
        from fourfold.lsp.features.menu import lens_commands
        from fourfold.lsp.features.workflow_menu import read_entries
        from fourfold.project.project import UnsavedPromptError

        server = self._server
        if (workflow := server.workflow_files.get(uri)) is not None:
            return [CodeLens(at, command) for at, command, _ in await read_entries(workflow)]
        buffer = server.buffers.of_uri(uri)
        if buffer is None:
            return None
        try:
            history = await buffer.history()
        except UnsavedPromptError:
            return []
        finally:
            server.answered_first.set()
        state = await buffer.folder.workflow.state(buffer.file.step)
        commands = lens_commands(buffer, history, stale=state is not None and state.stale)
        return [CodeLens(FIRST_LINE, command) for command in commands]
