"""compare: versions side by side, with their figures and responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fourfold.cli.folder import open_project, step_now
from fourfold.cli.output import print_answer, print_markdown
from fourfold.cli.parameters import VERSION, folder_option, json_option, step_argument

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@step_argument
@click.argument("versions", type=VERSION, nargs=-1)
@folder_option
@json_option("ComparisonWithFigures")
def compare(step: str, versions: tuple[int, ...], folder: Path | None, as_json: bool) -> None:
    """Compare two to four versions: figures, prompts and responses.

    Without VERSIONS: the current one against the one that it was made from,
    where it is the newest, else against the newest other. In a pipe it is Markdown.
    """
    from fourfold.app.answers.comparisons import ComparisonWithFigures
    from fourfold.app.contents import make_comparison
    from fourfold.reports.comparison_document import comparison_document

    with open_project(folder) as project:
        file, history = step_now(project, step)
        compared = make_comparison(project, history, versions or None, lambda _: None)
        if as_json:
            print_answer(ComparisonWithFigures.figures(compared, file.suffix, project.uri_of))
        else:
            print_markdown(comparison_document(compared))
