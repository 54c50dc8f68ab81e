"""The syntax of a Mermaid flowchart: nodes with labels, arrows between them, subgraphs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fourfold.steps.diagram_error import DiagramError

if TYPE_CHECKING:
    from collections.abc import Iterator

DIRECTIONS = {"TB", "TD", "BT", "RL", "LR", ">", "<", "^", "v"}
_PLAIN = {"style", "linkStyle", "classDef", "class", "click", "accTitle", "accDescr", "direction"}
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_ARROW_TEXT = re.compile(r"(?<=--|==|-\.)[^-=.>|\n][^\n]*?(?=--|==|\.-)")
_FLAG = re.compile(r"(?<![^\s;&])(\w+)>([^\n\]>]*)\]")  # A>text]
_QUOTES = 'put the label in quotes, as in A["text"]'
_ARROW = re.compile(r"(?:<|(?<=[\s\])}])[ox])?(?:--+|==+|-\.+-)[>ox]?(?![-=])|~~~+")


def check_flowchart(number: int, direction: str, lines: list[tuple[int, str]]) -> None:
    """DiagramError where the flowchart is surely broken; its header stands on line `number`."""
    direction, _, rest = direction.partition(";")
    if direction.strip() and direction.strip() not in DIRECTIONS:
        raise DiagramError(
            number, f"{direction.strip()[:40]} is no direction; use TB, BT, LR or RL"
        )
    subgraphs: list[int] = []
    links = _Links()
    for at, statement, ended in _statements([(number, rest), *lines]):
        word = re.split(r"[\s:]", statement, maxsplit=1)[0]
        if word not in _PLAIN and word != "subgraph" and statement != "end":
            links.check(at, statement, ended)
            continue
        links.end()
        if word == "subgraph":
            subgraphs.append(at)
        elif statement == "end":
            if not subgraphs:
                raise DiagramError(at, "end stands without a subgraph")
            subgraphs.pop()
    links.end()
    if subgraphs:
        raise DiagramError(subgraphs[-1], "this subgraph has no end")


def _statements(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str, bool]]:
    """The statements without their labels, so that `A["x; y"] --> B` is `A[] --> B`, and whether a
    semicolon ends them."""
    reader = _Labels()
    for number, line in lines:
        if line.startswith(("click ", "accTitle", "accDescr")):
            continue
        *ended, last = reader.without_labels(number, line).split(";")
        for statement in ended:
            if statement.strip():
                yield number, statement.strip(), True
        if last.strip():
            yield number, last.strip(), False
    reader.end()


class _Labels:
    """Takes labels out; one goes on until its quote or bracket ends, over lines too."""

    def __init__(self) -> None:
        self._quote: int | None = None
        self._brackets: list[tuple[str, int]] = []
        self._in_text = False
        self._is_metadata = False

    def without_labels(self, number: int, line: str) -> str:
        """What of the line stands outside of labels, with the brackets around them."""
        kept: list[str] = []
        for character in _FLAG.sub(r"\1[\2]", line):
            if character == '"':
                self._take_quote(number)
            elif self._quote is None and self._outside(number, character, kept):
                kept.append(character)
        return "".join(kept)

    def end(self) -> None:
        if self._quote is not None:
            raise DiagramError(self._quote, "a quote has no end")
        if self._brackets:
            closing, number = self._brackets[-1]
            raise DiagramError(number, f"a bracket has no {closing}")

    def _take_quote(self, number: int) -> None:
        if self._quote is None and self._brackets and self._in_text and not self._is_metadata:
            raise DiagramError(number, f"a quote stands inside a label; {_QUOTES}")
        self._quote = number if self._quote is None else None

    def _outside(self, number: int, character: str, kept: list[str]) -> bool:
        if character in _CLOSING:
            return self._open(number, character, kept)
        if character in _CLOSING.values():
            if not self._brackets or self._brackets[-1][0] != character:
                raise DiagramError(number, f"{character} closes nothing; {_QUOTES}")
            self._brackets.pop()
            return not self._brackets
        self._in_text = self._in_text or not character.isspace()
        return not self._brackets

    def _open(self, number: int, character: str, kept: list[str]) -> bool:
        if not self._brackets:
            self._in_text, self._is_metadata = False, kept[-1:] == ["@"]
        elif self._in_text and not self._is_metadata:
            closing, start = self._brackets[-1]
            if start != number:
                raise DiagramError(start, f"a bracket has no {closing}")
            raise DiagramError(number, f"{character} stands inside a label; {_QUOTES}")
        self._brackets.append((_CLOSING[character], number))
        return len(self._brackets) == 1


class _Links:
    """Checks that something stands before and after every arrow, maybe on another line."""

    def __init__(self) -> None:
        self._goes_on = False  # a statement before that nothing ended
        self._arrow: int | None = None  # the line of an arrow that nothing stands after yet

    def check(self, number: int, statement: str, ended: bool) -> None:
        """Take the next statement in; `ended` says that a semicolon follows it."""
        first, *others = _ends_of_arrows(number, statement)
        if others and not first and not (self._goes_on and self._arrow is None):
            raise DiagramError(number, "nothing stands before the arrow")
        if not all(others[:-1]):
            raise DiagramError(number, "nothing stands after the arrow")
        if "end" in (first, *others):
            raise DiagramError(number, "end is a word of Mermaid's own; name the node End")
        self._goes_on = not ended
        self._arrow = number if others and not others[-1] else None
        if ended:
            self.end()

    def end(self) -> None:
        """Something else comes."""
        if self._arrow is not None:
            raise DiagramError(self._arrow, "nothing stands after the arrow")
        self._goes_on = False


def _ends_of_arrows(number: int, statement: str) -> list[str]:
    bare = re.sub(r"\|[^|]*\|", " ", statement)
    if "|" in bare:
        raise DiagramError(number, "a | has no other half")
    if "%%" in bare:
        raise DiagramError(number, "a comment stands behind a statement; give it its own line")
    if re.search(r"(?<![-=.])->", bare):
        raise DiagramError(number, "-> is no arrow of a flowchart; write -->")
    return [end.strip() for end in _ARROW.split(_ARROW_TEXT.sub("", bare))]
