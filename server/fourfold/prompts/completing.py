"""What can be typed at a place in a prompt file: keys of its front matter, and its inputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fourfold.prompts.formats.format import Format

_TYPED = re.compile(r"[ \t]*(?:- )?([\w-]*)\Z")
_WRITTEN = re.compile(r"[ \t]*(- )?([\w-]+)[ \t]*:")
_DELIMITER = re.compile(r"---[ \t]*\Z")
_BEFORE = 200
"""More than any input's name is long."""
_CLOSING = {"{{": "}}", "${input:": "}"}
"""What ends an input, by what begins it; without it, its name does."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word that fits: `text` takes the place of what is typed of it."""

    label: str
    text: str
    kind: Literal["key", "input", "value"]
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Fitting:
    """The words that fit, and the character of the line where what is typed of them begins."""

    start: int
    words: Sequence[Word]


def complete(
    lines: Sequence[str],
    line: int,
    character: int,
    format_: Format,
    inputs_of: Callable[[str], Sequence[str]],
) -> Fitting | None:
    """What fits at a place, in code points, of a file with these lines (without their ends); None
    where nothing is to be told. `inputs_of` says which inputs a text has."""
    if line >= len(lines):
        return None
    before = lines[line][:character]
    header = _header(lines, format_)
    if header is not None and line in header:
        typed = _TYPED.match(before)
        if typed is not None:
            start = typed.start(1)
            return Fitting(start, list(_keys(lines, header, line, start, format_)))
        if not format_.is_yaml:
            return None
    opening = _opening(before, format_)
    if opening is None:
        return None
    rest = _after(lines[line][character:], format_)
    without = (*lines[:line], before[:opening] + rest, *lines[line + 1 :])
    return _variables(before, opening, format_, inputs_of("\n".join(without)))


def _header(lines: Sequence[str], format_: Format) -> range | None:
    """The lines of the front matter."""
    if format_.is_yaml:
        return range(len(lines))
    if not format_.keys:
        return None
    opening = next((n for n, one in enumerate(lines) if one.strip() and one[:1] != "#"), None)
    if opening is None or not _DELIMITER.match(lines[opening]):
        return None
    ends = (n for n in range(opening + 1, len(lines)) if _DELIMITER.match(lines[n]))
    return range(opening + 1, next(ends, len(lines)))


def _keys(
    lines: Sequence[str], header: range, line: int, indent: int, format_: Format
) -> Iterator[Word]:
    """The keys of the mapping that the line is in that it does not have yet."""
    path = _path(lines, header, line, indent)
    prefix = "".join(f"{name}." for name in path)
    has = {one for number, one in _siblings(lines, header, line, indent) if number != line}
    for key, said in format_.keys.items():
        name = key.removeprefix(prefix)
        if key.startswith(prefix) and "." not in name and name not in has:
            yield Word(name, f"{name}: ", "key", said)


def _path(lines: Sequence[str], header: range, line: int, indent: int) -> list[str]:
    """The keys above, each of a mapping that the next one is in."""
    path: list[str] = []
    for number in range(line - 1, header.start - 1, -1):
        written = _WRITTEN.match(lines[number])
        if written is not None and written.start(2) < indent:
            path.insert(0, written[2])
            indent = written.start(2)
    return path


def _siblings(
    lines: Sequence[str], header: range, line: int, indent: int
) -> Iterator[tuple[int, str]]:
    """The keys of the same mapping, above and below."""
    begins = lines[line].lstrip().startswith("- ")
    above = range(line, line if begins else header.start - 1, -1)
    for way in (above, range(line + 1, header.stop)):
        for number in way:
            written = _WRITTEN.match(lines[number])
            if written is None:
                continue
            begins_item = written[1] is not None
            if written.start(2) < indent or (begins_item and number > line):
                break
            if written.start(2) == indent:
                yield number, written[2]
                if begins_item:
                    break


def _opening(before: str, format_: Format) -> int | None:
    """Where an input begins that is being typed."""
    if format_.opening is None:
        return None
    start = before.rfind(format_.opening, len(before) - _BEFORE if len(before) > _BEFORE else 0)
    typed = before[start + len(format_.opening) :] if start >= 0 else None
    return start if typed is not None and re.fullmatch(r"[ \t]*[\w.-]*", typed) else None


def _after(rest: str, format_: Format) -> str:
    """What follows an input that is being typed: half of one is nothing that can be read."""
    closing = _CLOSING.get(format_.opening or "", "")
    ended = re.match(rf"[\w.-]*[ \t]*{re.escape(closing)}", rest)
    return rest[ended.end() :] if ended else rest


def _variables(before: str, start: int, format_: Format, inputs: Sequence[str]) -> Fitting:
    """The inputs, and what else may stand there, after what begins one in this format."""
    typed = before[start + len(format_.opening or "") :]
    end = "" if format_.opening == "$" else " " if typed[:1].isspace() else ""
    words = [
        *(Word(name, f"{name}{end}", "input") for name in inputs),
        *(
            Word(one, one, "value", said)
            for one, said in format_.words.items()
            if one not in inputs
        ),
    ]
    return Fitting(len(before) - len(typed.lstrip()), words)
