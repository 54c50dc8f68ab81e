"""From versions of a prompt to requests for runs: rendered messages, parameters, a model."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fourfold.project.workflow.prepared import feed_now, make_step, prepare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.llm.consent import AskConsent
    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.runs.request import RunRequest
    from fourfold.store.records import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How versions are to be run, as `fourfold.runStep` and `fourfold run` take it."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    repeat: int = 1
    model: str | None = None
    fresh: bool = False

    @property
    def counts(self) -> bool:
        """Whether the run is what the workflow would do, so that its response is the step's."""
        return not self.inputs and self.repeat == 1 and self.model is None


async def make_requests(
    project: Project,
    registry: LLMIntegrationRegistry,
    file: StepFile,
    versions: Sequence[Version],
    options: RunOptions,
    ask: AskConsent | None,
) -> list[RunRequest]:
    """The requests for these versions, in order, each as often as `options.repeat` says.

    What `options.inputs` do not give comes from where workflow.yaml says, as far as the steps
    before have responses. Raises FourfoldError where a prompt cannot be rendered, an input is
    missing, or there is no model to ask. `ask` is put off until a run has its turn.
    """
    snapshot, fed = await asyncio.to_thread(feed_now, project, file.step)
    facts = snapshot.facts.get(file.step)
    config = snapshot.config_of(file.step)
    requests = []
    for version in versions:
        recipe = ""
        if facts is not None and fed.complete and options.counts:
            recipe = facts.recipe(fed.outputs, version.hash)
        prepared = await prepare(
            registry,
            await asyncio.to_thread(make_step, project, file, version, config),
            version,
            default_model=snapshot.config.model or project.settings.model,
            inputs={**fed.values, **options.inputs},
            recipe=recipe,
            model=options.model,
            ask=ask,
        )
        messages = await asyncio.to_thread(prepared.step.construct_prompt, prepared.given)
        requests += [
            prepared.request(
                messages, prepared.step.process_response, repeat=repeat, fresh=options.fresh
            )
            for repeat in range(1, options.repeat + 1)
        ]
    return requests
