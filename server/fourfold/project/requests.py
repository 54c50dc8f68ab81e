"""From versions of a prompt to requests for runs: rendered messages, parameters, a model."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fourfold.runs.request import RunRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.llm.consent import AskConsent
    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How versions are to be run, as `fourfold.runStep` and `fourfold run` take it."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    repeat: int = 1
    model: str | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class _Rendered:
    messages: list[dict[str, str]]
    inputs: dict[str, Any]
    parameters: dict[str, Any]
    model: str | None
    endpoint: str | None


async def make_requests(
    project: Project,
    registry: LLMIntegrationRegistry,
    file: StepFile,
    versions: Sequence[Version],
    options: RunOptions,
    ask: AskConsent | None,
) -> list[RunRequest]:
    """The requests for these versions, in order, each as often as `options.repeat` says.

    Raises FourfoldError where a prompt cannot be rendered, an input is missing, or there is no
    model to ask. `ask` is put off until a run has its turn.
    """
    import asyncio

    rendered = [
        await asyncio.to_thread(_render, project, file, version, options) for version in versions
    ]
    requests = []
    for version, each in zip(versions, rendered, strict=True):
        model = await registry.resolve(
            requested=options.model, preferred=each.model, endpoint=each.endpoint, ask=ask
        )
        requests += [
            RunRequest(
                step=file.step,
                version=version.number,
                model=model,
                messages=each.messages,
                parameters=each.parameters,
                inputs=each.inputs,
                repeat=repeat,
                fresh=options.fresh,
            )
            for repeat in range(1, options.repeat + 1)
        ]
    return requests


def _render(project: Project, file: StepFile, version: Version, options: RunOptions) -> _Rendered:
    from fourfold.prompts.formats import parse
    from fourfold.prompts.references import References

    template = parse(version.text, file.suffix)
    workflow = project.workflow()
    references = References(
        environment=os.environ,
        allowed_names=project.settings.allow_env,
        prompt_file=file.path,
        workspace=project.folder,
    )
    inputs = template.inputs(options.inputs)
    model = template.model.resolve(references)
    return _Rendered(
        template.render(inputs, references),
        inputs,
        {**workflow.options_for(file.step), **template.parameters},
        model.id or workflow.model_for(file.step) or project.settings.model,
        model.endpoint,
    )
