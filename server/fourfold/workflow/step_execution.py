"""One step of a workflow run, going on: the runs that it makes, and what it comes to."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fourfold.llm.integration import ModelError
from fourfold.runs.blame import blaming
from fourfold.runs.fingerprint import request_fingerprint
from fourfold.runs.outputs import processed
from fourfold.steps.responses.errors import ResponseError
from fourfold.store.records import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fourfold.app.engine import Engine
    from fourfold.runs.request import RunRequest
    from fourfold.workflow.budget import Budget
    from fourfold.workflow.prepared import PreparedStep

NO_MODEL = "none"
"""The model of a run that asked none."""


class StepExecution:
    """Carries out one step, and is what the step asks its model through.

    The first run has the promised `run_id`. `last` is the newest run, `reused` says that it was
    there before. A `fresh` step takes no response that was there before, but for those that have
    come `since` the run of the workflow began that goes on.
    """

    def __init__(
        self,
        engine: Engine,
        prepared: PreparedStep,
        run_id: str,
        budget: Budget,
        *,
        fresh: bool,
        since: datetime | None = None,
    ) -> None:
        self._engine = engine
        self._prepared = prepared
        self._run_id: str | None = run_id
        self._budget = budget
        self._fresh = fresh
        self._since = since
        self._refused: list[Sequence[Mapping[str, str]]] = []
        self._tries: tuple[Run, ...] = ()
        self.last: Run | None = None
        self.reused = False

    async def carry_out(self) -> Run:
        """The succeeded run, which holds the processed response.

        Raises FourfoldError where the step failed, asyncio.CancelledError where its run was
        cancelled; `last` then says more, if a model was asked at all.
        """
        began = datetime.now(UTC)
        step = self._prepared.step
        with blaming(step):
            value = await step.execute(self._prepared.given, self)
        if self.last is None:
            run = await asyncio.to_thread(self._without_model, value, began)
            of_text = replace(run, version=None)
            await self._engine.in_store(lambda store: store.insert_runs([of_text], [""]))
            return run
        if value == self.last.processed():
            return self.last
        response = self.last.response
        output, kept = await asyncio.to_thread(processed, response, lambda _: value)
        run = replace(self.last, output=output, value=kept)
        await self._engine.in_store(lambda store: store.update_run(run))
        return run

    async def __call__(
        self, messages: Sequence[Mapping[str, str]], accept: Callable[[str], Any]
    ) -> Any:
        refused: list[ResponseError] = []

        def checked(response: str) -> Any:
            try:
                return accept(response)
            except ResponseError as error:
                error.response = response
                refused.append(error)
                raise

        promised, self._run_id = self._run_id, None
        goes_on = any(messages[: len(asked)] == asked for asked in self._refused)
        self._refused = [*self._refused, messages] if goes_on else [messages]
        self._tries = self._tries if goes_on else ()
        request = self._prepared.request(
            messages,
            checked,
            fresh=self._fresh,
            run_id=promised,
            origin=self._refused[0],
            tries=self._tries,
        )
        earlier = await self._earlier(request)
        self.reused = earlier is not None
        self.last = run = earlier or await self._budget.carry_out(request)
        if run.status == "cancelled":
            raise asyncio.CancelledError
        if run.status == "failed":
            self._tries = (*self._tries, replace(run, response="", tries=()))
            if refused:
                raise refused[0]
            raise ModelError(run.error or "The run failed.", run.error_kind or "own")
        self._refused = []
        return run.processed()

    async def _earlier(self, request: RunRequest) -> Run | None:
        if self._fresh and self._since is None:
            return None
        fingerprint = request_fingerprint(request)
        run = await self._engine.in_store(
            lambda store: store.find_own(request.step, fingerprint, request.recipe)
        )
        if run is None or self._since is None or not self._fresh:
            return run
        return run if run.started is not None and run.started >= self._since else None

    def _without_model(self, value: Any, began: datetime) -> Run:
        response = value if isinstance(value, str) else ""
        output, kept = processed(response, lambda _: value)
        version = self._prepared.version
        return Run(
            id=self._run_id or self._engine.runner.new_id(),
            step=version.step,
            version=version.number,
            hash=version.hash,
            model=NO_MODEL,
            status="succeeded",
            started=began,
            duration_ms=(datetime.now(UTC) - began).total_seconds() * 1000,
            inputs=self._prepared.inputs,
            response=response,
            recipe=self._prepared.recipe,
            output=output,
            value=kept,
        )
