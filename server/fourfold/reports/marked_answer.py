"""A response in Markdown with what differs from another one marked in it.

What came is **bold**, what is gone ~~struck through~~. Code, tables and HTML hold no marks: where
they differ they are shown as a line diff.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fourfold.reports.diff_block import diff_block
from fourfold.reports.word_diff import TOKEN, diff_lines
from fourfold.steps.responses.blocks import parse_blocks
from fourfold.text.differences import blocks, split_lines
from fourfold.text.markdown import inside, quiet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from fourfold.reports.word_diff import DiffLine

_LONGEST = 60_000
_RAW = ("fence", "code_block", "html_block", "table_open")
_PREFIX = re.compile(r"\s*(?:>\s?)*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(?:#{1,6}\s+)?")


def can_mark(*answers: str) -> bool:
    """Whether nothing in them acts, and they are short enough to be read."""
    return all(len(one) <= _LONGEST and quiet(one) == one for one in answers)


def marked_answer(old: str, new: str) -> str:
    """`new` as Markdown, marked against `old`; both as `can_mark` wants them."""
    left, right = _parts(old), _parts(new)
    left_texts, right_texts = [text for text, _ in left], [text for text, _ in right]
    found: list[str] = []
    for block in blocks(left_texts, right_texts):
        was, now = left[block.old_start : block.old_end], right[block.new_start : block.new_end]
        if block.equal:
            found += [text for text, _ in now]
            continue
        before, after = _joined(was, raw=False), _joined(now, raw=False)
        found += [piece for line in diff_lines(before, after) for piece in _marked_line(line)]
        if changed := diff_block(
            _trimmed(_joined(was, raw=True)), _trimmed(_joined(now, raw=True))
        ):
            found += ["" if not found or found[-1].endswith("\n\n") else "\n", f"{changed}\n\n"]
    return "".join(found)


def _joined(parts: Sequence[tuple[str, bool]], *, raw: bool) -> str:
    return "".join(text for text, is_raw in parts if is_raw == raw)


def _trimmed(text: str) -> str:
    return text.rstrip("\n") + "\n" if text else ""


def _parts(markdown: str) -> list[tuple[str, bool]]:
    """The blocks of a text with the blank lines after them, and whether a mark in them would be a
    part of their content."""
    lines = split_lines(markdown if markdown.endswith("\n") else f"{markdown}\n")
    tokens = parse_blocks(markdown)
    starts: dict[int, bool] = {0: False} if lines else {}
    for at, token in enumerate(tokens):
        if token.level == 0 and token.map and token.nesting >= 0:
            inner = _within(tokens, at)
            starts[token.map[0]] = any(one in _RAW for one in inner)
    places = sorted(starts)
    ends = [*places[1:], len(lines)]
    return [
        ("".join(lines[start:end]), starts[start])
        for start, end in zip(places, ends, strict=True)
        if start < end
    ]


def _within(tokens: Sequence[Token], at: int) -> Iterator[str]:
    """The types of a block's tokens."""
    yield tokens[at].type
    if tokens[at].nesting == 1:
        for token in tokens[at + 1 :]:
            if token.level == 0:
                return
            yield token.type


def _marked_line(line: DiffLine) -> Iterator[str]:
    """The line, or both where they are no line with other words."""
    old = "".join(segment.text for segment in line.old or ())
    new = "".join(segment.text for segment in line.new or ())
    if line.kind == "same" or not (old + new).strip():
        yield new or old
    elif line.kind == "changed" and _prefix(old) == _prefix(new):
        yield _merged(old.rstrip("\n"), new.rstrip("\n")) + "\n"
    else:
        if line.old is not None:
            yield _whole(old.rstrip("\n"), "~~") + "\n"
        if line.new is not None:
            yield _whole(new.rstrip("\n"), "**") + "\n"


def _prefix(line: str) -> str:
    found = _PREFIX.match(line)
    return found[0] if found else ""


def _whole(line: str, mark: str) -> str:
    prefix = _prefix(line)
    return prefix + _mark(line[len(prefix) :], mark)


def _merged(old: str, new: str) -> str:
    """One line that has the words of both."""
    prefix = _prefix(new)
    left, right = TOKEN.findall(old[len(prefix) :]), TOKEN.findall(new[len(prefix) :])
    found = blocks(left, right)
    pieces: list[str] = []
    for block in found:
        was, now = left[block.old_start : block.old_end], right[block.new_start : block.new_end]
        if block.equal:
            pieces.append(inside("".join(now)))
            continue
        gone, came = _mark("".join(was), "~~"), _mark("".join(now), "**")
        # Two marks side by side would be read as one.
        apart = " " if gone.endswith("~~") and came.startswith("**") else ""
        pieces.append(f"{gone}{apart}{came}")
    return prefix + "".join(pieces)


def _mark(text: str, mark: str) -> str:
    """The text between marks, which may not stand beside a space."""
    bare = text.strip()
    if not bare:
        return text
    start = text.index(bare)
    return f"{text[:start]}{mark}{inside(bare)}{mark}{text[start + len(bare) :]}"
