"""Runs that an editor started: one progress for each command, news of each run."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fourfold.app.shapes import run_summary
from fourfold.errors import FourfoldError, InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from fourfold.app.requests import RunOptions
    from fourfold.lsp.folder import Folder
    from fourfold.project.steps import StepFile
    from fourfold.runs.request import RunRequest
    from fourfold.runs.runner import Runner
    from fourfold.store.records import Run, RunStatus, Version
    from fourfold.user.consent import Question


class FolderRuns:
    """The runs of one workspace folder."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._runner: Runner | None = None
        self._groups: list[dict[str, Run]] = []
        self._statuses: dict[str, RunStatus] = {}
        self._stale: set[str] = set()
        self._telling = asyncio.Lock()

    async def start(
        self, file: StepFile, versions: Sequence[Version], options: RunOptions
    ) -> list[Run]:
        """Sets the versions going and answers at once; what follows is told as it happens."""
        folder, server = self._folder, self._folder.server
        requests = await self._requests(file, versions, options)
        folder.tell_notices()
        runs = await self.runner().start(requests)
        going_on = {run.id: run for run in runs if not run.finished}
        if going_on:
            labels = ", ".join(dict.fromkeys(run.label for run in going_on.values()))
            server.spawn(self._follow(f"{file.step} {labels}", going_on))
        await folder.reread([file.step])
        return runs

    async def _requests(
        self, file: StepFile, versions: Sequence[Version], options: RunOptions
    ) -> list[RunRequest]:
        """A version that cannot be run keeps no other from it; FourfoldError where none can."""
        from fourfold.app.requests import make_requests

        folder = self._folder
        registry = folder.server.registry(folder.project.settings)
        refusals: dict[str, FourfoldError] = {}

        def refused(version: Version, error: FourfoldError) -> None:
            refusals[version.label] = error

        requests = await make_requests(
            folder.project, registry, file, versions, options, self.ask_consent, refused
        )
        told = [f"{label} of {file.step}: {error}" for label, error in refusals.items()]
        if refusals and not requests:
            first, *others = refusals.values()
            same = all(str(other) == str(first) for other in others)
            if same or isinstance(first, InvalidArgumentError):
                raise first
            raise FourfoldError(told[-1])
        for sentence in told:
            folder.server.client.tell(sentence, error=True)
        return requests

    async def _follow(self, what: str, runs: dict[str, Run]) -> None:
        from fourfold.lsp.progress import follow_runs

        runner = self.runner()
        runs.update({id_: run for id_ in runs if (run := runner.live(id_)) is not None})
        self._groups.append(runs)
        ended = asyncio.ensure_future(runner.wait(list(runs)))
        try:
            await follow_runs(
                self._folder.server, what, runs, ended, lambda: runner.cancel(list(runs))
            )
        finally:
            self._groups.remove(runs)

    async def warm_up(self) -> None:
        """Does now what the first run would wait for: loading template engine and model client."""
        from fourfold.prompts.formats import warm_up

        await asyncio.to_thread(warm_up)
        await self._folder.server.registry(self._folder.project.settings).warm_up()

    async def learn_models(self) -> None:
        """Asks which models there are, and says what is wrong with those that are named."""
        await self._folder.server.registry(self._folder.project.settings).learn_models()
        self._folder.models_known()

    def cancel(self, ids: Collection[str] | None, step: str | None) -> list[str]:
        """Cancels runs, those of the workflow too; the ids of those that it ends."""
        cancelled = self._folder.workflow.cancel(ids, step)
        others = self._runner.cancel(ids, step) if self._runner else []
        return list(dict.fromkeys([*cancelled, *others]))

    def live(self, run_id: str) -> Run | None:
        """A run that goes on, with the response so far, or that the workflow has still to begin."""
        going_on = self._runner.live(run_id) if self._runner else None
        return going_on or self._folder.workflow.promised(run_id)

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.close()

    def runner(self) -> Runner:
        """The runner, with the settings of now."""
        if self._runner is None:
            from fourfold.llm.user_models import price
            from fourfold.runs.runner import Runner

            self._runner = Runner(
                self._folder.project.store,
                self._folder.call,
                on_change=self.changed,
                on_error=self._failed,
                on_news=self._folder.server.client.tell,
                price=price,
            )
        self._runner.at_once = self._folder.project.settings.concurrency
        return self._runner

    def changed(self, run: Run) -> None:
        """Tells of a run that has changed."""
        if self._folder.server.client.wants_events:
            self._folder.server.spawn(self._tell(run))
        self._folder.views.run_changed(run)
        self._folder.boards.run_changed(run)
        self._folder.workflow.follow(run)
        for group in self._groups:
            if run.id in group:
                group[run.id] = run
        if self._statuses.get(run.id) != run.status:
            self._statuses[run.id] = run.status
            if run.finished:
                del self._statuses[run.id]
                self._tell_of_tests(run)
            self._reread_soon(run.step)

    def _tell_of_tests(self, run: Run) -> None:
        if run.cached or '"tests"' not in (run.value or ""):
            return
        from fourfold.steps.test_run import failing_tests

        if (sentence := failing_tests(run.processed())) is not None:
            self._folder.server.client.tell(f"{run.step}: {sentence}", error=True)

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

    async def ask_consent(self, question: Question) -> bool:
        """Whether the user says yes."""
        choices = [question.yes, question.no]
        return await self._folder.server.client.ask(question.text, choices) == question.yes
