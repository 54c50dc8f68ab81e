"""export, import: what is known of texts, for others and from them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fourfold.cli.folder import open_project, take_in
from fourfold.cli.output import note, print_answer, print_text, say
from fourfold.cli.parameters import folder_option, json_option
from fourfold.text import figures

if TYPE_CHECKING:
    from fourfold.store.facts import Merged

_NOUNS = {"versions": "version", "runs": "run", "scores": "score", "ratings": "rating"}
_LEFT = {
    "versions": "have no room or no prompt here",
    "runs": "are of steps that are not here",
    "scores": "are of runs that are not here, or of your own",
    "ratings": "are of runs that are not here, or in your name",
}


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@folder_option
@json_option("Exported")
def export(file: Path | None, folder: Path | None, as_json: bool) -> None:
    """Write what is known of prompts to FILE, for others.

    Versions, runs, scores and ratings as JSON Lines, to stdout without FILE: prompts, inputs and
    responses, and no key.
    """
    from fourfold.app.exporting import exported, write_file

    if as_json and file is None:
        raise click.UsageError("--json needs FILE: without one stdout is the export itself.")
    with open_project(folder, looks=True) as project:
        if file is None:
            from fourfold.team.lines import write_line

            for line in exported(project):
                print_text(write_line(line).decode())
            return
        counts = write_file(file, exported(project))
    if as_json:
        from fourfold.app.answers.exchange import Exported

        print_answer(Exported(file=str(file), **counts))
    else:
        say(f"{_listed(counts)} written to {file}.")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@folder_option
@json_option("Imported")
def import_(file: Path, folder: Path | None, as_json: bool) -> None:
    """Take in a FILE that fourfold export wrote.

    What is here already is not doubled. Runs of others say whose they are, and answer no run of
    yours. A text becomes a version where there is room; none goes for it, the current ones stay,
    and no file is written.
    """
    from fourfold.app.importing import import_file

    with open_project(folder, may_be_empty=True) as project:
        take_in(project, project.all_steps())
        found = import_file(project, file)
    if as_json:
        from fourfold.app.answers.exchange import Imported, Merged

        print_answer(Imported(**{kind: Merged.copied(one) for kind, one in found.items()}))
        return
    say(f"{_listed({kind: one.added for kind, one in found.items()})} imported.")
    for sentence in _told(found):
        note(sentence)


def _listed(counts: dict[str, int]) -> str:
    *most, last = (figures.counted(counts[kind], noun) for kind, noun in _NOUNS.items())
    return f"{', '.join(most)} and {last}"


def _told(found: dict[str, Merged]) -> list[str]:
    known = Counter({kind: one.known for kind, one in found.items()})
    told = [f"Here already: {_listed(known)}."] if known.total() else []
    return told + [
        f"{figures.counted(one.left, _NOUNS[kind])} left out: they {_LEFT[kind]}."
        for kind, one in found.items()
        if one.left
    ]
