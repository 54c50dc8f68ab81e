"""How the server ends, whatever goes on."""

from __future__ import annotations

import asyncio
import re
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from lsp.support.prompt import make_prompts
from lsp.support.start import SERVE
from lsp.support.wire import Wire, start_wire

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/proc says what is pending")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")


async def begin(wire: Wire, folder: Path) -> None:
    """A folder with a prompt open, and much under way: saves, a question, an edit."""
    capabilities = {"workspace": {"applyEdit": True, "codeLens": {"refreshSupport": True}}}
    where = {"rootUri": folder.as_uri(), "capabilities": capabilities, "processId": None}
    await wire.ask("initialize", where)
    wire.send("initialized", {})
    uri = (folder / "prompts" / "greet.md").as_uri()
    item = {"uri": uri, "languageId": "markdown", "version": 1, "text": "1\n"}
    wire.send("textDocument/didOpen", {"textDocument": item})
    assert (await wire.ask("textDocument/codeLens", {"textDocument": {"uri": uri}}))["result"]
    for n in range(2, 12):
        change = [{"text": f"{n}\n"}]
        document = {"uri": uri, "version": n}
        wire.send("textDocument/didChange", {"textDocument": document, "contentChanges": change})
        (folder / "prompts" / "greet.md").write_text(f"{n}\n", encoding="utf-8")
        wire.send("textDocument/didSave", {"textDocument": {"uri": uri}})
    # Neither the question nor the refreshes are ever answered.
    command = {"command": "fourfold.setCurrentVersion", "arguments": [{"uri": uri}]}
    wire.send("workspace/executeCommand", command, id="pick")


def newest(folder: Path) -> list[Any]:
    database = sqlite3.connect(folder / ".fourfold" / "fourfold.db")
    try:
        return database.execute("SELECT number, text FROM versions ORDER BY number").fetchall()
    finally:
        database.close()


def is_pending(wire: Wire, number: int) -> bool:
    """Whether a signal has not reached the server yet."""
    status = Path(f"/proc/{wire.process.pid}/status").read_text("ascii")
    return any(int(mask, 16) >> (number - 1) & 1 for mask in re.findall(r"Pnd:\s(\w+)", status))


async def end(wire: Wire, how: str) -> int:
    assert wire.process.stdin is not None
    match how:
        case "shutdown":
            assert "error" not in await wire.ask("shutdown")
            wire.send("exit")
        case "exit":
            wire.send("exit")
        case "end of input":
            wire.process.stdin.close()
        case "shutdown, then end of input":
            await wire.ask("shutdown")
            wire.process.stdin.close()
        case "SIGTERM" | "SIGINT" | "SIGHUP":
            await wire.answer("pick")
            wire.process.send_signal(getattr(signal, how))
        case "SIGTERM, twice":
            await wire.answer("pick")
            wire.process.send_signal(signal.SIGTERM)
            while is_pending(wire, signal.SIGTERM):  # else the two would be one
                await asyncio.sleep(0)
            wire.process.send_signal(signal.SIGTERM)
    return await wire.ended()


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("shutdown", 0),
        ("shutdown, then end of input", 0),
        ("exit", 1),
        ("end of input", 1),
        pytest.param("SIGTERM", 0, marks=POSIX),
        pytest.param("SIGINT", 0, marks=POSIX),
        pytest.param("SIGHUP", 0, marks=POSIX),
        pytest.param("SIGTERM, twice", 0, marks=LINUX),
    ],
)
async def test_the_server_ends_and_keeps_every_save(how: str, code: int, tmp_path: Path) -> None:
    folder = make_prompts(tmp_path, greet="1\n", **{f"more {n}": f"{n}\n" for n in range(200)})
    async with start_wire(SERVE) as wire:
        await begin(wire, folder)
        assert await end(wire, how) == code
        assert "Traceback" not in await wire.stderr()
    kept = [text for _, text in newest(folder)]
    assert "11\n" in kept or "exit" in how or "input" in how
    assert not list((folder / ".fourfold").glob("*-wal")), "the database was not closed"
