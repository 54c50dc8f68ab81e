"""Matrices that an editor started: progress, and the verdict in the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.events import TestsChanged, VersionsChanged
from fourfold.lsp.labels import label

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from fourfold.app.answers.board import Testing
    from fourfold.app.testing.matrix import Matrix
    from fourfold.app.testing.options import MatrixOptions, Progress
    from fourfold.app.testing.tests import FoundTests
    from fourfold.evals.matrix.report import TestReport
    from fourfold.lsp.serving.project_thread import ProjectThread
    from fourfold.lsp.serving.runs import FolderRuns
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Version

REPORT_SECONDS = 0.5


class FolderTests:
    """The matrices of one folder that go on."""

    def __init__(self, project: ProjectThread, runs: FolderRuns) -> None:
        self._project = project
        self._client = project.host.client
        self._runs = runs
        self._going: dict[asyncio.Task[TestReport], TestsChanged] = {}
        self._shown: dict[str, _Shown] = {}

    async def start(
        self,
        file: StepFile,
        versions: Sequence[Version],
        options: MatrixOptions,
        found: FoundTests,
    ) -> Matrix:
        """Sets a matrix going and answers at once; FourfoldError where it cannot be begun."""
        from fourfold.app.testing.making import make_matrix
        from fourfold.app.testing.texts import of_version

        shown = _Shown()
        matrix = await make_matrix(
            await self._runs.engine(),
            file,
            [of_version(version) for version in versions],
            options,
            found,
            note=self._client.tell,
            on_progress=shown.take,
        )
        shown.planned = matrix.planned
        self._shown[matrix.id] = shown
        running = asyncio.ensure_future(matrix.run())
        self._going[running] = TestsChanged(file.step, matrix.id, goes_on=True)
        self._project.events.publish(VersionsChanged(()))  # it can be cancelled
        self._project.host.spawn(self._follow(matrix, running, shown))
        return matrix

    def is_ours(self, matrix: str) -> bool:
        """Whether this editor has a matrix go on."""
        return matrix in self._shown

    def are_going(self, step: str) -> bool:
        """Whether a matrix of a step goes on."""
        return any(one.step == step for one in self._going.values())

    def going(self, step: str) -> Testing | None:
        """How far the tests of a step are that go on."""
        of_step = (one for one in self._going.values() if one.step == step)
        return next((self._shown[one.matrix].testing() for one in of_step), None)

    def cancel(self, ids: Collection[str] | None, step: str | None) -> None:
        """Cancels matrices, by their ids where these are given, of a step or of all; what is done
        is kept and reported."""
        for running, one in self._going.items():
            if step in (None, one.step) and (ids is None or one.matrix in ids):
                running.cancel()

    async def _follow(
        self, matrix: Matrix, running: asyncio.Task[TestReport], shown: _Shown
    ) -> None:
        for test in matrix.tests.refused:
            self._client.tell(str(test), error=True)
        try:
            await self._show(running, shown)
            report = await running
        finally:
            del self._shown[matrix.id]
            ended = replace(self._going.pop(running), goes_on=False)
            self._project.events.publish(ended)
        self._client.tell(f"{report.step}: {report.sentence}")

    async def _show(self, running: asyncio.Task[TestReport], shown: _Shown) -> None:
        """Says how far it is, to the editor as progress where that shows some."""
        news = self._going[running]
        token = progress = None
        if self._client.shows_progress:
            token, progress = await self._client.create_progress(running.cancel)
            begin = types.WorkDoneProgressBegin(label(f"Testing {news.step}"), cancellable=True)
            begin.percentage = 0
            progress.begin(token, begin)
        said = ""
        while not running.done():
            if said != shown.sentence:
                said = shown.sentence
                self._project.events.publish(news)
                if token is not None and progress is not None:
                    told = types.WorkDoneProgressReport(
                        message=label(said), percentage=shown.percentage
                    )
                    progress.report(token, told)
            await asyncio.wait({running}, timeout=REPORT_SECONDS)
        if token is not None and progress is not None:
            progress.end(token, types.WorkDoneProgressEnd())


class _Shown:
    """How far a matrix is."""

    def __init__(self) -> None:
        self.planned = 0
        self._progress: Progress | None = None

    def take(self, progress: Progress) -> None:
        self._progress = progress

    @property
    def percentage(self) -> int:
        progress = self._progress
        return min(100, 100 * progress.done // max(1, progress.planned)) if progress else 0

    @property
    def sentence(self) -> str:
        progress = self._progress
        if progress is None:
            return ""
        return f"{progress.done:,} of {progress.planned:,} · {progress.spent}"

    def testing(self) -> Testing:
        from fourfold.app.answers.board import Testing

        if self._progress is None:
            return Testing(done=0, planned=self.planned, calls=0, cost_usd=None)
        return Testing.copied(self._progress, elsewhere=False)
