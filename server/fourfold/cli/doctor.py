"""doctor: what is found, what is not, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fourfold.cli.errors import NOT_SO
from fourfold.cli.output import note, print_answer, print_table
from fourfold.cli.parameters import folder_option, json_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@folder_option
@json_option("Checks")
def doctor(folder: Path | None, as_json: bool) -> None:
    """Say what is found, what is not, and what to do.

    Of keys only their names are said. The exit code is 1 if something is wrong.
    """
    from fourfold.app.doctor import examine
    from fourfold.cli.folder import project_in

    project = project_in(folder)
    try:
        found = examine(project)
    finally:
        project.close()
    if as_json:
        from fourfold.app.answers.command_line import Check, Checks

        print_answer(Checks(checks=[Check.copied(one) for one in found]))
    else:
        rows = [[one.state, one.name, one.found, one.advice or ""] for one in found]
        print_table(("State", "What", "Found", "What to do"), rows, ["<"] * 4)
    wrong = [one for one in found if one.state == "wrong"]
    note("Something is wrong; see above." if wrong else "Nothing is wrong.")
    if wrong:
        raise click.exceptions.Exit(NOT_SO)
