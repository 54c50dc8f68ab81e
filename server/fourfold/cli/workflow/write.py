"""workflow write: the files of a step's response, once somebody has seen what changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fourfold.cli.diff import print_difference
from fourfold.cli.errors import NOT_SO
from fourfold.cli.folder import open_project, step_now
from fourfold.cli.output import confirm, note, print_answer, say
from fourfold.cli.parameters import folder_option, json_option, step_argument
from fourfold.text import figures
from fourfold.text.patch import NamedText
from fourfold.text.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.app.writing import FilePlan
    from fourfold.steps.writing import FileChange

NOTHING = "/dev/null"


@click.command("write")
@step_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@folder_option
@json_option("WrittenFiles")
def write_files(step: str, yes: bool, folder: Path | None, as_json: bool) -> None:
    """Write the files of a step's response below the folder that workflow.yaml names for them.

    What changes is shown as a diff first. Nothing is written without a yes, on a terminal or as
    --yes; a file that tools run or obey, marked with ⚠, only after a yes of its own on a terminal.
    The exit code is 1 if a file that would change was not written.
    """
    from fourfold.app.answers.files import WrittenFiles
    from fourfold.app.writing import plan_files
    from fourfold.cli.running import may_ask
    from fourfold.steps.writing import write

    with open_project(folder) as project:
        file, _ = step_now(project, step)
        planned = plan_files(project, file)
        if not as_json:
            for change in planned.changes:
                _print_change(planned, change)
        agreed = _agreed(planned, yes=yes, asked=not as_json and may_ask())
        written = write(agreed)
        left = [one for one in planned.pending_alone if one not in agreed]
        for change in left:
            note(
                f"⚠ {visible(planned.place(change))} was not written: "
                f"{planned.warnings[change.path]}, so it takes a yes of its own on a terminal."
            )
        if as_json:
            print_answer(WrittenFiles.of(planned, len(written)))
        elif agreed or not (planned.pending or left):
            note(f"Wrote {figures.counted(len(written), 'file')} below {planned.folder}/.")
        else:
            note("Nothing was written; say --yes to write the files without a ⚠.")
    if len(agreed) < len(planned.pending) + len(planned.pending_alone):
        raise click.exceptions.Exit(NOT_SO)


def _print_change(planned: FilePlan, change: FileChange) -> None:
    """What would change in a file, with all that cannot be seen in it made visible."""
    path, before, after = planned.place(change), change.before, change.after
    if before != after and (why := planned.warnings.get(change.path)) is not None:
        say(f"⚠ {visible(path)}: {why}.")
    if "\r\n" in after:  # which the plan took over from the file
        before, after = (before or "").replace("\r\n", "\n"), after.replace("\r\n", "\n")
    name = NOTHING if change.before is None else visible(path)
    print_difference(
        NamedText(name, visible(before or "")), NamedText(visible(path), visible(after))
    )


def _agreed(planned: FilePlan, *, yes: bool, asked: bool) -> list[FileChange]:
    """The changes that somebody has said yes to."""
    agreed = []
    if planned.pending and (yes or (asked and confirm("Write?"))):
        agreed += planned.pending
    if asked:
        agreed += [one for one in planned.pending_alone if confirm(planned.question(one))]
    return agreed
