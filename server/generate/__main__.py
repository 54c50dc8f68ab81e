"""Writes what is made of the descriptions, each file whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generate import command_line_page, protocol_page, workflow_schema
from generate.command_names import names_py
from generate.described import ROOT
from generate.json_schema import schema
from generate.schema_print import schema_print_py
from generate.typescript import protocol_ts

if TYPE_CHECKING:
    from pathlib import Path


def made() -> dict[Path, str]:
    """What each file has to say."""
    return {
        ROOT / "server/fourfold/lsp/commands/names.py": names_py(),
        ROOT / "server/fourfold/protocol.schema.json": schema(),
        ROOT / "vscode-extension/src/protocol.ts": protocol_ts(),
        ROOT / "server/fourfold/store/sqlite/schema_print.py": schema_print_py(),
        workflow_schema.FILE: workflow_schema.workflow_schema(),
        protocol_page.PAGE: protocol_page.page(),
        command_line_page.PAGE: command_line_page.page(),
    }


if __name__ == "__main__":
    for path, text in made().items():
        path.write_text(text, encoding="utf-8", newline="\n")
