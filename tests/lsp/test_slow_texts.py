"""A text that takes long to read slows no other document, and is told of in a sentence."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from lsp.support.start import SERVE
from lsp.support.wire import Wire, start_wire

if TYPE_CHECKING:
    from pathlib import Path

MOST_S = 0.1
AS_USUAL = 2
SECONDS_OF_LOOKING = 1.5
TRIES = 5
SLOW = {
    "comment": ("{#" * 499_000, "Missing end of comment tag"),
    "raw": ("{% raw %}" * 100_000, "Missing end of raw directive"),
    "parentheses": ("{{" + "(" * 900_000, "nested too deeply|parts"),
    "number": ("{{" + "1" * 900_000 + "}}", "more than 4,300 digits"),
    "beyond-ascii": ("{# €" + "😀" * 400_000, "Missing end of comment tag"),
}


@pytest.mark.parametrize(("text", "said"), SLOW.values(), ids=SLOW.keys())
async def test_another_document_is_not_slowed(text: str, said: str, tmp_path: Path) -> None:
    slowest = []
    for number in range(TRIES):  # a machine that is busy with others is not the server's fault
        folder = tmp_path / str(number)
        (folder / "prompts").mkdir(parents=True)
        async with start_wire(SERVE) as wire:
            slowest.append(await _slowest(wire, folder, text, said))
        if slowest[-1] < MOST_S:
            return
        async with start_wire(SERVE) as wire:  # what a harmless text of this size takes here
            harmless = text.replace("{", "(").replace("}", ")")
            usual = await _slowest(wire, folder, harmless, "")
        if slowest[-1] < AS_USUAL * usual:
            return
    pytest.fail(f"Another document's lenses took {slowest} s.")


async def _slowest(wire: Wire, folder: Path, text: str, said: str) -> float:
    params = {
        "processId": None,
        "rootUri": folder.as_uri(),
        "capabilities": {"textDocument": {"publishDiagnostics": {}}},
    }
    await wire.ask("initialize", params)
    wire.send("initialized", {})
    good = _open(wire, folder, "a", "Hi")
    await _lenses(wire, good)
    slow = _open(wire, folder, "b", text)
    edit = {"range": {"start": _place(3), "end": _place(3)}, "text": "x"}
    wire.send(
        "textDocument/didChange",
        {"textDocument": {"uri": slow, "version": 2}, "contentChanges": [edit]},
    )
    longest, end = 0.0, time.monotonic() + SECONDS_OF_LOOKING
    while time.monotonic() < end:
        longest = max(longest, await _lenses(wire, good))
    problems = [
        one["message"]
        for sent in wire.sent
        if sent.get("method") == "textDocument/publishDiagnostics"
        and sent["params"]["uri"].endswith("b.md")
        for one in sent["params"]["diagnostics"]
    ]
    assert not said or any(word in problems[-1] for word in said.split("|")), problems
    return longest


def _open(wire: Wire, folder: Path, name: str, text: str) -> str:
    path = folder / "prompts" / f"{name}.md"
    path.write_text(text, "utf-8")
    uri = path.as_uri()
    document = {"uri": uri, "languageId": "markdown", "version": 1, "text": text}
    wire.send("textDocument/didOpen", {"textDocument": document})
    return uri


def _place(character: int) -> dict[str, int]:
    return {"line": 0, "character": character}


async def _lenses(wire: Wire, uri: str) -> float:
    began = time.monotonic()
    assert "error" not in await wire.ask("textDocument/codeLens", {"textDocument": {"uri": uri}})
    return time.monotonic() - began
