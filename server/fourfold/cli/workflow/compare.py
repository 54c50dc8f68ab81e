"""workflow compare: two runs of the workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fourfold.cli.folder import open_project
from fourfold.cli.output import print_answer, print_markdown
from fourfold.cli.parameters import completed, folder_option, json_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("compare")
@click.argument("runs", metavar="[RUN RUN]", nargs=-1, shell_complete=completed("workflow_runs"))
@folder_option
@json_option("WorkflowComparisonWithFigures")
def compare_workflow_runs(runs: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """Compare two runs of the workflow: versions used, and what differs in each response.

    Without RUNS: the newest two. In a pipe it is Markdown.
    """
    from fourfold.app.answers.comparisons import WorkflowComparisonWithFigures
    from fourfold.app.workflow_runs import compare_runs
    from fourfold.reports.workflow_comparison import workflow_comparison_document

    with open_project(folder, looks=True) as project:
        compared = compare_runs(project, runs or None)
        if as_json:
            print_answer(WorkflowComparisonWithFigures.figures(compared, project.uri_of))
        else:
            print_markdown(workflow_comparison_document(compared))
