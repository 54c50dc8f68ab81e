"""Versions of steps made ready to be run: their inputs, their class, the model to ask."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from fourfold.llm.parameters import layered
from fourfold.prompts.kinds import Written
from fourfold.prompts.template import ModelReference
from fourfold.runs.blame import blaming
from fourfold.runs.request import RunRequest
from fourfold.workflow import environments
from fourfold.workflow.snapshot import read_snapshot
from fourfold.workflow.templates import parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fourfold.llm.integration import ResolvedModel
    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.steps.base import BaseStep
    from fourfold.store.records import Run
    from fourfold.user.consent import AskUser
    from fourfold.workflow.evaluation import Output
    from fourfold.workflow.file.configuration import StepConfig
    from fourfold.workflow.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class WorkflowInputs:
    """What the workflow gives to a step: `values` by input, and the names of the `outputs` among
    them, by input. It is `complete` where every step before has a response."""

    values: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    complete: bool = True


def workflow_inputs(
    project: Project,
    config: StepConfig,
    output_of: Callable[[str], Output | None],
    at_hand: Mapping[str, Run] = MappingProxyType({}),
) -> WorkflowInputs:
    """What the inputs of a step get now; FourfoldError where a file cannot be one.

    `output_of` gives the response that a step offers. An input whose step has none is left out.
    `at_hand` are runs by their ids that need not be looked up, and may not be stored yet.
    """
    values: dict[str, Any] = {}
    outputs: dict[str, str] = {}
    complete = True
    for name, source in config.inputs.items():
        if source.kind == "value":
            values[name] = source.value
        elif source.kind == "file":
            values[name] = Written(project.input_files.text(source.value))
        else:
            output = output_of(source.value)
            run = (
                (at_hand.get(output.run) or project.store.find_run(output.run)) if output else None
            )
            if output is None or run is None:
                complete = False
            else:
                response = run.processed()
                values[name] = Written(response) if isinstance(response, str) else response
                outputs[name] = output.name
    return WorkflowInputs(values, outputs, complete)


def inputs_now(project: Project, step: str) -> tuple[Snapshot, WorkflowInputs]:
    """What a step gets where it is run by itself: the responses that are there."""
    snapshot = read_snapshot(project)

    def output_of(other: str) -> Output | None:
        state = snapshot.states.get(other)
        return state.output if state else None

    return snapshot, workflow_inputs(project, snapshot.config_of(step), output_of)


class StepText(Protocol):
    """A text of a step's prompt: a version, or one that the step gives no `number`."""

    @property
    def step(self) -> str: ...

    @property
    def number(self) -> int | None: ...

    @property
    def hash(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedStep:
    """One version of a step with everything that a run of it needs.

    `given` are the inputs as they were given, `inputs` as the prompt has them, its defaults
    included, and `used_examples` those whose example had to do. `recipe` is "" where a run would
    not count for the workflow.
    """

    step: BaseStep
    version: StepText
    model: ResolvedModel
    parameters: Mapping[str, Any]
    given: Mapping[str, Any]
    inputs: Mapping[str, Any]
    used_examples: Sequence[str] = ()
    recipe: str = ""

    def request(
        self,
        messages: Sequence[Mapping[str, str]],
        accept: Callable[[str], Any],
        *,
        repeat: int = 1,
        fresh: bool = False,
        named: bool = False,
        run_id: str | None = None,
        origin: Sequence[Mapping[str, str]] | None = None,
        tries: tuple[Run, ...] = (),
    ) -> RunRequest:
        """The run that sends these messages and gives the response to `accept`."""

        def accepted(response: str) -> Any:
            with blaming(self.step):
                return accept(response)

        return RunRequest(
            step=self.version.step,
            version=self.version.number,
            hash=self.version.hash,
            model=self.model,
            messages=messages,
            parameters=self.parameters,
            inputs=self.inputs,
            used_examples=self.used_examples,
            repeat=repeat,
            fresh=fresh,
            named=named,
            recipe=self.recipe,
            rule=_rule(self.step),
            accept=accepted,
            id=run_id,
            origin=origin,
            tries=tries,
        )


async def prepare(
    registry: LLMIntegrationRegistry,
    step: BaseStep,
    version: StepText,
    *,
    default_model: str | None,
    fed: WorkflowInputs,
    given: Mapping[str, Any] = MappingProxyType({}),
    recipe: str = "",
    model: str | None = None,
    ask: AskUser | None = None,
) -> PreparedStep:
    """Makes the `step` of a version ready; FourfoldError where an input is missing or misfits, or
    there is no model to ask.

    What is `given` wins over what the workflow feeds; what this version of the prompt does not ask
    for is left out. `model` wins over what the prompt and workflow.yaml ask for, of which nothing
    is looked at then; `default_model` is for where none does.
    """
    values = given_to(step, fed, given)
    inputs = step.template.inputs(values, fed.outputs.keys() - given.keys())
    found = await find_model(registry, step, model=model, default_model=default_model, ask=ask)
    made = step.with_inputs(values)
    made.context = replace(made.context, may_run=environments.asking(ask))
    return PreparedStep(
        step=made,
        version=version,
        model=found,
        parameters=parameters_of(step),
        given=values,
        inputs=inputs,
        used_examples=step.template.used_examples(values),
        recipe=recipe,
    )


def given_to(step: BaseStep, fed: WorkflowInputs, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the inputs of a prompt get: what is `given`, else what the workflow feeds."""
    both = {**fed.values, **given}
    return {name: value for name, value in both.items() if step.template.has_input(name)}


def parameters_of(step: BaseStep) -> dict[str, Any]:
    """The parameters that the prompt and workflow.yaml ask for, under neutral names."""
    template = step.template
    asked = {"additional": {"response_format": template.response_format}}
    return layered(
        step.config.options, template.parameters, asked if template.response_format else {}
    )


async def find_model(
    registry: LLMIntegrationRegistry,
    step: BaseStep,
    *,
    model: str | None,
    default_model: str | None,
    ask: AskUser | None = None,
    online: bool = True,
) -> ResolvedModel:
    """The model that a step asks; FourfoldError where there is none. See `prepare`; `online` as in
    `LLMIntegrationRegistry.resolve`."""
    wanted = ModelReference() if model else step.template.model.resolve(step.context.references)
    return await registry.resolve(
        requested=model,
        preferred=wanted.id or step.config.model or default_model,
        endpoint=wanted.endpoint,
        ask=ask,
        online=online,
    )


def make_step(project: Project, file: StepFile, text: str, config: StepConfig) -> BaseStep:
    """The step that a text of its prompt makes; FourfoldError for a type that there is not."""
    from fourfold.plugins import plugins
    from fourfold.prompts.references import References
    from fourfold.steps.base import StepContext
    from fourfold.steps.types import step_class

    references = References(
        environment=os.environ,
        allowed_names=project.settings.allow_env,
        prompt_file=file.path,
        workspace=project.folder,
    )
    context = StepContext(project.folder, references, run_tests=project.settings.run_tests)
    made = step_class(config)
    project.notices += plugins().take_notices()
    return made(config, parsed(text, file.format), context)


def _rule(step: BaseStep) -> str:
    """A name for what a response has to be; "" where any text will do."""
    response = step.config.response
    if not step.type and response.kind == "text":
        return ""
    return json.dumps(
        [step.type, response.kind, response.schema, response.folder], sort_keys=True, default=str
    )
