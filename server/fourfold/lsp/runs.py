"""Runs that an editor started: one progress for each command, news of each run."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.project.shapes import run_summary

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from fourfold.lsp.folder import Folder
    from fourfold.project.requests import RunOptions
    from fourfold.project.steps import StepFile
    from fourfold.runs.request import RunRequest
    from fourfold.runs.runner import Runner
    from fourfold.store.records import Run, Version


class FolderRuns:
    """The runs of one workspace folder."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._runner: Runner | None = None
        self._groups: list[dict[str, Run]] = []
        self._stale: set[str] = set()
        self._telling = asyncio.Lock()

    async def start(
        self, file: StepFile, versions: Sequence[Version], options: RunOptions
    ) -> list[Run]:
        """Sets the versions going and answers at once; what follows is told as it happens."""
        folder, server = self._folder, self._folder.server
        requests = await self._requests(file, versions, options)
        runs = await self._ready().start(requests)
        going_on = {run.id: run for run in runs if not run.finished}
        if going_on:
            labels = ", ".join(dict.fromkeys(f"v{run.version}" for run in going_on.values()))
            server.spawn(self._follow(f"Running {file.step} {labels}", going_on))
        await folder.reread([file.step])
        return runs

    async def _requests(
        self, file: StepFile, versions: Sequence[Version], options: RunOptions
    ) -> list[RunRequest]:
        """A version that cannot be run keeps no other from it; FourfoldError where none can."""
        from fourfold.project.requests import make_requests

        folder = self._folder
        registry = folder.server.registry(folder.project.settings)
        requests: list[RunRequest] = []
        refusals: dict[str, FourfoldError] = {}
        for version in versions:
            try:
                requests += await make_requests(
                    folder.project, registry, file, [version], options, self._ask_consent
                )
            except FourfoldError as error:
                refusals[version.label] = error
        told = [f"{label} of {file.step}: {error}" for label, error in refusals.items()]
        if refusals and not requests:
            first, *others = refusals.values()
            same = all(str(other) == str(first) for other in others)
            raise first if same else FourfoldError(told[-1])
        for sentence in told:
            folder.server.client.tell(sentence, error=True)
        return requests

    async def _follow(self, title: str, runs: dict[str, Run]) -> None:
        from fourfold.lsp.progress import show_progress

        runner, server = self._ready(), self._folder.server
        runs.update({id_: run for id_ in runs if (run := runner.live(id_)) is not None})
        self._groups.append(runs)
        ended = asyncio.ensure_future(runner.wait(list(runs)))
        try:
            if server.client.shows_progress:
                await show_progress(server, title, runs, ended, lambda: runner.cancel(list(runs)))
            await ended
        finally:
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
            )
        self._runner.at_once = self._folder.project.settings.concurrency
        return self._runner

    def _changed(self, run: Run) -> None:
        if self._folder.server.client.wants_events:
            self._folder.server.spawn(self._tell(run))
        self._folder.views.run_changed(run)
        before = None
        for group in self._groups:
            if run.id in group:
                before, group[run.id] = group[run.id], run
        if before is None or before.status != run.status:
            self._reread_soon(run.step)

    async def _tell(self, run: Run) -> None:
        async with self._telling:  # in the order of the changes
            shape = await self._folder.views.publish(lambda uri_of: run_summary(run, uri_of))
            self._folder.server.client.event("fourfold/runChanged", shape)

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
