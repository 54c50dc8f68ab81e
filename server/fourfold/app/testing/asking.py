"""From an arm and a test to the run that it takes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.app.sharing.reusing import may_reuse
from fourfold.app.testing.variables import given_by
from fourfold.errors import FourfoldError
from fourfold.workflow.prepared import find_model, given_to, make_step, prepare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.app.engine import Engine
    from fourfold.app.testing.texts import TestedText
    from fourfold.evals.cases import TestCase
    from fourfold.llm.integration import ResolvedModel
    from fourfold.project.steps import StepFile
    from fourfold.runs.request import RunRequest
    from fourfold.steps.base import BaseStep
    from fourfold.workflow.prepared import PreparedStep, WorkflowInputs
    from fourfold.workflow.snapshot import Snapshot


class Asking:
    """One text with the model that it asks: `requested`, else the one that it asks for."""

    def __init__(
        self,
        engine: Engine,
        tested: TestedText,
        requested: str | None,
        step: BaseStep,
        default_model: str | None,
        fed: WorkflowInputs,
    ) -> None:
        self._engine = engine
        self.tested = tested
        self._requested = requested
        self._default_model = default_model
        self._fed = fed
        self.step = step
        self.model = requested or step.template.model.id or "none"
        self.resolved: ResolvedModel | None = None

    async def resolve(self) -> None:
        """Finds the model; FourfoldError where there is none."""
        found = await find_model(
            self._engine.registry,
            self.step,
            model=self._requested,
            default_model=self._default_model,
            ask=self._engine.ask,
        )
        self.model, self.resolved = found.label, self._through(found)

    async def request(self, case: TestCase, repeat: int) -> RunRequest:
        """The run for a repeat of a test; FourfoldError where the version cannot be rendered with
        it."""
        prepared = await self.prepare(case)
        return await asyncio.to_thread(self.make_request, prepared, case, repeat)

    async def prepare(self, case: TestCase) -> PreparedStep:
        """The version with the inputs of a test; FourfoldError where it cannot be run with them.

        What the test does not give comes from where workflow.yaml says.
        """
        return await prepare(
            self._engine.registry,
            self.step,
            self.tested,
            default_model=self._default_model,
            fed=self._fed,
            given=given_by(case),
            model=self._requested,
            ask=self._engine.ask,
        )

    def make_request(self, prepared: PreparedStep, case: TestCase, repeat: int) -> RunRequest:
        """As `request`, of a version that is prepared. May take its time."""
        step = prepared.step
        messages = step.construct_prompt(prepared.given)
        request = prepared.request(messages, step.process_response, repeat=repeat, named=True)
        others = may_reuse(self._engine.project.settings, self.tested.text)
        return replace(request, test=case.name, others=others, model=self._through(request.model))

    def _through(self, model: ResolvedModel) -> ResolvedModel:
        return self._engine.through(model) if self._engine.through else model

    async def prompt(self, case: TestCase) -> str:
        """What a recorded response answers, "" where that cannot be rendered; no model is needed
        for it."""
        given = given_to(self.step, self._fed, given_by(case))
        try:
            messages = await asyncio.to_thread(self.step.construct_prompt, given)
        except FourfoldError:
            return ""
        return text_of(messages)


def text_of(messages: Sequence[Mapping[str, str]]) -> str:
    """Messages as the one text that checks know as the prompt."""
    return "\n".join(message["content"] for message in messages)


async def make_asking(
    engine: Engine,
    file: StepFile,
    texts: Sequence[TestedText],
    models: Sequence[str | None],
    snapshot: Snapshot,
    fed: WorkflowInputs,
) -> list[Asking]:
    """Each text on each model, in their order, not yet resolved."""
    config = snapshot.config_of(file.step)
    default = snapshot.config.model or engine.project.settings.model
    made: list[Asking] = []
    for tested in texts:
        read = replace(file, format=tested.format or file.format)
        step = await asyncio.to_thread(make_step, engine.project, read, tested.text, config)
        if engine.through is not None:  # others may answer, of whom nothing is run unseen
            step.context = replace(step.context, run_tests=False)
        made += [Asking(engine, tested, model, step, default, fed) for model in models]
    return made
