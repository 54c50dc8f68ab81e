"""Where things are written: answers to stdout, everything about them to stderr.

Nothing here has to be cleaned by its caller. Messages and tables are harmless wherever they go, on
a terminal everything is (`cli/stream.py`). What is an answer for a program, such as a prompt, a
response, a patch or a document, is exact in a pipe and in a file.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Literal, TextIO, cast

import click

from fourfold.text.visible import harmless, one_line, visible_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.app.described import Answer
    from fourfold.cli.drawing import Screen
    from fourfold.cli.stream import Stream

Align = Literal["<", ">"]


def on_terminal(stream: TextIO) -> bool:
    """Whether a person looks at the stream."""
    return stream.isatty()


def console(stream: TextIO) -> Screen:
    """For drawing on a terminal; rich is imported only then."""
    from fourfold.cli.drawing import Screen

    return Screen(cast("Stream", stream).drawing)


def note(sentence: str) -> None:
    """Tells the user something that is not the answer."""
    click.echo(one_line(sentence), err=True)


def say(sentence: str) -> None:
    """The answer of a command that has no more to say than a sentence."""
    click.echo(one_line(sentence))


def confirm(question: str) -> bool:
    """A question on the terminal that Enter answers with no."""
    return click.confirm(one_line(question), default=False, err=True)


def print_answer(answer: Answer) -> None:
    """An answer as JSON."""
    print_json(answer.to_json())


def print_json(value: Any) -> None:
    """JSON, in which no character acts or hides: each of those is an escape."""
    click.echo(visible_json(json.dumps(value, ensure_ascii=False, indent=2)))


def print_text(text: str) -> None:
    """A prompt's or a model's text, exactly; on a terminal without what would control it."""
    cast("Stream", sys.stdout).write_exact(text)


def print_markdown(text: str) -> None:
    """Drawn on a terminal, as it is in a pipe."""
    if on_terminal(sys.stdout):
        from rich.markdown import Markdown

        console(sys.stdout).print(Markdown(harmless(text), hyperlinks=False))
    else:
        print_text(text)


def print_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    align: Sequence[Align],
    spare: Sequence[str] = (),
) -> None:
    """Drawn on a terminal; in a pipe one line for each row, the columns two spaces apart.

    `spare` are the columns to leave out of a narrow terminal, the first to go first.
    """
    lines = [[one_line(cell) for cell in row] for row in (header, *rows)]
    columns = [*zip(*lines, strict=True)]
    widths = [max(map(len, column)) for column in columns]
    if on_terminal(sys.stdout):
        _draw(columns, widths, align, spare)
        return
    for line in lines:
        cells = zip(line, align, widths, strict=True)
        click.echo("  ".join(f"{cell:{side}{width}}" for cell, side, width in cells).rstrip())


def _draw(
    columns: Sequence[Sequence[str]],
    widths: Sequence[int],
    align: Sequence[Align],
    spare: Sequence[str],
) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    screen = console(sys.stdout)
    kept = dict(enumerate(widths))
    for title in spare:
        if sum(kept.values()) + 2 * len(kept) > screen.width:
            kept = {at: width for at, width in kept.items() if columns[at][0] != title}
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    for at in kept:
        side = "right" if align[at] == ">" else "left"
        table.add_column(columns[at][0], justify=side, overflow="fold")  # type: ignore[arg-type]
    for row in zip(*(columns[at][1:] for at in kept), strict=True):
        table.add_row(*(Text(cell, "green" if cell == "current" else "") for cell in row))
    screen.print(table)
