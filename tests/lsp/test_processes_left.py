"""However the server ends, and however early, no process of it is left."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lsp.support.start import FRESH, SERVE
from lsp.support.wire import LIMIT, start_wire
from support.scripted_model import Gate, scripted_model, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from lsp.support.wire import Wire

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")


def close_input(wire: Wire) -> None:
    assert wire.process.stdin is not None
    wire.process.stdin.close()


def garbage(wire: Wire) -> None:
    assert wire.process.stdin is not None
    wire.process.stdin.write(bytes(range(256)) * 40)


def terminate(wire: Wire) -> None:
    wire.process.send_signal(signal.SIGTERM)


def exit_(wire: Wire) -> None:
    wire.send("exit")


def shutdown(wire: Wire) -> None:
    wire.send("shutdown", id=999)
    wire.send("exit")


ENDINGS = [(close_input, 1), (garbage, 1), (exit_, 1)]


@pytest.mark.parametrize(("end", "code"), ENDINGS)
async def test_before_initialize(end: Callable[[Wire], None], code: int) -> None:
    async with start_wire(FRESH) as wire:
        end(wire)
        processes = _descendants(wire.process.pid)
        assert await wire.ended() == code
        assert "Traceback" not in await wire.stderr()
    assert not _left(processes)


@pytest.mark.parametrize(("end", "code"), [*ENDINGS, (shutdown, 0), (terminate, 0)])
async def test_while_runs_go_on(end: Callable[[Wire], None], code: int, tmp_path: Path) -> None:
    prompt = tmp_path / "prompts" / "a.md"
    prompt.parent.mkdir()
    prompt.write_text("{{ name or 'x' }}", "utf-8")  # rendered in a process of its own
    async with (
        scripted_model(tokens("Part", "never", gate=Gate())) as model,
        start_wire(SERVE, env={"OPENAI_BASE_URL": model.base_url}) as wire,
    ):
        params = {"processId": None, "rootUri": tmp_path.as_uri(), "capabilities": {}}
        await wire.ask("initialize", params)
        wire.send("initialized", {})
        uri = prompt.as_uri()
        document = {"uri": uri, "languageId": "x", "version": 1, "text": prompt.read_text()}
        wire.send("textDocument/didOpen", {"textDocument": document})
        answer = await wire.run("fourfold.runStep", uri=uri)
        assert "result" in answer, answer
        async with asyncio.timeout(LIMIT):
            while not model.requests:
                await asyncio.sleep(0.01)
        processes = _descendants(wire.process.pid)
        assert len(processes) > 1
        end(wire)
        assert await wire.ended() == code
    deadline = time.monotonic() + LIMIT
    while left := _left(processes):
        assert time.monotonic() < deadline, left
        await asyncio.sleep(0.02)


def _descendants(process: int) -> set[tuple[int, str]]:
    """A process and all that it has started, each with when it began."""
    parents = {}
    began = {}
    for place in Path("/proc").iterdir():
        with suppress(OSError):
            if place.name.isdigit():
                stat = (place / "stat").read_text().rpartition(")")[2].split()
                parents[int(place.name)], began[int(place.name)] = int(stat[1]), stat[19]
    found = {process}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return {(one, began[one]) for one in found if one in began}


def _left(processes: set[tuple[int, str]]) -> set[int]:
    return {one for one, began in processes if (one, began) in _descendants(one)}
