"""Where things are written: answers to stdout, everything about them to stderr."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any, Literal, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

Align = Literal["<", ">"]

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def on_terminal(stream: TextIO) -> bool:
    """Whether a person looks at the stream."""
    return stream.isatty()


def console(stream: TextIO) -> Console:
    """For drawing on a terminal; rich is imported only then."""
    from rich.console import Console

    return Console(file=stream, highlight=False)


def note(sentence: str) -> None:
    """Tells the user something that is not the answer."""
    click.echo(sentence, err=True)


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def print_text(text: str) -> None:
    """A prompt's or a model's text, exactly; on a terminal without what would control it."""
    sys.stdout.write(shown(text))
    sys.stdout.flush()


def print_markdown(text: str) -> None:
    """Drawn on a terminal, as it is in a pipe."""
    if on_terminal(sys.stdout):
        from rich.markdown import Markdown

        console(sys.stdout).print(Markdown(shown(text)))
    else:
        print_text(text)


def shown(text: str) -> str:
    """`text` as stdout may have it: others wrote it, and a terminal obeys control characters."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text) if on_terminal(sys.stdout) else text


def print_table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    align: Sequence[Align],
    spare: Sequence[str] = (),
) -> None:
    """Drawn on a terminal; in a pipe one line for each row, the columns two spaces apart.

    `spare` are the columns to leave out of a narrow terminal, the first to go first.
    """
    columns = [*zip(header, *rows, strict=True)]
    widths = [max(map(len, column)) for column in columns]
    if on_terminal(sys.stdout):
        _draw(columns, widths, align, spare)
        return
    for row in (header, *rows):
        cells = zip(row, align, widths, strict=True)
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
