"""What a run of a prompt would send, without asking any model."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fourfold.app.answers import models as answers
from fourfold.app.requests import require_known
from fourfold.errors import FourfoldError
from fourfold.runs import estimate
from fourfold.runs.blame import blaming
from fourfold.text import figures
from fourfold.text.markdown import fenced, plain
from fourfold.text.visible import visible
from fourfold.workflow.prepared import (
    find_model,
    given_to,
    inputs_now,
    make_step,
    parameters_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile


@dataclass(frozen=True, slots=True)
class RenderedStep:
    """A prompt as a model would get it.

    `messages` are `{"role", "content"}`; `parameters` as the endpoint calls them, before what its
    model is known to refuse is put another way. `model` is None where there is none to ask, and
    `no_model` says why. `input_tokens` is an estimate by the length of the messages;
    `estimate_usd` is the price of them and of a response as long as it may be, else of a usual
    one, None where no price is known.
    """

    messages: Sequence[Mapping[str, str]]
    parameters: Mapping[str, Any]
    model: str | None
    no_model: str | None
    input_tokens: int
    response_tokens: int
    estimate_usd: float | None
    used_examples: Sequence[str] = ()

    @property
    def sentence(self) -> str:
        """About what it would cost."""
        sent = f"About {figures.tokens(self.input_tokens)}"
        if self.model is None:
            return f"{sent}. {self.no_model}"
        if self.estimate_usd is None:
            return f"{sent} for {self.model}, at a price that is not known; no model was asked."
        cost, most = figures.dollars(self.estimate_usd), figures.tokens(self.response_tokens)
        return f"{sent} for {self.model}; with a response of {most} {cost}. No model was asked."

    def answer(self) -> answers.RenderedStep:
        """What clients get of it."""
        return answers.RenderedStep(
            messages=[answers.Message(**one) for one in self.messages],
            parameters=dict(self.parameters),
            model=self.model,
            input_tokens=self.input_tokens,
            estimate_usd=self.estimate_usd,
        )


def rendering_document(step: str, rendered: RenderedStep | FourfoldError) -> str:
    """The messages as Markdown, in which nothing acts, or why there are none."""
    parts = [f"# What a run of {plain(step)} would send"]
    if isinstance(rendered, FourfoldError):
        parts.append(plain(str(rendered)))
    else:
        parts.append(plain(rendered.sentence))
        if rendered.used_examples:
            parts.append(f"With the example of {plain(', '.join(rendered.used_examples))}.")
        for message in rendered.messages:
            parts += [f"## {plain(message['role'])}", fenced(visible(message["content"]), "text")]
    return "\n\n".join(parts) + "\n"


def text_to_render(
    project: Project, file: StepFile, number: int | None = None, buffer: str | None = None
) -> str:
    """The text of a version, else the one that is seen: in the `buffer` of an editor that has the
    file open, else in the file, else that of the current version."""
    history = project.history(file)
    if number is not None:
        return history.version(number).text
    text = project.disk_text(file) if buffer is None else buffer
    return history.current_version.text if text is None else text


async def render_step(
    project: Project,
    registry: LLMIntegrationRegistry,
    file: StepFile,
    text: str,
    *,
    inputs: Mapping[str, Any],
    model: str | None = None,
) -> RenderedStep:
    """Renders `text` as a prompt of the step, with what a run of it would get besides `inputs`.

    Raises FourfoldError as `make_requests` does, but for a model that the files ask for and that
    there is not.
    """
    from fourfold.llm.endpoints import Endpoint
    from fourfold.llm.parameters import layered, to_api
    from fourfold.llm.user_models import price

    snapshot, fed = await asyncio.to_thread(inputs_now, project, file.step)
    config = snapshot.config_of(file.step)
    step = await asyncio.to_thread(make_step, project, file, text, config)
    require_known(inputs, [step.template])
    values = given_to(step, fed, inputs)
    step.template.inputs(values, fed.outputs.keys() - inputs.keys())
    with blaming(step):
        messages = await asyncio.to_thread(step.construct_prompt, values)
    found, reason = None, None
    try:
        default = snapshot.config.model or project.settings.model
        found = await find_model(registry, step, model=model, default_model=default, online=False)
    except FourfoldError as error:
        if model is not None:
            raise
        reason = str(error)
    parameters = layered(found.options if found else {}, parameters_of(step))
    url = found.endpoint if found else None
    sent = estimate.tokens(sum(len(message["content"]) for message in messages))
    received = estimate.response_tokens(parameters)
    return RenderedStep(
        messages=messages,
        parameters=to_api(parameters, openai=url is not None and Endpoint(url).is_openai),
        model=found.label if found else None,
        no_model=reason,
        input_tokens=sent,
        response_tokens=received,
        estimate_usd=price(found, sent, received) if found else None,
        used_examples=step.template.used_examples(values),
    )
