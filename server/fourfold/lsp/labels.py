"""Messages and titles for an editor, which may take some of a text for more than text."""

from __future__ import annotations

from fourfold.text.visible import one_line


def label(text: str) -> str:
    """`text` on one line, in which VS Code sees neither a link, `[text](command:…)`, nor an icon,
    `$(name)`."""
    return one_line(text).replace("](", "] (").replace("$(", "$ (")
