"""Pieces of Markdown that hold any text without being broken by it, and in which nothing acts.

A preview or a hover follows links, loads pictures and reads HTML: none of them may be a stranger's.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from fourfold.text.visible import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

Align = Literal["<", ">"]
"""Where a column's cells stand: left or right."""

_SPECIAL = re.compile(
    r"[\\`*\[\]<>|~&@]|(?<![^\W_])_|_(?![^\W_])"
    r"|:(?=//)|(?<=mailto):|(?<=xmpp):|/(?=/)|(?<=/)/|(?<=\bwww)\.",  # addresses become links
    re.IGNORECASE,
)
_OPENING = re.compile(r"(\d*)([#+.)-])(?=[#\s]|$)")  # of a heading or a list item
# what is worth parsing for: most responses hold none of it, and are shown while they stream
_ACTIVE = re.compile(
    r"!\[|<[a-z/!?]|mermaid|\](?:\(|:)\s*<?(?!https?:|mailto:|#)[^)\s]*[:&\\]", re.IGNORECASE
)
_ACTIVE_DIAGRAM = re.compile(
    r"//|\bimg\s*:|\bhref\b|(?:^|;)\s*click\b|(?<!<)<(?!/?br\b)[a-z/!]|%%\{|^\s*---\s*$"
    r"|url\(|@import|javascript:",
    re.IGNORECASE | re.MULTILINE,
)
_QUIET_HTML = re.compile(
    r"</?(?:b|br|code|dd|del|details|dl|dt|em|h[1-6]|hr|i|ins|kbd|li|ol|p|pre|s|strong|sub|summary"
    r"|sup|table|tbody|td|th|thead|tr|u|ul)\s?/?>|[^<]+",
    re.IGNORECASE,
)
_QUIET_LINK = re.compile(r"(?:https?:|mailto:|#|[^:]*$)", re.IGNORECASE)
_MOST_READ = 100_000
_MOST_BRACKETS = 5_000
"""Whether a longer text, or one with more of them, is quiet would take too long to find out."""
_BACKTICKS = re.compile(r"`{3,}")


def plain(text: str) -> str:
    """`text` on one line, shown as it is."""
    escaped = inside(" ".join(text.split()))
    return _OPENING.sub(r"\1\\\2", escaped, count=1) if _OPENING.match(escaped) else escaped


def inside(text: str) -> str:
    """`text` in the middle of a line, shown as it is."""
    return _SPECIAL.sub(r"\\\g<0>", one_line(text))


def quoted(markdown: str) -> str:
    """Somebody's Markdown that is quiet, in a quote, which none of it can leave."""
    return "\n".join(f"> {line}".rstrip() for line in markdown.rstrip("\n").split("\n"))


def code(text: str) -> str:
    """`text` on one line as code."""
    bare = one_line(text)
    fence = "`" * (1 + max((len(found) for found in re.findall("`+", bare)), default=0))
    pad = " " if bare.startswith("`") or bare.endswith("`") else ""
    return f"{fence}{pad}{bare}{pad}{fence}"


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


def diff_fenced(text: str) -> str:
    """A difference in a code block, with what cannot be seen in it made visible."""
    return fenced(visible(text), "diff")


def diagram(source: str, language: str) -> str:
    """Somebody's diagram, to be drawn; as text where it would load, link or style something."""
    return fenced(source, "text" if _ACTIVE_DIAGRAM.search(source) else language)


def quiet(markdown: str) -> str:
    """Somebody's Markdown as it is; in a code block where rendering it would load a picture, run a
    command or bring HTML of its own."""
    if _ACTIVE.search(markdown) is None:
        return markdown
    readable = len(markdown) <= _MOST_READ and markdown.count("[") <= _MOST_BRACKETS
    return markdown if readable and _is_quiet(markdown) else fenced(markdown, "markdown")


def _is_quiet(markdown: str) -> bool:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark").enable("table")
    reader.validateLink = lambda url: True  # type: ignore[method-assign]
    tokens = reader.parse(markdown)
    return all(map(_acts_not, [*tokens, *(one for each in tokens for one in each.children or ())]))


def _acts_not(token: Token) -> bool:
    if token.type == "image":
        return False
    if token.type == "link_open":
        return _QUIET_LINK.match(str(token.attrs.get("href", ""))) is not None
    if token.type == "fence" and token.info.strip().lower().startswith("mermaid"):
        return _ACTIVE_DIAGRAM.search(token.content) is None
    if token.type in ("html_block", "html_inline"):
        return re.sub(_QUIET_HTML, "", token.content) == ""
    return True


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
