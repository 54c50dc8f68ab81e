"""gc: what is kept and nothing refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fourfold.cli.folder import open_project
from fourfold.cli.output import print_answer, say
from fourfold.cli.parameters import folder_option, json_option
from fourfold.text import figures

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be freed.")
@folder_option
@json_option("Freed")
def gc(dry_run: bool, folder: Path | None, as_json: bool) -> None:
    """Free what nothing refers to.

    Of each text the newest 50 runs stay, with those that a rating, a score or a workflow run refers
    to, and of the workflow the newest 50 runs. No version goes, and no response that is shown.
    """
    with open_project(folder) as project:
        found = project.store.garbage() if dry_run else project.store.collect()
        if as_json:
            from fourfold.app.answers.command_line import Freed

            print_answer(Freed.copied(found))
            return
        what = (
            f"{figures.counted(found.runs, 'run')}, "
            f"{figures.counted(found.workflow_runs, 'run')} of the workflow, "
            f"{found.bytes / 1_000_000:,.1f} MB"
        )
        say(f"This would free {what}." if dry_run else f"{what} freed.")
