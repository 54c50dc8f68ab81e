"""Outlines: the messages and headings of prompts, the steps of workflow.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from lsp.support.profiles import load
from lsp.support.prompt import open_prompt
from lsp.support.rules import outside

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.client import StrictClient

PROMPTY = """---
name: greet
---
system:
# Manners
Be kind.
## Words
```
# no heading
```
user:
Greet 日本 😀.
"""
WORKFLOW = """name: Chain
steps:
  greet:
    title: Greeting
    steps:
      polish:
        inputs: {draft: {step: greet}}
  joke: {}
"""


async def symbols(client: StrictClient, uri: str) -> Any:
    params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    found = await client.limited(client.text_document_document_symbol_async(params), "symbols")
    assert found is not None
    return found


def nested(found: list[types.DocumentSymbol], client: StrictClient, uri: str) -> list[Any]:
    """(name, first line, last line, the same of what is inside)."""
    told = []
    for one in found:
        assert not outside(client, uri, [one.range, one.selection_range])
        inside = nested(one.children or [], client, uri)
        told.append((one.name, one.range.start.line, one.range.end.line, inside))
    return told


async def test_messages_and_headings(tmp_path: Path) -> None:
    async with open_prompt(load("kate_v26.08"), tmp_path, PROMPTY, "greet.prompty") as prompt:
        found = nested(await symbols(prompt.client, prompt.uri), prompt.client, prompt.uri)
        assert found == [
            ("front matter", 0, 2, []),
            ("system", 3, 9, [("Manners", 4, 9, [("Words", 6, 9, [])])]),
            ("user", 10, 12, []),
        ]


async def test_an_editor_that_nests_nothing_gets_a_list(tmp_path: Path) -> None:
    async with open_prompt(load("ale_v3.3.0"), tmp_path, PROMPTY, "greet.prompty") as prompt:
        found = await symbols(prompt.client, prompt.uri)
        names = [(one.name, one.container_name) for one in found]
        assert names[2:4] == [("Manners", "system"), ("Words", "Manners")]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
async def test_the_steps_of_a_workflow(line_end: str, tmp_path: Path) -> None:
    async with open_prompt(load("neovim_v0.11.4"), tmp_path) as prompt:
        path = prompt.path.with_name("workflow.yaml")
        path.write_bytes(WORKFLOW.replace("\n", line_end).encode())
        uri = prompt.client.open(path, "yaml")
        found = nested(await symbols(prompt.client, uri), prompt.client, uri)
        assert found == [("Greeting", 2, 6, [("Polish", 5, 6, [])]), ("Joke", 7, 8, [])]
