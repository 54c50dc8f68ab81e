"""report: what has come out so far, to be sent to somebody."""

from __future__ import annotations

from pathlib import Path

import click

from fourfold.cli.folder import open_project, step_now
from fourfold.cli.output import note
from fourfold.cli.parameters import STEP, folder_option


@click.command()
@click.argument("step", type=STEP, required=False)
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    required=True,
    help="The file to write.",
)
@folder_option
def report(step: str | None, html: Path, folder: Path | None) -> None:
    """Write versions side by side as a page.

    It has what the tests say too. The file holds all of it, prompts and responses, and
    loads nothing from elsewhere.
    Without STEP: the prompt that was run last.
    """
    from fourfold.app.board import make_board, step_to_show
    from fourfold.reports.page import whole_page

    with open_project(folder, looks=True) as project:
        file, _ = step_now(project, step or step_to_show(project).step)
        board = make_board(project, file, file.path.as_uri(), lambda _: None)
        html.write_text(whole_page(board), encoding="utf-8")
        note(f"{html} shows {file.step}.")
