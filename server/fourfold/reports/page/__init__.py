"""The board's page, as `vscode-extension/board/` is built: what it is made of, and as one file."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACTS_IN_A_SCRIPT = re.compile("<(?=!--|/?script)", re.IGNORECASE)
"""What would end the element, or begin a comment in it. In a program it stands in texts and in
patterns alone, where its code means the same."""

_NOTHING_ELSE = "base-uri 'none'; form-action 'none'"


@cache
def script() -> str:
    """The page's program, fit to stand in an element."""
    return _ACTS_IN_A_SCRIPT.sub(r"\\x3c", _read("board.js"))


@cache
def style() -> str:
    return _read("board.css")


def whole_page(board: Mapping[str, Any]) -> str:
    """A Board as one HTML file, which needs and asks for nothing else."""
    data = base64.b64encode(gzip.compress(json.dumps(board).encode(), mtime=0)).decode()
    policy = (
        f"default-src 'none'; script-src {_hash(script())}; style-src {_hash(style())}; "
        f"{_NOTHING_ELSE}"
    )
    return (
        _head(str(board["title"]))
        + f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<style>{style()}</style>\n</head>\n<body>\n"
        '<div id="app"></div>\n'
        f'<script type="text/plain" id="board">{data}</script>\n'
        f"<script>{script()}</script>\n</body>\n</html>\n"
    )


def served_page(title: str) -> str:
    """The page for a server that has `board.js` and `board.css` beside it."""
    return (
        _head(title) + '<link rel="stylesheet" href="board.css">\n</head>\n<body>\n'
        '<div id="app"></div>\n<script src="board.js"></script>\n</body>\n</html>\n'
    )


SERVED_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    f"frame-ancestors 'none'; {_NOTHING_ELSE}"
)


def _head(title: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)} – Fourfold</title>\n"
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _read(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")
