"""Says how to keep a version, before a save pushes out one that was worth something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.lsp.events import TextChanged
from fourfold.lsp.open.prompt import OpenPrompt
from fourfold.text import figures

if TYPE_CHECKING:
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.store.records import Version

MANY_RUNS = 20
"""A version with more runs than this is worth a question."""


class PushOutWarnings:
    """Tells once of each version, as soon as its user writes what would push it out."""

    def __init__(self, server: FourfoldServer) -> None:
        self._server = server
        self._seen: set[tuple[str, int]] = set()
        server.events.follow(TextChanged, self._look)

    def _look(self, event: TextChanged) -> None:
        prompt = self._server.open.at(event.uri)
        if not isinstance(prompt, OpenPrompt):
            return
        history = prompt.folder.last_history(prompt.file.step)
        gone = history.next_out if history else None
        if history is None or gone is None or (gone.step, gone.number) in self._seen:
            return
        if history.holding(prompt.hash) is None:
            self._server.spawn(self._tell(prompt.folder, gone))

    async def _tell(self, folder: Folder, gone: Version) -> None:
        rated = await folder.ask(lambda project: project.store.is_rated(gone.step, gone.number))
        if (gone.step, gone.number) in self._seen or not (rated or gone.run_count > MANY_RUNS):
            return
        self._seen.add((gone.step, gone.number))
        has = figures.counted(gone.run_count, "run") + (", some of them rated" if rated else "")
        self._server.client.tell(
            f"The next new version of {gone.step} pushes out {gone.label}, which has {has}: pin it "
            f"to keep it, by the code action “Pin {gone.label}” or `fourfold pin {gone.step} "
            f"{gone.label}`."
        )
