"""init: a sample workflow to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from fourfold.cli.output import note, print_answer, say
from fourfold.cli.parameters import json_option
from fourfold.text import figures


@click.command()
@click.argument(
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="[DIR]",
    required=False,
)
@json_option("Sample")
def init(folder: Path | None, as_json: bool) -> None:
    """Put sample prompts and their workflow.yaml into a folder.

    That is DIR, else this folder. No file is overwritten.
    """
    from fourfold.app.sample import write_sample
    from fourfold.cli.folder import project_in

    workspace = folder or Path.cwd()
    workspace.mkdir(parents=True, exist_ok=True)
    made = write_sample(workspace, project_in(workspace).steps.home)
    if as_json:
        from fourfold.app.answers.command_line import Sample

        print_answer(
            Sample(
                folder=str(made.folder),
                written=_names(made.written, made.folder),
                kept=_names(made.kept, made.folder),
            )
        )
        return
    if made.kept:
        names = ", ".join(_names(made.kept, made.folder))
        note(f"There already, and left as it is: {names}.")
    say(f"{figures.counted(len(made.written), 'file')} written to {made.folder}.")
    note("`fourfold doctor` says whether there is a model; `fourfold workflow run` runs them all.")


def _names(paths: tuple[Path, ...], folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in paths]
