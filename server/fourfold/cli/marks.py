"""undo, pin and name: what else can be done with the versions of a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fourfold.app.switching import take_back
from fourfold.cli.folder import open_project, step_now
from fourfold.cli.output import say
from fourfold.cli.parameters import VERSION, folder_option, json_option, step_argument
from fourfold.cli.versions import print_versions

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@step_argument
@folder_option
@json_option("VersionList")
def undo(step: str, folder: Path | None, as_json: bool) -> None:
    """Take back the last change of STEP's versions.

    What it pushed out comes back. Text in the file that no version holds is never overwritten.
    """
    with open_project(folder) as project:
        file, _ = step_now(project, step, refuses=True)
        change = take_back(project, file)
        if as_json:
            print_versions(project, file, project.history(file))
        else:
            say(
                f"v{change.after} of {file.step} is current again, "
                f"and {file.path.name} has its text."
            )


@click.command()
@step_argument
@click.argument("version", type=VERSION)
@click.option("--off", is_flag=True, help="Let the version go again.")
@folder_option
@json_option("VersionList")
def pin(step: str, version: int, off: bool, folder: Path | None, as_json: bool) -> None:
    """Keep VERSION for good: no later one pushes it out.

    At most two versions of a step can be pinned.
    """
    with open_project(folder) as project:
        file, history = step_now(project, step)
        label = history.version(version).label
        project.pin(file, version, not off)
        if as_json:
            print_versions(project, file, project.history(file))
        else:
            now = "not pinned any more" if off else "pinned, and stays until it is unpinned"
            say(f"{label} of {file.step} is {now}.")


@click.command()
@step_argument
@click.argument("version", type=VERSION)
@click.argument("text")
@folder_option
@json_option("VersionList")
def name(step: str, version: int, text: str, folder: Path | None, as_json: bool) -> None:
    """Give VERSION a name. An empty TEXT takes it away."""
    with open_project(folder) as project:
        file, history = step_now(project, step)
        label = history.version(version).label
        project.name(file, version, text)
        history = project.history(file)
        if as_json:
            print_versions(project, file, history)
        else:
            given = history.version(version).name
            say(
                f"{label} of {file.step} is "
                + (f"“{given}” now." if given else "without a name now.")
            )
