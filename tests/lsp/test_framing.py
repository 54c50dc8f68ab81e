"""A stream that cannot be followed ends the server, which says so; one that can is followed."""

from __future__ import annotations

import asyncio
import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.lsp.pygls_repairs.framing import LONGEST_BODY, Frames, FramingError
from lsp.support.wire import Wire, frame, start_wire

if TYPE_CHECKING:
    from collections.abc import Sequence

PARSE_ERROR = -32700
ECHO = {
    "jsonrpc": "2.0",
    "id": 5,
    "method": "workspace/executeCommand",
    "params": {"command": "tiny.echo", "arguments": [{}]},
}
BODY = json.dumps(ECHO).encode()
WEB_PAGE = (
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1:2087\r\nContent-Type: text/plain\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(frame(ECHO)), frame(ECHO))
)
LOST = {
    "no-length": b"Content-Type: x\r\n\r\n" + BODY,
    "empty-header": b"\r\n\r\n" + BODY,
    "word": b"Content-Length: many\r\n\r\n" + BODY,
    "empty": b"Content-Length:\r\n\r\n" + BODY,
    "negative": b"Content-Length: -5\r\n\r\n" + BODY,
    "signed": b"Content-Length: +%d\r\n\r\n" % len(BODY) + BODY,
    "fraction": b"Content-Length: 5.0\r\n\r\n" + BODY,
    "two": b"Content-Length: 5\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY,
    "huge": b"Content-Length: 99999999999999\r\n\r\n" + BODY,
    "endless-number": b"Content-Length: " + b"9" * 7000 + b"\r\n\r\n" + BODY,
    "beyond": b"Content-Length: %d\r\n\r\n" % (LONGEST_BODY + 1) + BODY,
    "too-long-then-more": b"Content-Length: %d\r\n\r\n" % (10**8) + BODY + frame(ECHO),
    "too-long-alone": b"Content-Length: %d\r\n\r\n" % (len(BODY) + 1) + BODY,
    "too-short": b"Content-Length: %d\r\n\r\n" % (len(BODY) - 7) + BODY + frame(ECHO),
    "json": b'{"jsonrpc": "2.0"',
    "binary": bytes(range(256)),
    "words": b"hello there",
    "lines": b"hello\nthere\n",
    "long-line": b"x" * 10_000,
    "header-without-end": b"X: y\r\n" * 2_000,
    "post": WEB_PAGE,
    "get": b"GET / HTTP/1.1\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00",
}


@pytest.mark.parametrize("sent", LOST.values(), ids=LOST.keys())
@pytest.mark.parametrize("before", [True, False], ids=["started", "new"])
async def test_a_stream_that_is_lost_ends_the_server(sent: bytes, before: bool) -> None:
    async with start_wire() as wire:
        if before:
            await wire.initialize()
        assert wire.process.stdin is not None
        wire.process.stdin.write(sent)
        answers = await _rest(wire)
        assert await wire.ended() == 1
        assert answers[-1]["error"]["code"] == PARSE_ERROR
        assert answers[-1]["id"] is None
        assert "start Fourfold again" in answers[-1]["error"]["message"]
        assert "result" not in str(answers)
        said = await wire.stderr()
        assert "cannot be followed" in said
        assert "tiny.echo" not in said
        assert "Traceback" not in said


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Length: 50\r\n\r\n{",
        b"Content-Len",
        b"Content-Length: 5\r\n\r\n",
        frame(ECHO)[:-1],
    ],
)
async def test_a_message_that_breaks_off_is_logged(sent: bytes) -> None:
    async with start_wire() as wire:
        assert wire.process.stdin is not None
        wire.process.stdin.write(sent)
        wire.process.stdin.close()
        assert await wire.ended() == 1
        assert "the last one has no end" in await wire.stderr()


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"\xff\xfe{}", "{}".encode("utf-16"), b'{"a": "\xc3"}', b"nul", b"[" * 100_000],
    ids=["cut", "empty", "mark", "utf-16", "half-character", "word", "nested"],
)
async def test_a_body_that_is_no_json_is_answered_and_the_next_one_is_read(body: bytes) -> None:
    async with start_wire() as wire:
        await wire.initialize()
        wire.put(body)
        answer = await wire.get()
        assert (answer["id"], answer["error"]["code"]) == (None, PARSE_ERROR)
        assert (await wire.run("tiny.echo"))["result"]


async def test_half_a_character_becomes_a_whole_one() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        for text, whole in (
            (r"\ud83d", "�"),
            (r"\uDC00\ud83d\ude00\ud800x", "�😀�x"),
            (r"\\ud83d \\\ud83d", "\\ud83d \\�"),
            (r"\ud83d\n\ude00", "�\n�"),
        ):
            wire.put(BODY.replace(b"[{}]", b'[{"text": "%b"}]' % text.encode()))
            assert (await wire.answer(5))["result"]["arguments"]["text"] == whole


async def test_a_slow_message_is_waited_for() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        assert wire.process.stdin is not None
        whole = frame(ECHO)
        for part in (whole[:40], whole[40:]):
            wire.process.stdin.write(part)
            await wire.process.stdin.drain()
            await asyncio.sleep(1.2)
        assert (await wire.answer(5))["result"]


@pytest.mark.parametrize("seed", range(20))
def test_frames_come_whole_in_any_pieces(seed: int) -> None:
    chance = random.Random(seed)
    bodies = [chance.randbytes(chance.choice([0, 1, 50, 5_000])) for _ in range(20)]
    stream = b"".join(b"X: 1\r\ncontent-length :  %d \r\n\r\n%b" % (len(b), b) for b in bodies)
    stream = stream.replace(b"content-length :", b"Content-Length:")
    frames, got = Frames(), []
    while stream:
        size = chance.randint(1, 3_000)
        got += frames.feed(stream[:size])
        stream = stream[size:]
    assert got == bodies
    assert not frames.is_waiting


def test_garbage_never_hangs_nor_grows() -> None:
    chance = random.Random(7)
    for _ in range(300):
        with pytest.raises(FramingError):
            list(Frames().feed(b"\n" + chance.randbytes(20_000)))


async def _rest(wire: Wire) -> Sequence[Any]:
    assert wire.process.stdout is not None
    async with asyncio.timeout(30):
        out = await wire.process.stdout.read()
    return [json.loads(body) for body in Frames().feed(out)]
