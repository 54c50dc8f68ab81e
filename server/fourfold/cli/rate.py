"""rate: what a person says of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from fourfold.cli.folder import open_project
from fourfold.cli.output import print_json, say
from fourfold.cli.parameters import folder_option, json_option

if TYPE_CHECKING:
    from pathlib import Path

_VALUES = {"up": 1, "down": -1, "clear": 0}
_SAID = {1: "is rated up", -1: "is rated down", 0: "is not rated any more"}


@click.command()
@click.argument("run")
@click.argument("rating", type=click.Choice(list(_VALUES)))
@click.option("--note", metavar="TEXT", help="Why, in a few words.")
@folder_option
@json_option
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
    from fourfold.app.rating import rate as give
    from fourfold.app.shapes import rating_shape

    with open_project(folder, looks=True) as project:
        given = give(project, run, _VALUES[rating], note)
    if as_json:
        print_json(rating_shape(given))
    else:
        say(f"{given.run} {_SAID[given.rating]}.")
