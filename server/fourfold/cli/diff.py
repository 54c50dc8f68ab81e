"""diff: what differs in the prompts of two versions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from fourfold.cli.errors import NOT_SO
from fourfold.cli.folder import open_project, step_now
from fourfold.cli.output import console, on_terminal, print_answer, print_text
from fourfold.cli.parameters import VERSION, folder_option, json_option, step_argument
from fourfold.text.differences import split_lines
from fourfold.text.patch import NamedText, hunks, names, patch
from fourfold.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.text import Text

    from fourfold.reports.word_diff import Segment

_STYLES = {"-": "red", "+": "green", "@": "cyan", " ": ""}


@click.command()
@step_argument
@click.argument("old", type=VERSION)
@click.argument("new", type=VERSION)
@folder_option
@json_option("PromptDifference")
def diff(step: str, old: int, new: int, folder: Path | None, as_json: bool) -> None:
    """Show what turns the prompt of version OLD into that of NEW.

    The exit code is 1 if they differ, as with diff.
    """
    with open_project(folder) as project:
        file, history = step_now(project, step)
        sides = [
            NamedText(f"{file.step} {version.label}", version.text)
            for version in (history.version(old), history.version(new))
        ]
    found = patch(*sides)
    if as_json:
        from fourfold.app.answers.command_line import PromptDifference

        print_answer(
            PromptDifference(step=file.step, versions=(old, new), differ=bool(found), diff=found)
        )
    else:
        print_difference(*sides)
    if found:
        raise click.exceptions.Exit(NOT_SO)


def print_difference(left: NamedText, right: NamedText) -> None:
    """A patch in a pipe, nothing where there is no difference; drawn on a terminal."""
    if on_terminal(sys.stdout):
        for text in _drawn(left, right):
            console(sys.stdout).print(text, soft_wrap=True)
    else:
        print_text(patch(left, right))


def _drawn(left: NamedText, right: NamedText) -> Iterator[Text]:
    """The same for a terminal, with the changed words marked."""
    from rich.text import Text

    old, new = split_lines(left.text), split_lines(right.text)
    found = list(hunks(old, new))
    if found:
        yield from (Text(visible(line), _STYLES["@"]) for line in names(left, right))
    for hunk in found:
        yield Text(hunk.heading, _STYLES["@"])
        for block in hunk.blocks:
            before = "".join(old[block.old_start : block.old_end])
            for sign, segments in _signed(before, "".join(new[block.new_start : block.new_end])):
                line = Text(sign, _STYLES[sign])
                for segment in segments:
                    mark = " reverse" if segment.changed else ""
                    text = visible(segment.text.removesuffix("\n"))
                    line.append(text, f"{_STYLES[sign]}{mark}".strip())
                yield line


def _signed(before: str, after: str) -> Iterator[tuple[str, Sequence[Segment]]]:
    """The lines of a part of both texts, each with its sign."""
    from fourfold.reports.word_diff import diff_lines

    for line in diff_lines(before, after):
        if line.kind == "same":
            yield " ", line.old or ()
            continue
        if line.old is not None:
            yield "-", line.old
        if line.new is not None:
            yield "+", line.new
