"""check: everything that is wrong in a workspace folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fourfold.cli import stopping
from fourfold.cli.errors import NOT_SO
from fourfold.cli.folder import open_project
from fourfold.cli.output import note
from fourfold.cli.parameters import STEP, folder_option, json_option
from fourfold.project.naming import step_files
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fourfold.app.checking import Finding
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile


@click.command()
@click.argument("steps", type=STEP, metavar="[STEP]...", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help="Lines for people, JSON, annotations of GitHub, or SARIF 2.1.0.",
)
@folder_option
@json_option("Problems")
def check(steps: tuple[str, ...], form: str, folder: Path | None, as_json: bool) -> None:
    """Say what is wrong in prompts, workflow.yaml and settings.

    With STEP, which may be a pattern, only what is wrong in these prompts. No model is asked. The
    exit code is 1 if there is an error or a warning.
    """
    from fourfold.cli.findings import print_findings

    with open_project(folder, looks=True, may_be_empty=True) as project:
        named = [file for step in steps for file in step_files(project, step)]
        only = list(dict.fromkeys(named)) if steps else None
        found = stopping.run(_check(project, only))
        print_findings(project.folder, found, "json" if as_json else form)
    note(_summary(found))
    if any(one.counts for one in found):
        raise click.exceptions.Exit(NOT_SO)


async def _check(project: Project, only: Sequence[StepFile] | None) -> list[Finding]:
    from fourfold.app.checking import check_folder
    from fourfold.llm.user_models import make_registry

    registry = make_registry(project.settings)
    try:
        return await check_folder(project, registry, only)
    finally:
        await registry.close()


def _summary(found: Sequence[Finding]) -> str:
    amounts = {
        kind: sum(one.problem.severity == kind for one in found) for kind in ("error", "warning")
    }
    wrong = [figures.counted(amount, kind) for kind, amount in amounts.items() if amount]
    return f"{' and '.join(wrong)}." if wrong else "Nothing is wrong."
