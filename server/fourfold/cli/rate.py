"""rate: what a person says of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from fourfold.cli.folder import open_project
from fourfold.cli.output import print_answer, say
from fourfold.cli.parameters import completed, folder_option, json_option

if TYPE_CHECKING:
    from pathlib import Path

_VALUES = {"up": 1, "down": -1, "clear": 0}
_SAID = {1: "is rated up", -1: "is rated down", 0: "is not rated any more"}


@click.command()
@click.argument("run", shell_complete=completed("runs"))
@click.argument("rating", type=click.Choice(list(_VALUES)))
@click.option("--note", metavar="TEXT", help="Why, in a few words.")
@folder_option
@json_option("GivenRating")
def rate(
    run: str,
    rating: Literal["up", "down", "clear"],
    note: str | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Say of a RUN that it is good (up) or bad (down).

    RUN is an id that fourfold log lists. What you have said before is replaced; clear takes it
    away. A run that is rated is kept as long as its version.
    """
    from fourfold.app.answers.runs import GivenRating
    from fourfold.app.rating import rate as give

    with open_project(folder, looks=True) as project:
        given = give(project, run, _VALUES[rating], note)
    if as_json:
        print_answer(GivenRating.copied(given))
    else:
        say(f"{given.run} {_SAID[given.rating]}.")
