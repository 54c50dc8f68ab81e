"""The least that a pygls server with code lenses and commands is: what Fourfold is measured by.

The first argument, if any, is a JSON file of the lenses that it answers with.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

lenses: list[dict[str, Any]] = (
    json.loads(Path(sys.argv[1]).read_text("utf-8")) if len(sys.argv) > 1 else []
)
server = LanguageServer("minimal", "1")


@server.feature(types.TEXT_DOCUMENT_CODE_LENS)
def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
    return [
        types.CodeLens(
            types.Range(
                types.Position(**lens["range"]["start"]), types.Position(**lens["range"]["end"])
            ),
            types.Command(
                lens["command"]["title"],
                lens["command"]["command"],
                arguments=lens["command"]["arguments"],
            ),
        )
        for lens in lenses
    ]


@server.command("minimal.list")
def list_versions(ls: LanguageServer, *arguments: Any) -> None:
    """Does nothing."""


@server.command("minimal.run")
def run(ls: LanguageServer, *arguments: Any) -> None:
    """Does nothing."""


@server.command("minimal.compare")
def compare(ls: LanguageServer, *arguments: Any) -> None:
    """Does nothing."""


server.start_io()
