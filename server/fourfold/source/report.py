"""Collects the problems of one file while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.source.problem import LineIndex, Problem, Range, Severity

if TYPE_CHECKING:
    from fourfold.source.yaml_nodes import Node


class Report:
    """The problems found so far in `text`, by offset or by node."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = LineIndex(text)
        self._problems: list[Problem] = []

    def add(
        self,
        start: int,
        end: int,
        message: str,
        severity: Severity,
        code: str,
        subject: str | None = None,
    ) -> None:
        """Note a problem between two offsets."""
        self.put(self.lines.range(start, end), message, severity, code, subject)

    def put(
        self,
        where: Range,
        message: str,
        severity: Severity,
        code: str,
        subject: str | None = None,
    ) -> None:
        """Note a problem at a range."""
        self._problems.append(Problem(where, message, severity, code, subject))

    def at(
        self, node: Node, message: str, severity: Severity, code: str, subject: str | None = None
    ) -> None:
        """Note a problem of `node`, marked on the first of its lines."""
        self.add(node.start, self._first_line_end(node), message, severity, code, subject)

    def wrong_type(self, node: Node, key: str, expected: str) -> None:
        """Note that `key` holds something else than `expected`, and so is not used."""
        self.at(node, f"{key} must be {expected}; it is ignored.", "warning", "wrong-type")

    def node_range(self, node: Node) -> Range:
        """Where the first line of `node` stands."""
        return self.lines.range(node.start, self._first_line_end(node))

    def problems(self) -> tuple[Problem, ...]:
        """All problems in the order of the file."""
        return tuple(sorted(self._problems, key=lambda p: (p.range.start, p.range.end, p.code)))

    def _first_line_end(self, node: Node) -> int:
        line_end = self.text.find("\n", node.start, node.end)
        end = node.end if line_end < 0 else line_end
        return node.start + len(self.text[node.start : end].rstrip())
