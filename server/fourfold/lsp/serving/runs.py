"""Runs that an editor started: one progress for each command, news of each run."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from fourfold.lsp.events import RunChanged

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from fourfold.app.engine import Engine
    from fourfold.app.rendering import RenderedStep
    from fourfold.app.requests import RunOptions
    from fourfold.errors import FourfoldError
    from fourfold.lsp.serving.histories import Histories
    from fourfold.lsp.serving.project_thread import ProjectThread
    from fourfold.project.steps import StepFile
    from fourfold.runs.request import RunRequest
    from fourfold.runs.runner import Runner
    from fourfold.store.records import Run, Version
    from fourfold.user.consent import Question


class FolderRuns:
    """The runs of one workspace folder."""

    def __init__(self, project: ProjectThread, histories: Histories) -> None:
        self._project = project
        self._client = project.host.client
        self._histories = histories
        self._runner: Runner | None = None
        self._groups: list[dict[str, Run]] = []

    async def start(
        self, file: StepFile, versions: Sequence[Version], options: RunOptions
    ) -> list[Run]:
        """Sets the versions going and answers at once; what follows is told as it happens."""
        requests = await self._requests(file, versions, options)
        self._project.tell_notices()
        runner = await self.runner()
        runs = await runner.start(requests)
        going_on = {run.id: run for run in runs if not run.finished}
        if going_on:
            labels = ", ".join(dict.fromkeys(run.label for run in going_on.values()))
            self._project.host.spawn(self._follow(runner, f"{file.step} {labels}", going_on))
        await self._histories.reread([file.step])
        return runs

    async def _requests(
        self, file: StepFile, versions: Sequence[Version], options: RunOptions
    ) -> list[RunRequest]:
        """A version that cannot be run keeps no other from it; FourfoldError where none can."""
        from fourfold.app.requests import make_requests

        project, registry = self._project.project, self._project.registry
        requests, refusals = await make_requests(
            project, registry, file, versions, options, self.ask_consent
        )
        for refusal in refusals:
            self._client.tell(refusal.sentence, error=True)
        return requests

    async def render(self, file: StepFile, text: str, inputs: Mapping[str, Any]) -> RenderedStep:
        """What a run of `text` would send; no model is asked."""
        from fourfold.app.rendering import render_step

        project, registry = self._project.project, self._project.registry
        return await render_step(project, registry, file, text, inputs=inputs)

    async def _follow(self, runner: Runner, what: str, runs: dict[str, Run]) -> None:
        from fourfold.lsp.serving.progress import follow_runs

        runs.update({id_: run for id_ in runs if (run := runner.live(id_)) is not None})
        self._groups.append(runs)
        ended = asyncio.ensure_future(runner.wait(list(runs)))
        try:
            await follow_runs(self._client, what, runs, ended, lambda: runner.cancel(list(runs)))
        finally:
            self._groups.remove(runs)

    async def warm_up(self) -> None:
        """Does now what the first run would wait for: loading template engine and model client."""
        from fourfold.prompts.formats import warm_up

        await asyncio.to_thread(warm_up)
        await self._project.registry.warm_up()

    def cancel(self, ids: Collection[str] | None, step: str | None) -> list[str]:
        """Cancels runs; the ids of those that it ends."""
        return self._runner.cancel(ids, step) if self._runner else []

    def live(self, run_id: str) -> Run | None:
        """A run that goes on, with the response so far."""
        return self._runner.live(run_id) if self._runner else None

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.close()

    async def engine(self) -> Engine:
        """What carries out more than runs of versions, with the settings of now."""
        from fourfold.app.engine import Engine

        return Engine(
            project=self._project.project,
            call=self._project.call,
            runner=await self.runner(),
            registry=self._project.registry,
            ask=self.ask_consent,
        )

    async def runner(self) -> Runner:
        """The runner, with the settings of now."""
        from fourfold.llm.user_models import price
        from fourfold.runs.runner import Runner

        store = await self._project.ask(lambda project: project.store)
        if self._runner is None:
            self._runner = Runner(
                store,
                self._project.call,
                on_change=self.changed,
                on_error=self._failed,
                on_news=self._client.tell,
                price=price,
            )
        self._runner.at_once = self._project.settings.concurrency
        return self._runner

    def changed(self, run: Run) -> None:
        """Takes in a run that has changed, and publishes it."""
        for group in self._groups:
            if run.id in group:
                group[run.id] = run
            elif run.tries and group.pop(run.tries[-1].id, None) is not None:
                group[run.id] = run  # asked once more, since the response did not fit
        self._project.events.publish(RunChanged(run))
        if run.finished:
            self._tell_of_tests(run)

    def _tell_of_tests(self, run: Run) -> None:
        if run.cached or '"tests"' not in (run.value or ""):
            return
        from fourfold.steps.test_run import failing_tests

        if (sentence := failing_tests(run.processed())) is not None:
            self._client.tell(f"{run.step}: {sentence}", error=True)

    def _failed(self, error: FourfoldError) -> None:
        self._client.tell(str(error), error=True)

    async def ask_consent(self, question: Question) -> bool:
        """Whether the user says yes."""
        choices = [question.yes, question.no]
        return await self._client.ask(question.text, choices) == question.yes
