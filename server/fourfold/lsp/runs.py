"""Runs that an editor started: one progress for each command, news of each run."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fourfold.project.shapes import run_summary

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from fourfold.errors import FourfoldError
    from fourfold.lsp.folder import Folder
    from fourfold.project.requests import RunOptions
    from fourfold.project.steps import StepFile
    from fourfold.runs.runner import Runner
    from fourfold.store.records import Run, Version


class FolderRuns:
    """The runs of one workspace folder."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._runner: Runner | None = None
        self._groups: list[dict[str, Run]] = []
        self._stale: set[str] = set()

    async def start(
        self, file: StepFile, versions: Sequence[Version], options: RunOptions
    ) -> list[Run]:
        """Sets the versions going and answers at once; what follows is told as it happens."""
        from fourfold.project.requests import make_requests

        folder, server = self._folder, self._folder.server
        registry = server.registry(folder.project.settings)
        requests = await make_requests(
            folder.project, registry, file, versions, options, self._ask_consent
        )
        runs = await self._ready().start(requests)
        going_on = {run.id: run for run in runs if not run.finished}
        if going_on:
            labels = ", ".join(version.label for version in versions)
            server.spawn(self._follow(f"Running {file.step} {labels}", going_on))
        await folder.reread([file.step])
        return runs

    async def _follow(self, title: str, runs: dict[str, Run]) -> None:
        from fourfold.lsp.progress import show_progress

        runner, server = self._ready(), self._folder.server
        runs.update({id_: run for id_ in runs if (run := runner.live(id_)) is not None})
        self._groups.append(runs)
        ended = asyncio.ensure_future(runner.wait(list(runs)))
        if server.client.shows_progress:
            await show_progress(server, title, runs, ended, lambda: runner.cancel(list(runs)))
        await ended
        self._groups.remove(runs)

    async def warm_up(self) -> None:
        """Does now what the first run would wait for: loading template engine and model client."""
        from fourfold.prompts.formats import warm_up

        await asyncio.to_thread(warm_up)
        await self._folder.server.registry(self._folder.project.settings).warm_up()

    def cancel(self, ids: Collection[str] | None, step: str | None) -> list[str]:
        """Cancels runs; the ids of those that it ends."""
        return self._runner.cancel(ids, step) if self._runner else []

    def live(self, run_id: str) -> Run | None:
        """A run that goes on, with the response so far."""
        return self._runner.live(run_id) if self._runner else None

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.close()

    def _ready(self) -> Runner:
        if self._runner is None:
            from fourfold.project.models import price
            from fourfold.runs.runner import Runner

            self._runner = Runner(
                self._folder.project.store,
                self._folder.call,
                on_change=self._changed,
                on_error=self._failed,
                price=price,
                at_once=self._folder.project.settings.concurrency,
            )
        return self._runner

    def _changed(self, run: Run) -> None:
        client = self._folder.server.client
        if client.wants_events:
            client.event("fourfold/runChanged", run_summary(run, self._folder.views.uri))
        self._folder.views.run_changed(run)
        before = None
        for group in self._groups:
            if run.id in group:
                before, group[run.id] = group[run.id], run
        if before is None or before.status != run.status:
            self._reread_soon(run.step)

    def _reread_soon(self, step: str) -> None:
        """Reads a step's history once for all runs of it that change together."""
        if not self._stale:
            asyncio.get_running_loop().call_soon(lambda: self._folder.server.spawn(self._reread()))
        self._stale.add(step)

    async def _reread(self) -> None:
        steps, self._stale = self._stale, set()
        await self._folder.reread(steps)

    def _failed(self, error: FourfoldError) -> None:
        self._folder.server.client.tell(str(error), error=True)

    async def _ask_consent(self, endpoint: str) -> bool:
        from fourfold.llm.consent import consent_question

        answer = await self._folder.server.client.ask(
            consent_question(endpoint), ["Send it there", "Do not send"]
        )
        return answer == "Send it there"
