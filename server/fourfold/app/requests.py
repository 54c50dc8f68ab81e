"""From versions of a prompt to requests for runs: rendered messages, parameters, a model."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from fourfold.app.sharing.reusing import may_reuse
from fourfold.app.testing.variables import given_by
from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.runs.blame import blaming
from fourfold.workflow.prepared import inputs_now, make_step, prepare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.evals.cases import TestCase
    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.prompts.template import PromptTemplate
    from fourfold.runs.request import RunRequest
    from fourfold.steps.base import BaseStep
    from fourfold.store.records import Run, Version
    from fourfold.user.consent import AskUser


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How versions are to be run, as `fourfold.runStep` and `fourfold run` take it; `inputs` are
    JSON values, or `Written` ones, which win over those of the `test`, and `named` says that the
    versions are asked for by number."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    test: TestCase | None = None
    repeat: int = 1
    model: str | None = None
    fresh: bool = False
    named: bool = False

    @property
    def counts(self) -> bool:
        """Whether the run is what the workflow would do, so that its response is the step's."""
        asked = self.inputs or self.test or self.model
        return not asked and self.repeat == 1

    @property
    def given(self) -> Mapping[str, Any]:
        """All that is given, the inputs of the test too."""
        return {**(given_by(self.test) if self.test else {}), **self.inputs}


class Refusal(NamedTuple):
    """A version that cannot be run, and why."""

    version: Version
    error: FourfoldError

    @property
    def sentence(self) -> str:
        return f"{self.version.label} of {self.version.step}: {self.error}"

    def as_run(self, run_id: str, model: str | None) -> Run:
        """A failed run, which is not kept, for those who get a run for each version."""
        from fourfold.store.records import Run

        return Run(
            id=run_id,
            step=self.version.step,
            version=self.version.number,
            hash=self.version.hash,
            model=model or "",
            status="failed",
            error=str(self.error),
            error_kind=self.error.kind,
        )


async def make_requests(
    project: Project,
    registry: LLMIntegrationRegistry,
    file: StepFile,
    versions: Sequence[Version],
    options: RunOptions,
    ask: AskUser | None,
) -> tuple[list[RunRequest], list[Refusal]]:
    """The requests for these versions, in order, each as often as `options.repeat` says, and the
    versions that cannot be run, which keep no other from it.

    What `options` do not give comes from where workflow.yaml says, as far as the steps
    before have responses. Raises InputError where no version has an input that is given, and where
    none can be run FourfoldError: a prompt cannot be rendered, an input is missing, or there is no
    model to ask. `ask` is put off until a run has its turn.
    """
    snapshot, fed = await asyncio.to_thread(inputs_now, project, file.step)
    config = snapshot.config_of(file.step)
    facts = snapshot.facts.get(file.step)
    steps = [await asyncio.to_thread(make_step, project, file, it.text, config) for it in versions]
    require_known(options.inputs, [step.template for step in steps])
    requests: list[RunRequest] = []
    refusals: list[Refusal] = []
    for version, step in zip(versions, steps, strict=True):
        recipe = ""
        if facts is not None and fed.complete and options.counts:
            recipe = facts.recipe(fed.outputs, version.hash)
        try:
            prepared = await prepare(
                registry,
                step,
                version,
                default_model=snapshot.config.model or project.settings.model,
                fed=fed,
                given=options.given,
                recipe=recipe,
                model=options.model,
                ask=ask,
            )
            step = prepared.step  # noqa: PLW2901 - with its inputs
            with blaming(step):
                messages = await asyncio.to_thread(step.construct_prompt, prepared.given)
        except FourfoldError as error:
            refusals.append(Refusal(version, error))
            continue
        others = may_reuse(project.settings, version.text)
        for repeat in range(1, options.repeat + 1):
            request = prepared.request(
                messages,
                step.process_response,
                repeat=repeat,
                fresh=options.fresh,
                named=options.named,
            )
            test = options.test.name if options.test else None
            requests.append(_asking_again(step, replace(request, others=others, test=test)))
    if refusals and not requests:
        raise _none_can(refusals)
    return requests, refusals


def _asking_again(step: BaseStep, request: RunRequest) -> RunRequest:
    """The request that is followed by others as its step has it."""

    def again(run: Run, error: FourfoldError) -> RunRequest | None:
        tries = (*request.tries, replace(run, response="", tries=()))
        messages = step.messages_again(request.messages, run.response, error, len(tries))
        if messages is None:
            return None
        origin = request.origin or request.messages
        return _asking_again(step, replace(request, messages=messages, origin=origin, tries=tries))

    return replace(request, again=again)


def _none_can(refusals: Sequence[Refusal]) -> FourfoldError:
    first = refusals[0].error
    same = all(str(other.error) == str(first) for other in refusals)
    if same or isinstance(first, InvalidArgumentError):
        return first
    return FourfoldError(refusals[-1].sentence)


def require_known(given: Mapping[str, Any], templates: Sequence[PromptTemplate]) -> None:
    """InputError for a name that no version has; a version leaves out what only others have."""
    readable = [template for template in templates if template.error is None]
    unknown = [name for name in given if not any(one.has_input(name) for one in readable)]
    if readable and unknown:
        readable[-1].given({name: given[name] for name in unknown})
