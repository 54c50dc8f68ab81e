"""report: what has come out so far: what tests came to, or the board as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from fourfold.cli.errors import Failure
from fourfold.cli.folder import open_project, step_id, step_now
from fourfold.cli.output import note, print_answer, print_markdown
from fourfold.cli.parameters import STEP, folder_option, json_option

if TYPE_CHECKING:
    from fourfold.evals.matrix.report import TestReport
    from fourfold.project.project import Project


@click.command()
@click.argument("step", type=STEP, required=False)
@click.option("--id", "matrix", metavar="ID", help="An earlier report, by its id; needs STEP.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="A table for people, Markdown, or JSON.",
)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the board there: versions side by side, and what the tests say.",
)
@folder_option
@json_option("TestReports")
def report(
    step: str | None,
    matrix: str | None,
    form: Literal["text", "markdown", "json"],
    html: Path | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Print the last test report of a step, or of all that have one.

    No model is asked. One that was cancelled or killed is reported as far as it came.

    With --html it is the board, as one file that holds prompts and responses and loads nothing
    from elsewhere; without STEP that of the prompt that was run last.
    """
    from fourfold.cli.report_table import print_report
    from fourfold.reports.test_report import report_markdown

    if matrix is not None and step is None:
        raise click.UsageError("--id needs STEP: the step that the report is of.")
    with open_project(folder, looks=True) as project:
        if html is not None:
            _write_board(project, step, matrix, html)
            return
        reports = _reports(project, step, matrix)
    if as_json or form == "json":
        from fourfold.app.answers.tests import TestReport, TestReports

        print_answer(TestReports(reports=[TestReport.of(one) for one in reports]))
    elif form == "markdown":
        print_markdown("\n".join(map(report_markdown, reports)))
    else:
        for one in reports:
            print_report(one)


def _write_board(project: Project, step: str | None, matrix: str | None, html: Path) -> None:
    from fourfold.app.board import make_board, step_to_show
    from fourfold.reports.page import whole_page

    file, _ = step_now(project, step or step_to_show(project).step)
    board = make_board(project, file, file.path.as_uri(), lambda _: None, matrix=matrix)
    html.write_text(whole_page(board.to_json()), encoding="utf-8")
    note(f"{html} shows {file.step}.")


def _reports(project: Project, step: str | None, matrix: str | None) -> list[TestReport]:
    from fourfold.app.testing.kept_report import kept_report

    if step is not None:
        return [kept_report(project, step_id(project, step), matrix)]
    store = project.store
    steps = [name for name in store.step_names() if store.find_matrix(name) is not None]
    if not steps:
        raise Failure("There is no test report yet; `fourfold test` makes some.")
    return [kept_report(project, name) for name in steps]
