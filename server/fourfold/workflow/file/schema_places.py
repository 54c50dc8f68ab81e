"""Where the parts of a JSON schema stand in `workflow.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fourfold.source.problem import Range
    from fourfold.source.report import Report
    from fourfold.source.yaml_nodes import Node


class SchemaPlaces:
    """The schema that the node `root` holds, in the text of `report`."""

    def __init__(self, root: Node, report: Report) -> None:
        self._root = root
        self._report = report

    def range_of(self, path: Iterable[str | int]) -> Range:
        """The part of the schema at `path` (keys, and places in lists), or what holds it."""
        node = self._root
        for part in path:
            inner = _inner(node, part)
            if inner is None:
                break
            node = inner
        return self._report.node_range(node)


def _inner(node: Node, part: str | int) -> Node | None:
    if isinstance(part, int):
        return node.items[part] if part < len(node.items) else None
    return node.get(part)
