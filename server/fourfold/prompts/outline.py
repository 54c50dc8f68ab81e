"""The parts of a prompt file, for an outline: front matter, messages, headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from fourfold.prompts.front_matter import last_header_line

if TYPE_CHECKING:
    from fourfold.prompts.formats.format import Format

MOST_PARTS = 1000
_NAME_LENGTH = 80
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


class Part(NamedTuple):
    """From the line `start` to `end`, that included; what follows with a greater `depth` is in it.

    A heading is of the message that it stands in.
    """

    name: str
    kind: Literal["header", "message", "heading"]
    depth: int
    start: int
    end: int


def outline(text: str, format_: Format) -> list[Part]:
    """The parts of a normalised text, in its order; of a long one the first."""
    lines = text.split("\n")
    header = 0 if format_.is_yaml else last_header_line(text)
    parts = [Part("front matter", "header", 0, 0, header)] if header else []
    with_messages = format_.message and (header or not format_.below_folders)
    message = re.compile(format_.message, re.IGNORECASE) if with_messages else None
    fence = ""
    for number in range(header + 1 if header else 0, len(lines)):
        line = lines[number]
        if message is not None and (found := message.search(line)) is not None:
            parts.append(Part(found[1].lower(), "message", 0, number, number))
            fence = ""
        elif format_.is_yaml:
            continue
        elif fence:
            fence = "" if line.strip().startswith(fence) else fence
        elif (found := _FENCE.match(line)) is not None:
            fence = found[1]
        elif (found := _HEADING.match(line)) is not None:
            name = line[found.end() :].strip().rstrip("# \t")
            parts.append(Part(name[:_NAME_LENGTH] or "#", "heading", len(found[1]), number, number))
        if len(parts) >= MOST_PARTS:
            break
    return _with_ends(parts, len(lines) - 1)


def _with_ends(parts: list[Part], last: int) -> list[Part]:
    """Each part up to the next that is not in it."""
    ended: list[Part] = []
    ends = [last] * (max((part.depth for part in parts), default=0) + 1)
    for part in reversed(parts):
        end = part.end if part.kind == "header" else min(ends[: part.depth + 1])
        ended.append(part._replace(end=end))
        ends[part.depth] = part.start - 1
        ends[part.depth + 1 :] = [last] * (len(ends) - part.depth - 1)
    return ended[::-1]
