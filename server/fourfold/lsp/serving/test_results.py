"""What tests have shown so far, as lenses tell it: read once, and again when it may be another."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from fourfold.app.testing.standing import read_standings
from fourfold.lsp.events import ResultsChanged, TestsChanged, TestsEdited, VersionsChanged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.app.testing.standing import Standings
    from fourfold.lsp.serving.project_thread import ProjectThread
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import TestResult

    Results = Mapping[tuple[str, str], TestResult]


_RESTS = 10
"""A reading is done again after so many times as long as it took."""


class TestResults:
    """The results of the tests of one folder."""

    __test__ = False  # pytest's business is another one

    def __init__(self, project: ProjectThread) -> None:
        self._project = project
        self._standings: dict[str, Standings] = {}
        self._fresh: dict[str, StepFile] = {}
        self._results: dict[str, Results] = {}
        self._waiting: set[str] = set()
        self._not_before: dict[str, float] = {}
        project.events.follow(TestsChanged, self._tests_changed)
        project.events.follow(TestsEdited, lambda _: self._reread())
        project.events.follow(ResultsChanged, lambda _: self._reread())

    def standings(self, file: StepFile) -> Standings:
        """How the versions stand, by the hashes of their texts, as far as it is known. It is read
        again behind that, and the lenses are when it is another then."""
        if file.step not in self._fresh:
            self._read_soon(file)
        return self._standings.get(file.step, {})

    def known(self, file: StepFile) -> Standings:
        """As `standings`, without reading anything."""
        return self._standings.get(file.step, {})

    async def of_tests(self, step: str) -> Results:
        """The last result of each text on each test, by the identity of the test and the hash of
        the text."""
        if step not in self._results:
            found = await self._project.ask(_last_results, step)
            self._results[step] = {(one.test, one.text): one for one in found}
        return self._results[step]

    def _read_soon(self, file: StepFile) -> None:
        self._fresh[file.step] = file
        if file.step not in self._waiting:
            self._waiting.add(file.step)
            self._project.spawn(self._read(file))

    async def _read(self, file: StepFile) -> None:
        """A reading that takes long, as that of a large matrix which goes on elsewhere, is not done
        again at once, so that the folder's thread has time for what the user does."""
        await self._project.host.first_lens_answered()
        await asyncio.sleep(self._not_before.get(file.step, 0.0) - time.monotonic())
        self._waiting.discard(file.step)
        begun = time.monotonic()
        found = await self._project.ask(read_standings, file)
        ended = time.monotonic()
        self._not_before[file.step] = ended + _RESTS * (ended - begun)
        if found != self._standings.get(file.step, {}):
            self._standings[file.step] = found
            self._project.events.publish(VersionsChanged((file.step,)))

    def _tests_changed(self, event: TestsChanged) -> None:
        if not event.goes_on:
            self._results.pop(event.step, None)
            if (file := self._fresh.get(event.step)) is not None:
                self._read_soon(file)  # there are editors that cannot be told to ask again

    def _reread(self) -> None:
        self._results.clear()
        self._fresh.clear()
        self._project.events.publish(VersionsChanged(()))


def _last_results(project: Project, step: str) -> list[TestResult]:
    return project.store.test_results(step) if project.is_used else []
