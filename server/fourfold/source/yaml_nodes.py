"""YAML with positions, safe on hostile text.

PyYAML's own `compose` recurses in C and crashes the process on deep nesting; this builds the
nodes from the parser's events, with limits on depth and on how far aliases may expand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 64
MAX_ALIASES = 64
MAX_VALUES = 50_000
_IMPLICIT = {"bool", "int", "float", "null"}


class YamlError(Exception):
    """YAML that cannot be read; `offset` is where, in code points."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(slots=True)
class Node:
    """A value in the file; `start` and `end` are offsets into the whole text."""

    kind: Literal["scalar", "sequence", "mapping"]
    start: int
    end: int
    text: str = ""
    plain: bool = False
    flow: bool = False
    items: list[Node] = field(default_factory=list)
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    # how many values the whole file may still expand to, shared by its nodes
    budget: list[int] = field(default_factory=lambda: [MAX_VALUES], repr=False)

    def get(self, *keys: str) -> Node | None:
        """The value of the first of `keys` that the mapping has; None for other kinds."""
        for wanted in keys:
            for key, value in reversed(self.pairs):
                if key.kind == "scalar" and key.text == wanted:
                    return value
        return None

    @property
    def is_null(self) -> bool:
        """Whether nothing is given: `key:`, `~` or `null`."""
        return self.kind == "scalar" and self.plain and plain_value(self.text) is None

    def value(self) -> Any:
        """The Python value: text, bool, int, float, None, list or dict with text keys.

        Raises YamlError when aliases make it, or all of the file's values, too large.
        """
        return expanded(self, plain_value, self.budget)


def read_yaml(source: str, offset: int = 0) -> tuple[Node | None, YamlError | None]:
    """The root node of `source` (as far as it could be read) and what is wrong with it.

    `offset` is where `source` stands in the text that offsets are given for.
    """
    builder = _Builder(offset)
    try:
        loader = _loader_class()(source)
        while loader.check_event():
            builder.add(loader.get_event())
    except YamlError as error:
        return builder.root, error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = ", ".join(part for part in (error.context, error.problem) if part)
        return builder.root, YamlError(message, offset + (mark.index if mark else 0))
    except (yaml.YAMLError, UnicodeError):
        return None, YamlError(
            "it holds a character that YAML does not allow", offset + _unprintable(source)
        )
    return builder.root, None


class _Builder:
    def __init__(self, offset: int) -> None:
        self._offset = offset
        self._open: list[Node] = []
        self._keys: list[Node | None] = []
        self._anchors: dict[str, Node] = {}
        self._aliases = 0
        self._budget = [MAX_VALUES]
        self._merged = 0
        self.root: Node | None = None

    def add(self, event: yaml.Event) -> None:
        start, end = self._span(event)
        if isinstance(event, yaml.ScalarEvent):
            plain = not event.style and event.tag is None
            self._place(
                Node("scalar", start, end, event.value, plain, budget=self._budget), event.anchor
            )
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) >= MAX_DEPTH:
                raise YamlError(f"it is nested more than {MAX_DEPTH} levels deep", start)
            mapping = isinstance(event, yaml.MappingStartEvent)
            node = Node(
                "mapping" if mapping else "sequence",
                start,
                end,
                flow=bool(event.flow_style),
                budget=self._budget,
            )
            self._place(node, event.anchor)
            self._open.append(node)
            self._keys.append(None)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop().end = end
            self._keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._aliases += 1
            if self._aliases > MAX_ALIASES:
                raise YamlError(f"it has more than {MAX_ALIASES} aliases", start)
            anchored = self._anchors.get(event.anchor or "")
            if anchored is None or any(node is anchored for node in self._open):
                raise YamlError(f"the alias *{event.anchor} stands for nothing", start)
            self._place(anchored, None)
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise YamlError("it holds more than one document", start)

    def _span(self, event: yaml.Event) -> tuple[int, int]:
        begin, end = event.start_mark, event.end_mark
        return (
            self._offset + (begin.index if begin else 0),
            self._offset + (end.index if end else 0),
        )

    def _place(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if parent.kind == "sequence":
            parent.items.append(node)
            return
        key = self._keys[-1]
        if key is None:
            self._keys[-1] = node
            return
        self._keys[-1] = None
        if key.plain and key.text == "<<" and node.kind == "mapping":
            self._merged += len(node.pairs)
            if self._merged > MAX_VALUES:
                raise YamlError("its merge keys expand to too many values", key.start)
            parent.pairs[:0] = node.pairs
        else:
            parent.pairs.append((key, node))


def expanded(
    node: Node, plain: Callable[[str], Any], budget: list[int], depth: int = MAX_DEPTH
) -> Any:
    """The Python value of `node`, whose plain scalars `plain` reads; `budget` holds how many values
    there may still be. YamlError where aliases make it too large or too deep."""
    budget[0] -= 1
    if budget[0] < 0:
        raise YamlError("its aliases expand to too many values", node.start)
    if depth < 0:
        raise YamlError(f"its aliases are nested more than {MAX_DEPTH} levels deep", node.start)
    if node.kind == "sequence":
        return [expanded(item, plain, budget, depth - 1) for item in node.items]
    if node.kind == "mapping":
        return {
            key.text: expanded(value, plain, budget, depth - 1)
            for key, value in node.pairs
            if key.kind == "scalar"
        }
    return plain(node.text) if node.plain else node.text


def plain_value(text: str) -> Any:
    """A plain scalar as YAML 1.1 reads it; dates stay text, as a prompt prints them."""
    loader = _scalar_loader()
    tag = loader.resolve(yaml.ScalarNode, text, (True, False))
    kind = tag.rpartition(":")[2]
    if kind not in _IMPLICIT:
        return text
    try:
        return getattr(loader, f"construct_yaml_{kind}")(yaml.ScalarNode(tag, text))
    except (ValueError, LookupError):
        return text


@cache
def _loader_class() -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def _scalar_loader() -> Any:
    return yaml.SafeLoader("")


def _unprintable(source: str) -> int:
    found = yaml.SafeLoader.NON_PRINTABLE.search(source)
    return found.start() if found else 0
