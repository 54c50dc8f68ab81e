"""How the server reads, writes and ends."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lsp.support.start import TINY
from lsp.support.wire import frame, read_message, start_wire

if TYPE_CHECKING:
    from pathlib import Path

PARAMS = {"processId": None, "rootUri": None, "capabilities": {}}
INITIALIZE = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": PARAMS}


def command(name: str, msg_id: int = 2, **argument: object) -> dict[str, object]:
    params = {"command": name, "arguments": [argument]}
    return {
        "jsonrpc": "2.0",
        "id": msg_id,
        "method": "workspace/executeCommand",
        "params": params,
    }


async def test_exit_without_shutdown_ends_with_1() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        wire.send("exit")
        assert await wire.ended() == 1


@pytest.mark.parametrize("ending", ["end of input", "exit"])
async def test_the_server_ends_although_threads_run(ending: str, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    async with start_wire([*TINY, f"trace={trace}"]) as wire:
        await wire.initialize()
        await wire.run("tiny.busy")
        assert wire.process.stdin is not None
        if ending == "exit":
            await wire.ask("shutdown")
            wire.send("exit")
        else:
            wire.process.stdin.close()
        async with asyncio.timeout(10):
            assert await wire.ended() == (ending != "exit")
    assert trace.read_text(encoding="utf-8").endswith("closed")


async def test_busy_threads_do_not_delay_an_answer() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        await wire.run("tiny.busy")
        async with asyncio.timeout(10):
            await wire.run("tiny.echo")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_closes_the_server(number: int, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    async with start_wire([*TINY, f"trace={trace}"]) as wire:
        await wire.initialize()
        wire.process.send_signal(number)
        assert await wire.ended() == 0
        assert await wire.stderr() == ""
    assert trace.read_text(encoding="utf-8") == "closed"


async def test_prints_and_child_processes_do_not_disturb_the_protocol() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        assert (await wire.run("tiny.print"))["result"] is None
        await wire.ask("shutdown")
        wire.send("exit")
        await wire.ended()
        assert (await wire.stderr()).split() == ["stray", "child"]


async def test_a_client_that_does_not_read_blocks_nothing(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    async with start_wire([*TINY, f"trace={trace}"]) as wire:
        await wire.initialize()
        wire.put(command("tiny.flood", 8, messages=1000))
        wire.put(command("tiny.note", 9, file=str(tmp_path / "went on")))
        async with asyncio.timeout(30):
            while not (tmp_path / "went on").exists():
                await asyncio.sleep(0.01)
        for n in range(1000):
            assert (await wire.get())["params"]["message"].startswith(f"{n} x")
        assert (await wire.get())["result"] == 1000


def test_a_client_that_never_reads_again_does_not_keep_the_server() -> None:
    process = subprocess.Popen(TINY, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    with process.stdin as stdin:
        stdin.write(frame(INITIALIZE) + frame(command("tiny.flood", 8, messages=1000)))
    assert process.wait(30) == 1
    assert process.stdout is not None
    process.stdout.close()


def test_a_client_that_closed_its_end_ends_the_server() -> None:
    process = subprocess.Popen(TINY, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.close()
    process.stdin.write(frame(INITIALIZE))
    process.stdin.flush()
    assert process.wait(30) == 1
    process.stdin.close()


async def test_a_save_just_before_the_end_is_handled(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    async with start_wire([*TINY, f"trace={trace}"]) as wire:
        await wire.initialize()
        wire.send("textDocument/didSave", {"textDocument": {"uri": "file:///a"}, "text": "t"})
        wire.send("shutdown", id=9)
        wire.send("exit")
        assert await wire.ended() == 0
    assert trace.read_text(encoding="utf-8") == "didSave t\nclosed"


async def test_a_question_that_nobody_answered_does_not_hold_up_the_end() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        question = {"type": 3, "message": "?", "actions": []}
        argument = {"method": "window/showMessageRequest", "params": question, "timeout": None}
        wire.put(command("tiny.request", 8, **argument))
        await wire.get()
        async with asyncio.timeout(5):
            assert (await wire.ask("shutdown"))["result"] is None
        assert [one["result"]["answer"] for one in wire.sent] == [None]


async def test_what_was_answered_before_the_end_arrives() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        wire.put(command("tiny.flood", 8, messages=300))
        wire.send("shutdown", id=9)
        wire.send("exit")
        for _ in range(300):
            assert (await wire.get())["method"] == "window/logMessage"
        assert (await wire.get())["id"] == 8
        assert (await wire.get())["id"] == 9
        assert await wire.ended() == 0


async def test_messages_may_come_in_any_pieces() -> None:
    async with start_wire() as wire:
        assert wire.process.stdin is not None
        whole = frame(INITIALIZE).replace(b"Content-Length", b"X-Other: 1\r\ncontent-length")
        for byte in whole:
            wire.process.stdin.write(bytes([byte]))
            await wire.process.stdin.drain()
        assert (await wire.get())["id"] == 1
        big = command("tiny.echo", text="ä" * 2_000_000)
        wire.process.stdin.write(frame(big) + frame(command("tiny.echo", 3)))
        assert len((await wire.answer(2))["result"]["arguments"]["text"]) == 2_000_000
        assert (await wire.answer(3))["result"]


def test_it_serves_files(tmp_path: Path) -> None:
    end = [{"jsonrpc": "2.0", "id": 3, "method": "shutdown"}, {"jsonrpc": "2.0", "method": "exit"}]
    messages = [INITIALIZE, command("tiny.echo"), *end]
    given, got = tmp_path / "in", tmp_path / "out"
    given.write_bytes(b"".join(map(frame, messages)))
    with given.open("rb") as stdin, got.open("wb") as stdout:
        subprocess.run(TINY, stdin=stdin, stdout=stdout, check=True, timeout=30)
    bodies = [
        json.loads(part[part.index(b"{") :]) for part in got.read_bytes().split(b"Content")[1:]
    ]
    assert [body["id"] for body in bodies] == [1, 2, 3]


def test_no_input_at_all_ends_it() -> None:
    done = subprocess.run(
        TINY, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


async def test_tcp_serves_one_client_on_loopback() -> None:
    async with start_wire([*TINY, "tcp"]) as wire:
        assert wire.process.stderr is not None
        line = (await wire.process.stderr.readline()).decode()
        host, _, port = line.removeprefix("Listening on ").strip().rpartition(":")
        assert host == "127.0.0.1"
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(frame(INITIALIZE))
        assert (await read_message(reader))["id"] == 1
        with pytest.raises(OSError, match=r".*"):
            await asyncio.open_connection(host, int(port))
        writer.close()
        assert await wire.ended() == 1
