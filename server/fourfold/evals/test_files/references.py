"""`$ref` in promptfoo's files: a part of the file (`#/assertionTemplates/short`) stands where it is
named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fourfold.evals.test_files.tests_file import Findings
    from fourfold.source.yaml_nodes import Node

_REF, _PART = "$ref", "#/"
_DEEPEST = 20
_MOST = 100_000  # nodes: references may multiply
# Here a JSON schema may have references of its own.
_VALUES = ("value", "vars", "metadata", "config", "providerOutput")


class References:
    """The references of the file whose root this is. `named` are the keys of the root that some of
    them lead to."""

    def __init__(self, root: Node, findings: Findings) -> None:
        self.named: set[str] = set()
        self._root = root
        self._findings = findings
        self._made = 0

    def filled(self, node: Node, depth: int = 0, *, in_value: bool = False) -> Node:
        """The node with what its references lead to, where they are; what stands beside a `$ref`
        wins. One that leads nowhere is a problem, and is left as it is."""
        self._made += 1
        if depth > _DEEPEST or self._made > _MOST:
            if self._made == _MOST + 1:
                message = "References make this file too large: write it out."
                self._findings.error(node.start, node.end, "reference", message)
            return node
        if node.kind == "sequence":
            items = [self.filled(one, depth + 1, in_value=in_value) for one in node.items]
            return replace(node, items=items)
        if node.kind == "scalar":
            return node
        ref = node.get(_REF)
        if ref is not None and ref.kind == "scalar" and (target := self._target(ref, in_value)):
            found = self.filled(target, depth + 1, in_value=in_value)
            beside = [(key, value) for key, value in node.pairs if key.text != _REF]
            if not beside or found.kind != "mapping":
                return found
            own = {key.text for key, _ in beside}
            pairs = [(key, value) for key, value in found.pairs if key.text not in own]
            node = replace(node, pairs=[*pairs, *beside])
        return replace(
            node,
            pairs=[
                (key, self.filled(value, depth + 1, in_value=in_value or key.text in _VALUES))
                for key, value in node.pairs
            ],
        )

    def _target(self, ref: Node, in_value: bool) -> Node | None:
        found: Node | None = self._root if ref.text.startswith(_PART) else None
        names = [
            name.replace("~1", "/").replace("~0", "~")
            for name in ref.text.removeprefix(_PART).split("/")
        ]
        for name in names:
            if found is not None:
                found = _below(found, name)
        if found is not None:
            self.named.add(names[0])
        elif not in_value:
            message = f"There is no {ref.text} in this file."
            self._findings.error(ref.start, ref.end, "reference", message)
        return found


def _below(node: Node, name: str) -> Node | None:
    if node.kind == "sequence":
        return node.items[int(name)] if name.isdecimal() and int(name) < len(node.items) else None
    return node.get(name)
