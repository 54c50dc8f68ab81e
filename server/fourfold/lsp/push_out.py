"""Says how to keep a version, before a save pushes out one that was worth something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.text import figures

if TYPE_CHECKING:
    from fourfold.lsp.buffers import Buffer
    from fourfold.store.records import Version

MANY_RUNS = 20
"""A version with more runs than this is worth a question."""


class PushOutWarnings:
    """Tells once of each version, as soon as its user writes what would push it out."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, int]] = set()

    def look(self, buffer: Buffer) -> None:
        """The user has changed a buffer."""
        history = buffer.folder.histories.get(buffer.file.step)
        gone = history.next_out if history else None
        if history is None or gone is None or (gone.step, gone.number) in self._seen:
            return
        if history.holding(buffer.hash) is None:
            buffer.folder.server.spawn(self._tell(buffer, gone))

    async def _tell(self, buffer: Buffer, gone: Version) -> None:
        folder = buffer.folder
        rated = await folder.call(folder.project.store.is_rated, gone.step, gone.number)
        if (gone.step, gone.number) in self._seen or not (rated or gone.run_count > MANY_RUNS):
            return
        self._seen.add((gone.step, gone.number))
        has = figures.counted(gone.run_count, "run") + (", some of them rated" if rated else "")
        folder.server.client.tell(
            f"The next new version of {gone.step} pushes out {gone.label}, which has {has}: pin it "
            f"to keep it, by the code action “Pin {gone.label}” or `fourfold pin {gone.step} "
            f"{gone.label}`."
        )
