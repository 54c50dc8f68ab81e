"""The pages in `server/editors/`, whose configurations are the ones that the tests run."""

from __future__ import annotations

import re
from pathlib import Path

PAGES = Path(__file__).parents[2] / "server/editors"
_BLOCK = re.compile(r"^```(?P<language>\S+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def configurations(page: str, language: str) -> list[str]:
    """The fenced blocks of `language` in `server/editors/PAGE.md`, in the order of the page."""
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    return [found["text"] for found in _BLOCK.finditer(text) if found["language"] == language]
