"""diff: what differs in the prompts of two versions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from fourfold.cli.errors import NOT_SO
from fourfold.cli.folder import open_project, step_now
from fourfold.cli.output import console, on_terminal, print_json, print_text
from fourfold.cli.parameters import VERSION, folder_option, json_option, step_argument
from fourfold.text.visible import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.text import Text

    from fourfold.reports.word_diff import DiffLine, Segment

_CONTEXT = 3
_NO_LINE_END = "\\ No newline at end of file"


@click.command()
@step_argument
@click.argument("old", type=VERSION)
@click.argument("new", type=VERSION)
@folder_option
@json_option
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
    patch = _patch(*sides)
    if as_json:
        print_json(
            {"step": file.step, "versions": [old, new], "differ": bool(patch), "diff": patch}
        )
    else:
        print_difference(*sides)
    if patch:
        raise click.exceptions.Exit(NOT_SO)


class NamedText(NamedTuple):
    """A text, and what it is called in the heading of a diff."""

    name: str
    text: str


def print_difference(left: NamedText, right: NamedText) -> None:
    """A patch in a pipe, nothing where there is no difference; drawn on a terminal."""
    if on_terminal(sys.stdout):
        for text in _drawn(left, right):
            console(sys.stdout).print(text, soft_wrap=True)
    else:
        print_text(_patch(left, right))


def _patch(left: NamedText, right: NamedText) -> str:
    """The difference as a patch; "" where there is none."""
    lines = []
    for sign, segments in _lines(left, right):
        text = "".join(segment.text for segment in segments)
        lines.append(f"{sign}{text}" if text.endswith("\n") else f"{sign}{text}\n{_NO_LINE_END}\n")
    return "".join(lines)


def _drawn(left: NamedText, right: NamedText) -> Iterator[Text]:
    """The same for a terminal, with the changed words marked."""
    from rich.text import Text

    styles = {"-": "red", "+": "green", "@": "cyan", " ": ""}
    for sign, segments in _lines(left, right):
        style = styles[sign[:1] or "@"]
        line = Text(sign, style)
        for segment in segments:
            mark = " reverse" if segment.changed else ""
            line.append(visible(segment.text.removesuffix("\n")), f"{style}{mark}".strip())
        yield line


def _lines(left: NamedText, right: NamedText) -> Iterator[tuple[str, Sequence[Segment]]]:
    """Each line of a unified diff: its sign, and what stands after it."""
    from fourfold.reports.word_diff import Segment, diff_lines

    def heading(text: str) -> tuple[str, Sequence[Segment]]:
        return "", (Segment(f"{text}\n", changed=False),)

    lines = diff_lines(left.text, right.text)
    groups = list(_hunks(lines))
    if groups:
        yield heading(f"--- {one_line(left.name)}")
        yield heading(f"+++ {one_line(right.name)}")
    for start, end in groups:
        yield heading(_hunk_heading(lines, start, end))
        for line in lines[start:end]:
            if line.kind == "same":
                yield " ", line.old or ()
                continue
            if line.old is not None:
                yield "-", line.old
            if line.new is not None:
                yield "+", line.new


def _hunks(lines: Sequence[DiffLine]) -> Iterator[tuple[int, int]]:
    """Where the changes are, each with some lines around it; those that touch are one."""
    start = end = None
    for at, line in enumerate(lines):
        if line.kind == "same":
            continue
        if start is None or end is None or at - _CONTEXT > end:
            if start is not None and end is not None:
                yield start, end
            start = max(0, at - _CONTEXT)
        end = min(len(lines), at + _CONTEXT + 1)
    if start is not None and end is not None:
        yield start, end


def _hunk_heading(lines: Sequence[DiffLine], start: int, end: int) -> str:
    old = _place(sum(line.old is not None for line in lines[:start]), lines[start:end], "old")
    new = _place(sum(line.new is not None for line in lines[:start]), lines[start:end], "new")
    return f"@@ -{old} +{new} @@"


def _place(before: int, lines: Sequence[DiffLine], side: str) -> str:
    count = sum(getattr(line, side) is not None for line in lines)
    return f"{before + 1 if count else before},{count}"
