"""Keeps what is read from one file within bounds, since an alias can stand for any amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fourfold.source.report import Report
    from fourfold.source.yaml_nodes import Node

MAX_VALUES = 20_000
MAX_DEPTH = 64


class Budget:
    """How many values of a file may still be read, each counted as often as aliases repeat it.

    Once it is spent, that is reported, and everything that follows is refused without a word.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._left = MAX_VALUES

    def covers_pairs(self, node: Node) -> bool:
        """Whether the pairs of the mapping `node` may be read; what is in them is not counted."""
        return self._spend(node, 1 + len(node.pairs))

    def covers(self, node: Node) -> bool:
        """Whether `node` may be read with everything in it."""
        count = 0
        pending = [(node, 1)]
        while pending and count <= self._left:
            current, depth = pending.pop()
            if depth > MAX_DEPTH:
                return self._spend(node, self._left + 1)
            count += 1 + len(current.pairs)
            inner = [*current.items, *(value for _, value in current.pairs)]
            pending.extend((child, depth + 1) for child in inner[: self._left + 1])
        return self._spend(node, count)

    def _spend(self, node: Node, count: int) -> bool:
        if self._left >= count:
            self._left -= count
            return True
        if self._left >= 0:
            self._left = -1
            self._report.at(
                node,
                "The file holds too many values from here on, and the rest is not read: shorten "
                "it, or use fewer aliases.",
                "error",
                "workflow-too-large",
            )
        return False
