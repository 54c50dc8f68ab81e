"""workflow: all steps in order, and how they stand."""

from __future__ import annotations

import click

from fourfold.cli.workflow.compare import compare_workflow_runs
from fourfold.cli.workflow.run import run_workflow
from fourfold.cli.workflow.runs import list_workflow_runs
from fourfold.cli.workflow.show import show_workflow
from fourfold.cli.workflow.write import write_files


@click.group()
def workflow() -> None:
    """Run the workflow of workflow.yaml, and see how its steps stand."""


for _command in (
    run_workflow,
    show_workflow,
    write_files,
    list_workflow_runs,
    compare_workflow_runs,
):
    workflow.add_command(_command)
