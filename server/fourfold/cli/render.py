"""render: what a run would send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from fourfold.cli import stopping
from fourfold.cli.folder import open_project, step_now
from fourfold.cli.inputs import inputs_option, read_inputs
from fourfold.cli.output import note, print_answer, print_text
from fourfold.cli.parameters import (
    VERSION,
    folder_option,
    json_option,
    model_option,
    step_argument,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fourfold.app.rendering import RenderedStep
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile


@click.command()
@step_argument
@click.argument("version", type=VERSION, required=False)
@inputs_option
@model_option
@folder_option
@json_option("RenderedStep")
def render(
    step: str,
    version: int | None,
    inputs: tuple[tuple[str, str], ...],
    model: str | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Print the messages that a run would send, and their price.

    No model is asked. Without VERSION: the text that the prompt file has.
    """
    from fourfold.app.rendering import text_to_render

    given = read_inputs(inputs)
    with open_project(folder, looks=True) as project:
        file, _ = step_now(project, step)
        text = text_to_render(project, file, version)
        rendered = stopping.run(_render(project, file, text, given, model))
        if as_json:
            print_answer(rendered.answer())
        else:
            _print(rendered)


async def _render(
    project: Project, file: StepFile, text: str, inputs: Mapping[str, Any], model: str | None
) -> RenderedStep:
    from fourfold.app.rendering import render_step
    from fourfold.llm.user_models import make_registry

    registry = make_registry(project.settings)
    try:
        return await render_step(project, registry, file, text, inputs=inputs, model=model)
    finally:
        await registry.close()


def _print(rendered: RenderedStep) -> None:
    from fourfold.cli.run_display import print_heading

    for number, message in enumerate(rendered.messages):
        if number:
            click.echo()
        print_heading(message["role"])
        print_text(message["content"])
        if not message["content"].endswith("\n"):
            click.echo()
    if rendered.used_examples:
        note(f"With the example of {', '.join(rendered.used_examples)}.")
    note(rendered.sentence)
