"""A Markdown text as sections with items: list items with those inside them, and paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fourfold.steps.responses.blocks import parse_blocks

if TYPE_CHECKING:
    from markdown_it.token import Token

LINE_LEVEL = 7

# models write headings as bold lines and as short lines with a colon
_TITLE = re.compile(r"(?:\*\*|__)(?P<bold>[^*_\n]{1,80})(?:\*\*|__):?|(?P<bare>\w[^:.\n]{0,40}):")
_BOLD_LINE = re.compile(r"^[ \t]*(?:\*\*|__)[^*_\n]{1,80}(?:\*\*|__):?[ \t]*$", re.MULTILINE)
_MAX_TITLE_WORDS = 4


@dataclass(slots=True)
class Item:
    """A list item or a paragraph: its text, as it was written, and the items below it."""

    text: str
    items: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """What stands below one heading; `title` is empty for what comes before the first.

    `level` counts from 1 as Markdown's headings do; a line that only looks like a heading has
    `LINE_LEVEL`.
    """

    title: str
    level: int = 0
    items: list[Item] = field(default_factory=list)


def outline(markdown: str) -> list[Section]:
    """The sections of `markdown` in their order; code blocks are passed over."""
    sections = [Section("")]
    opened: list[Item] = []
    # without an empty line before it, such a line would go on with the list item above it
    tokens = parse_blocks(_BOLD_LINE.sub(r"\n\g<0>\n", markdown))
    for place, token in enumerate(tokens):
        if token.type == "list_item_open":
            item = Item("")
            _items(sections, opened).append(item)
            opened.append(item)
        elif token.type == "list_item_close":
            opened.pop()
        elif token.type == "inline":
            _take(token, tokens[place - 1], sections, opened)
    return sections


def _take(token: Token, opening: Token, sections: list[Section], opened: list[Item]) -> None:
    text = "\n".join(line.strip() for line in token.content.strip().split("\n"))
    if opening.type == "heading_open" and not opened:
        sections.append(Section(text.strip("*_: "), int(opening.tag[1:])))
    elif opening.type in {"td_open", "th_open"}:
        return
    elif opened and not opened[-1].text:
        opened[-1].text = text
    elif not opened and (title := _title(text)):
        sections.append(Section(title, LINE_LEVEL))
    else:
        _items(sections, opened).extend(Item(part) for part in _paragraphs(text))


def _items(sections: list[Section], opened: list[Item]) -> list[Item]:
    return opened[-1].items if opened else sections[-1].items


def _title(text: str) -> str:
    title = _TITLE.fullmatch(text)
    if title is None:
        return ""
    bare = title["bold"] or title["bare"]
    is_title = not bare.endswith(".") if title["bold"] else len(bare.split()) <= _MAX_TITLE_WORDS
    return bare.strip(": ") if is_title else ""


def _paragraphs(text: str) -> list[str]:
    """A paragraph as one item, or one for each line that begins with an id such as R1."""
    lines = text.split("\n")
    starts = [re.match(r"\W*[A-Z]{1,5}[-_ ]?\d+\W", line) is not None for line in lines]
    if not any(starts):
        return [text]
    parts: list[str] = []
    for line, start in zip(lines, starts, strict=True):
        if start or not parts:
            parts.append(line)
        else:
            parts[-1] += f"\n{line}"
    return parts
