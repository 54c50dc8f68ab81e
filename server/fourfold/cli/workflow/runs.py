"""workflow runs: those that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fourfold.cli.folder import open_project
from fourfold.cli.output import print_answer, print_table
from fourfold.cli.parameters import folder_option, json_option
from fourfold.text import figures

if TYPE_CHECKING:
    from pathlib import Path


@click.command("runs")
@folder_option
@json_option("WorkflowRuns")
def list_workflow_runs(folder: Path | None, as_json: bool) -> None:
    """List the runs of the workflow, the newest first."""
    from fourfold.app.workflow_runs import MOST_LISTED, list_runs

    with open_project(folder, looks=True) as project:
        if as_json:
            print_answer(list_runs(project))
            return
        runs = project.store.workflow_runs(MOST_LISTED)
        print_table(
            ["Run", "Started", "Status", ""],
            [
                [run.id, figures.local_time(run.started), run.status, run.error or ""]
                for run in runs
            ],
            ["<", "<", "<", "<"],
        )
