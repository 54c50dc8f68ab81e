"""Where a cursor stands in YAML that is being typed, and so is often broken.

Told from indentation and brackets alone, as a reader would: YAML's own parser gives up on what is
not finished.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    Keys = tuple[str, ...]
    Place = tuple[tuple[str, int, int], ...]

Slot = Literal["key", "value"]

_QUOTED = r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\""
_KEY = re.compile(rf"(?P<key>{_QUOTED}|[^\s#'\"{{}}\[\],|>%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?=\s|$)")
_PROPERTIES = re.compile(r"\s*(?:[&!]\S*\s+)*")
_COMMENT = re.compile(r"(?:^|\s)#")
_WORD = re.compile(
    rf"{_QUOTED}|['\"].*"
    r"|(?:[^\s,{}\[\]:#]|:(?![\s,{}\[\]]|$)|(?<!\s)#|\s+(?![\s,{}\[\]:#]))+"
)
_FLOW_COLON = re.compile(r"\s*:(?=[\s,{}\[\]]|$)")
_ITEM = re.compile(r"-(?=\s|$) *")
ITEM = "[]"
"""Stands in a path for an item of a list."""
_MAX_LINE = 2_000
"""A longer line is not typed by hand, and passed over."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A cursor at a key or at a value.

    `path` are the keys that lead to the mapping whose key it is, or to the value, with ITEM for an
    item of a list. The word under the cursor stands in columns `start` to `end` of its line, and
    `typed` is what of it stands before the cursor, without a quote. `others` are the mapping's
    other keys. `has_colon` says that a colon follows, `needs_space` that no blank stands before.
    `flow` is for a place in braces.
    """

    slot: Slot
    path: Keys
    start: int
    end: int
    typed: str
    flow: bool = False
    has_colon: bool = False
    needs_space: bool = False
    others: frozenset[str] = frozenset()


def cursor_at(lines: Sequence[str], line: int, column: int) -> Cursor | None:
    """What can be typed at a column (in code points) of a line; None where nothing is known."""
    scan = _Scan(line, column)
    for number, text in enumerate(lines):
        scan.read(number, text.rstrip("\r\n"))
    found = scan.found
    if found is None or found.slot == "value":
        return found
    others = frozenset(
        name for place, name, at in scan.keys if place == scan.place and at != (line, found.start)
    )
    return replace(found, others=others)


class _Scan:
    """Reads line by line which keys are open, and notes the cursor when it comes by."""

    def __init__(self, line: int, column: int) -> None:
        self._line = line
        self._column = column
        self._is_here = False
        self._text = ""
        self._number = 0
        # Each with the line and the column where it opens, as keys may be there twice in a list.
        self._open: list[tuple[int, str, int]] = []
        self._flow: list[tuple[str, str | None, tuple[int, int]]] = []
        self._text_below: int | None = None
        self.keys: list[tuple[Place, str, tuple[int, int]]] = []
        self.found: Cursor | None = None
        self.place: Place = ()

    def read(self, number: int, text: str) -> None:
        if len(text) > _MAX_LINE:
            return
        self._number, self._text, self._is_here = number, text, number == self._line
        indent = len(text) - len(text.lstrip(" "))
        blank = not text.strip()
        if self._text_below is not None:
            depth = self._column if blank and self._is_here else indent
            if (blank and not self._is_here) or depth > self._text_below:
                return
            if not blank:
                self._text_below = None
        if self._flow and not blank and self._starts_anew(indent):
            self._flow.clear()
        if self._flow:
            self._read_flow(0)
        elif blank:
            if self._is_here:
                still = list(self._open)
                self._close(self._column)
                self._find_gap("key", self._column)
                self._open = still
        elif not text.startswith("---"):
            self._read_items(indent)

    def _starts_anew(self, indent: int) -> bool:
        """Whether braces were left open above, and this line is about something else."""
        if not self._open or indent > self._open[-1][0]:
            return False
        return any(one.match(self._text, indent) for one in (_KEY, _ITEM))

    def _close(self, indent: int, *, item: bool = False) -> None:
        """Closes what does not reach to this column; an item may stand right below its key."""
        while self._open and self._open[-1][0] >= indent:
            depth, key, _ = self._open[-1]
            if item and depth == indent and key != ITEM:
                return
            self._open.pop()

    def _read_items(self, indent: int) -> None:
        """The dashes at the start of a line, and what follows them."""
        while (item := _ITEM.match(self._text, indent)) is not None:
            self._close(indent, item=True)
            self._open.append((indent, ITEM, self._number))
            indent = item.end()
        rest = self._text[indent:]
        if not rest.strip():
            if self._is_here and self._column == indent and self._text[indent - 1] == " ":
                self._find_gap("key", indent)
        elif rest.startswith(("|", ">")):
            self._text_below = self._open[-1][0] if self._open else 0
        elif not rest.startswith("#"):
            self._read_block(indent)

    def _read_block(self, indent: int) -> None:
        self._close(indent)
        if self._text[indent] in "{[":
            self._read_flow(indent)
            return
        key = _KEY.match(self._text, indent)
        if key is None:
            word = self._text[indent:].split(" #")[0].rstrip()
            self._note("key", indent, indent + len(word))
            return
        self.keys.append((self._place(), _plain(key["key"]), (self._number, indent)))
        self._note("key", indent, key.end("key"), has_colon=True)
        self._open.append((indent, _plain(key["key"]), self._number))
        self._read_value(key.end())

    def _read_value(self, at: int) -> None:
        properties = _PROPERTIES.match(self._text, at)
        start = properties.end() if properties else at
        rest = self._text[start:]
        if rest.startswith(("|", ">")):
            self._text_below = self._open[-1][0]
        elif rest.startswith(("{", "[")):
            self._read_flow(start)
        else:
            comment = _COMMENT.search(self._text, at)
            end = comment.start() if comment else len(self._text)
            word = self._text[start:end].rstrip() if start < end else ""
            if word:
                self._note("value", start, start + len(word))
            elif self._is_here and at <= self._column <= end:
                self._find_gap("value", self._column, needs_space=self._column == at)

    def _read_flow(self, at: int) -> None:
        text = self._text
        while at < len(text):
            char = text[at]
            if char in "{[":
                self._flow.append((char, None, (self._number, at)))
            elif char in "}]":
                self._flow.pop()
                if not self._flow:
                    return
            elif char == ",":
                self._set_key(None)
            elif char == "#" and (at == 0 or text[at - 1].isspace()):
                return
            elif (word := _WORD.match(text, at)) and not char.isspace() and char != ":":
                at = self._read_word(at, word.end())
                continue
            at += 1
            self._note_gap(at, needs_space=char == ":")
        if not text:
            self._note_gap(0)

    def _read_word(self, start: int, end: int) -> int:
        kind, key, _ = self._flow[-1]
        after = _FLOW_COLON.match(self._text, end)
        if kind == "{" and key is None:
            self._note("key", start, end, has_colon=after is not None)
            if after is not None:
                name = _plain(self._text[start:end])
                self.keys.append((self._place(), name, (self._number, start)))
                self._set_key(name)
                self._note_gap(after.end(), needs_space=True)
                return after.end()
        else:
            self._note("value", start, end)
        return end

    def _note_gap(self, at: int, *, needs_space: bool = False) -> None:
        """The cursor after brackets, commas or spaces, before anything is typed."""
        if not self._is_here or at != self._column or self._text[at : at + 1].strip(" ,}]"):
            return
        kind, key, _ = self._flow[-1]
        before = self._text[:at].rstrip()[-1:]
        if before and before not in "{[,:":
            return  # after a word that is finished
        slot: Slot = "key" if kind == "{" and key is None else "value"
        self._find_gap(slot, at, needs_space=needs_space and slot == "value")

    def _find_gap(self, slot: Slot, at: int, *, needs_space: bool = False) -> None:
        flow = bool(self._flow)
        self.found = Cursor(slot, self._path(), at, at, "", flow=flow, needs_space=needs_space)
        self.place = self._place()

    def _note(self, slot: Slot, start: int, end: int, *, has_colon: bool = False) -> None:
        if self._is_here and start <= self._column <= end:
            typed = self._text[start : self._column].lstrip("'\"")
            flow = bool(self._flow)
            self.found = Cursor(
                slot, self._path(), start, end, typed, flow=flow, has_colon=has_colon
            )
            self.place = self._place()

    def _path(self) -> Keys:
        keys = [key for _, key, _ in self._open]
        for kind, key, _ in self._flow:
            keys += [ITEM] if kind == "[" else [key] if key is not None else []
        return tuple(keys)

    def _place(self) -> Place:
        """As the path, but each in its own mapping or item."""
        block = [(key, line, column) for column, key, line in self._open]
        return (*block, *((key or "", *at) for _, key, at in self._flow))

    def _set_key(self, key: str | None) -> None:
        self._flow[-1] = (self._flow[-1][0], key, self._flow[-1][2])


def _plain(key: str) -> str:
    return key[1:-1] if key[:1] in "'\"" and key[-1:] == key[:1] else key
