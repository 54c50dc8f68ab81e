"""What a client that wants events is told of a folder."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fourfold.lsp.events import RunChanged, TestsChanged, VersionsChanged, WorkflowChanged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.lsp.serving.histories import Histories
    from fourfold.lsp.serving.project_thread import ProjectThread
    from fourfold.lsp.serving.views import Views
    from fourfold.store.records import Run

TOLD_AT_ONCE = 50
"""Steps that the editor is told of at once, so that what the user does never waits long for it."""


class ClientEvents:
    """Fourfold's own notifications, with the URIs that this editor can read."""

    def __init__(self, project: ProjectThread, histories: Histories, views: Views) -> None:
        self._project = project
        self._client = project.host.client
        self._histories = histories
        self._views = views
        self._telling = asyncio.Lock()
        if self._client.wants_events:
            project.events.follow(VersionsChanged, self._versions_changed)
            project.events.follow(RunChanged, self._run_changed)
            project.events.follow(TestsChanged, self._tests_changed)
            project.events.follow(WorkflowChanged, self._workflow_changed)

    def _versions_changed(self, event: VersionsChanged) -> None:
        for start in range(0, len(event.steps), TOLD_AT_ONCE):
            steps = event.steps[start : start + TOLD_AT_ONCE]
            self._project.host.spawn(self._tell_versions(steps))

    async def _tell_versions(self, steps: Sequence[str]) -> None:
        async with self._telling:  # in the order of the changes
            for file in await self._project.ask(
                lambda project: [project.find_step(step) for step in steps]
            ):
                if file and (history := self._histories.known.get(file.step)) is not None:
                    listed = await self._views.version_list(file, history)
                    self._client.event("fourfold/versionsChanged", listed.to_json())

    def _run_changed(self, event: RunChanged) -> None:
        self._project.host.spawn(self._tell_run(event.run))

    async def _tell_run(self, run: Run) -> None:
        from fourfold.app.answers.runs import RunSummary

        async with self._telling:  # in the order of the changes
            told = await self._views.publish(lambda uri_of: RunSummary.of(run, uri_of))
            self._client.event("fourfold/runChanged", told.to_json())

    def _tests_changed(self, event: TestsChanged) -> None:
        self._project.host.spawn(self._tell_tests(event))

    async def _tell_tests(self, event: TestsChanged) -> None:
        from fourfold.app.answers.tests import TestsNews

        async with self._telling:  # in the order of the changes
            file = await self._project.ask(lambda project: project.find_step(event.step))
            if file is not None:
                uri = self._views.prompt_uri(file)
                news = TestsNews(uri=uri, id=event.matrix, goes_on=event.goes_on)
                self._client.event("fourfold/testsChanged", news.to_json())

    def _workflow_changed(self, _: WorkflowChanged) -> None:
        self._client.event("fourfold/workflowChanged", {"uri": self._project.path.as_uri()})
