"""model install and model list."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fourfold.cli import stopping
from fourfold.cli.output import console, note, on_terminal, print_answer, print_table, say
from fourfold.cli.parameters import folder_option, json_option
from fourfold.text.figures import NOTHING

if TYPE_CHECKING:
    from fourfold.llm.embedded_install import InstallProgress
    from fourfold.llm.registry import Available, AvailableModel


@click.group()
def model() -> None:
    """Install the embedded model, or list the models there are."""


@model.command("install")
@json_option("InstalledModel")
def install_model(as_json: bool) -> None:
    """Install the embedded model, or repair it (130 MB, once).

    It runs on this machine, needs no key, and is what runs without any other model.
    """
    from fourfold.app.answers.command_line import InstalledModel

    folder = _install_drawn() if on_terminal(sys.stderr) else _install_told()
    if as_json:
        print_answer(InstalledModel(folder=str(folder)))
    else:
        say(f"The embedded model is installed in {folder}.")


@model.command("list")
@folder_option
@json_option("ModelList")
def list_models(folder: Path | None, as_json: bool) -> None:
    """List the models that can be named, the default first."""
    from fourfold.app.answers.models import ModelList
    from fourfold.llm.user_models import make_registry, model_warnings
    from fourfold.settings import find_folder, load_settings, user_file

    where = folder or find_folder(Path.cwd()) or Path.cwd()
    settings = load_settings(where)
    for problem in settings.problems:
        note(problem)

    async def known() -> tuple[Available, list[str]]:
        registry = make_registry(settings)
        try:
            await registry.learn_models()
            return await registry.available(), model_warnings(settings, registry)
        finally:
            await registry.close()

    (models, default), warnings = stopping.run(known())
    for warning in warnings:
        note(warning)
    if as_json:
        print_answer(ModelList.of(models, settings.model or default, user_file()))
    else:
        rows = [
            [one.name, one.id, one.endpoint or "this machine", _source(one), _end(one)]
            for one in models
        ]
        print_table(("Name", "Model", "Where", "From", "Ends"), rows, ["<"] * 5, ["Ends"])
        default = settings.model or default
        note(
            f"Runs that name no model use {default}."
            if default
            else "A run has to name its model: set OPENAI_MODEL, or the setting model."
        )
        note(f"More models: tables such as [models.fast] in {user_file()}.")


def _end(model: AvailableModel) -> str:
    return model.ends_on.isoformat() if model.ends_on else NOTHING


def _source(model: AvailableModel) -> str:
    named = {"config": "your config.toml", "environment": "the environment", "plugin": "a plugin"}
    if model.installed is None:
        return named[model.source]
    return "installed" if model.installed else "not installed: fourfold model install"


def _install_told() -> Path:
    from fourfold.llm.embedded_install import install

    said = ""

    def report(progress: InstallProgress) -> None:
        nonlocal said
        if progress.text != said:
            said = progress.text
            note(f"{said} …")

    return install(report)


def _install_drawn() -> Path:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    from fourfold.llm.embedded_install import install

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=console(sys.stderr), transient=True) as bars:
        task = bars.add_task("", total=None)

        def report(progress: InstallProgress) -> None:
            bars.update(
                task,
                description=progress.text,
                total=None if progress.fraction is None else 1,
                completed=progress.fraction or 0,
            )

        return install(report)
