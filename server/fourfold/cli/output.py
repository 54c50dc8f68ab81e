"""Where things are written: answers to stdout, everything about them to stderr."""

from __future__ import annotations

import json
import re
import sys
from itertools import zip_longest
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


def shown(text: str) -> str:
    """`text` as stdout may have it: others wrote it, and a terminal obeys control characters."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text) if on_terminal(sys.stdout) else text


def print_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], align: Sequence[Align]
) -> None:
    """Drawn on a terminal; in a pipe one line for each row, the columns two spaces apart."""
    if on_terminal(sys.stdout):
        _draw(header, rows, align)
        return
    widths = [max(map(len, column)) for column in zip_longest(header, *rows, fillvalue="")]
    for row in (header, *rows):
        cells = zip(row, align, widths, strict=True)
        click.echo("  ".join(f"{cell:{side}{width}}" for cell, side, width in cells).rstrip())


def _draw(header: Sequence[str], rows: Sequence[Sequence[str]], align: Sequence[Align]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for title, side in zip(header, align, strict=True):
        table.add_column(title, justify="right" if side == ">" else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell, "green" if cell == "current" else "") for cell in row))
    console(sys.stdout).print(table)
