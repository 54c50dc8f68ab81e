"""worker: makes calls of models for a team."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fourfold.cli import stopping
from fourfold.cli.folder import open_project
from fourfold.cli.output import note
from fourfold.cli.parameters import folder_option
from fourfold.text import figures

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.option(
    "--concurrency", type=click.IntRange(1, 64), metavar="N", help="The most calls at once."
)
@click.option("--project", metavar="NAME", help="The team's project, else the one of the folder.")
@folder_option
def worker(concurrency: int | None, project: str | None, folder: Path | None) -> None:
    """Make calls that fourfold test --workers has asked for.

    With your own models, keys and limits, until Ctrl-C, which gives back what is not done.
    """
    from fourfold.app.sharing.joining import joined, team_settings

    with open_project(folder, looks=True, may_be_empty=True) as opened:
        settings = opened.settings
        address = team_settings(opened).database
        name = project or joined(opened).project

    async def work() -> None:
        from fourfold.app.workers.opening import open_worker

        async with open_worker(settings, address, name, concurrency, note) as found:
            note(f"Working for {name}; Ctrl-C ends it.")
            try:
                await found.serve()
            finally:
                made = figures.counted(found.made, "call")
                twice = f", {found.twice} of them twice" if found.twice else ""
                note(f"{made} made{twice}.")

    stopping.run(work())
