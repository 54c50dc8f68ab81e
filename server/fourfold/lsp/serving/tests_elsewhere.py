"""Matrices that other processes and other people carry out: told of like those of this editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.lsp.events import FolderTakenIn, ResultsChanged, TestsChanged

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.lsp.serving.project_thread import ProjectThread
    from fourfold.project.project import Project
    from fourfold.store.records import MatrixNews


class TestsElsewhere:
    """Those of one folder. `is_ours` says of a matrix, by its id, whether this editor has it go
    on."""

    __test__ = False  # pytest's business is another one

    def __init__(self, project: ProjectThread, is_ours: Callable[[str], bool]) -> None:
        self._project = project
        self._is_ours = is_ours
        self._known: dict[str, MatrixNews] | None = None
        self._stale = False
        self._looking = False
        for event in (FolderTakenIn, ResultsChanged):
            project.events.follow(event, lambda _: self._look_soon())

    def _look_soon(self) -> None:
        self._stale = True
        if not self._looking:
            self._looking = True
            self._project.spawn(self._look())

    async def _look(self) -> None:
        try:
            while self._stale:
                self._stale = False
                news = {one.id: one for one in await self._project.ask(_news)}
                before, self._known = self._known, news
                for one in news.values():
                    changed = before is not None and before.get(one.id) != one
                    if (changed or one.goes_on) and not self._is_ours(one.id):
                        told = TestsChanged(one.step, one.id, goes_on=one.goes_on)
                        self._project.events.publish(told)
        finally:
            self._looking = False


def _news(project: Project) -> list[MatrixNews]:
    return project.store.matrix_news() if project.is_used else []
