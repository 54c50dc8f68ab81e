"""Pieces of Markdown that hold any text without being broken by it."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Align = Literal["<", ">"]
"""Where a column's cells stand: left or right."""

_SPECIAL = re.compile(r"[\\`*\[\]<>|~&]|(?<![^\W_])_|_(?![^\W_])")
_BACKTICKS = re.compile(r"`{3,}")


def plain(text: str) -> str:
    """`text` on one line, shown as it is."""
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))


def link(text: str, uri: str) -> str:
    """A link that may stand in a table; `text` is Markdown."""
    target = uri.replace("|", "%7C").replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")
    return f"[{text}](<{target}>)" if "(" in target or ")" in target else f"[{text}]({target})"


def fenced(text: str, language: str) -> str:
    """`text` in a code block whose fence is longer than any that the text holds."""
    longest = max((len(found) for found in _BACKTICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    body = text if text.endswith("\n") else f"{text}\n"
    return f"{fence}{language}\n{body}{fence}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], align: Sequence[Align]) -> str:
    """A table whose columns also stand in line as plain text; cells are Markdown."""
    widths = [max(3, *map(len, column)) for column in zip_longest(header, *rows, fillvalue="")]
    rule = [
        f"{'-' * (width - 1)}:" if side == ">" else "-" * width
        for width, side in zip(widths, align, strict=True)
    ]

    def line(cells: Sequence[str]) -> str:
        filled = (
            f"{cell:{side}{width}}"
            for cell, side, width in zip_longest(cells, align, widths, fillvalue="")
        )
        return f"| {' | '.join(filled)} |"

    return "\n".join([line(header), line(rule), *map(line, rows)])
