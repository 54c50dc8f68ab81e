"""Matrices that an editor started: progress, and the verdict in the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.events import TestsChanged, VersionsChanged
from fourfold.lsp.labels import label
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from fourfold.app.testing.matrix import Matrix, MatrixOptions, Progress
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

    async def start(
        self,
        file: StepFile,
        versions: Sequence[Version],
        options: MatrixOptions,
        names: Sequence[str] | None,
    ) -> Matrix:
        """Sets a matrix going and answers at once; FourfoldError where it cannot be begun."""
        from fourfold.app.testing.choosing import tests_named
        from fourfold.app.testing.making import make_matrix
        from fourfold.app.testing.texts import of_version

        found = await self._project.ask(tests_named, file, names)
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
        running = asyncio.ensure_future(matrix.run())
        self._going[running] = TestsChanged(file.step, matrix.id, goes_on=True)
        self._project.events.publish(VersionsChanged(()))  # it can be cancelled
        self._project.host.spawn(self._follow(matrix, running, shown))
        return matrix

    def are_going(self, step: str) -> bool:
        """Whether a matrix of a step goes on."""
        return any(one.step == step for one in self._going.values())

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
            if self._client.shows_progress:
                await self._show(running, shown)
            report = await running
        finally:
            ended = replace(self._going.pop(running), goes_on=False)
            self._project.events.publish(ended)
        self._client.tell(f"{report.step}: {report.sentence}")

    async def _show(self, running: asyncio.Task[TestReport], shown: _Shown) -> None:
        news = self._going[running]
        token, progress = await self._client.create_progress(running.cancel)
        begin = types.WorkDoneProgressBegin(label(f"Testing {news.step}"), cancellable=True)
        begin.percentage = 0
        progress.begin(token, begin)
        said = ""
        while not running.done():
            if said != shown.sentence:
                said = shown.sentence
                told = types.WorkDoneProgressReport(
                    message=label(said), percentage=shown.percentage
                )
                progress.report(token, told)
                self._project.events.publish(news)
            await asyncio.wait({running}, timeout=REPORT_SECONDS)
        progress.end(token, types.WorkDoneProgressEnd())


class _Shown:
    """How far a matrix is."""

    def __init__(self) -> None:
        self.sentence = ""
        self.percentage = 0

    def take(self, progress: Progress) -> None:
        self.percentage = min(100, 100 * progress.done // max(1, progress.planned))
        cost = "" if progress.cost_usd is None else f" · {figures.dollars(progress.cost_usd)}"
        calls = figures.counted(progress.calls, "call")
        self.sentence = f"{progress.done:,} of {progress.planned:,} · {calls}{cost}"
