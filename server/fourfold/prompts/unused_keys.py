"""What a file says that a run does not use: told, as nothing is left out in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from fourfold.source.report import Report
    from fourfold.source.yaml_nodes import Node

ABOUT_IT = frozenset(
    ("name", "description", "title", "license", "version", "author", "authors", "tags", "metadata")
)
"""Keys that only tell people what a file is."""


def say_unused(node: Node | None, used: Collection[str], report: Report, because: str = "") -> None:
    """Says of each key of a mapping that is not among those used that it is not; `because` ends the
    sentence."""
    for key, _ in node.pairs if node is not None else ():
        if key.kind == "scalar" and key.text not in used:
            key_unused(key, report, because)


def key_unused(key: Node, report: Report, because: str = "") -> None:
    """Says of a key that it is not used."""
    message = f"A run does not use {key.text}{because}."
    report.at(key, message, "information", "unused-key", key.text)
