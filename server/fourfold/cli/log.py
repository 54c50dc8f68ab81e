"""log: the runs there were."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fourfold.cli.folder import open_project, take_in
from fourfold.cli.output import note, print_answer, print_table
from fourfold.cli.parameters import STEP, folder_option, json_option
from fourfold.project.naming import step_files
from fourfold.runs.outcome import by_whom, outcome
from fourfold.text import figures

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.store.records import Run


@click.command()
@click.argument("step", type=STEP, required=False)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    metavar="N",
    help="The most runs to list, else 20.",
)
@folder_option
@json_option("Runs")
def log(step: str | None, limit: int, folder: Path | None, as_json: bool) -> None:
    """List the runs of all steps, or of STEP, the newest first.

    STEP may be a pattern, such as "review/*".
    `fourfold show RUN` shows one of them.
    """
    from fourfold.app.answers.runs import Runs

    with open_project(folder, looks=True) as project:
        files = project.all_steps() if step is None else step_files(project, step)
        take_in(project, files)
        steps = None if step is None else [file.step for file in files]
        runs = project.store.run_log(steps, limit)
        if as_json:
            print_answer(Runs.of(runs, project.uri_of))
        elif runs:
            header = ["Run", "Step", "Version", "Model", "Started", "Result"]
            rows = [_row(run) for run in runs]
            if any(run.test for run in runs):
                header.insert(3, "Test")
                for row, run in zip(rows, runs, strict=True):
                    row.insert(3, run.test or figures.NOTHING)
            print_table(header, rows, ["<"] * len(header), spare=["Started", "Model", "Test"])
        else:
            note("Nothing has been run yet: `fourfold run STEP` runs a prompt.")


def _row(run: Run) -> list[str]:
    result = by_whom(f"{run.status}: {run.error}", run) if run.error else outcome(run)
    reused = f"{result} · reused" if run.cached else result
    return [run.id, run.step, run.label, run.model, figures.local_time(run.started), reused]
