"""The embedded model, for real."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

from fourfold.llm import embedded_files, embedded_process
from fourfold.llm.embedded import EmbeddedIntegration
from fourfold.llm.integration import Delta, Finish, ModelError, Sent, Usage
from support.calls import ask, read

if TYPE_CHECKING:
    from pathlib import Path

LONG = "Count from one to five hundred in words."


async def test_it_streams_with_counts_and_the_same_text_each_time(
    embedded: EmbeddedIntegration,
) -> None:
    request = ask("Name three colours.", max_output_tokens=12)
    pieces = [item async for item in embedded.stream(request)]
    texts = [item.text for item in pieces if isinstance(item, Delta)]
    assert len(texts) > 3
    *_, usage, end = pieces
    assert end in (Finish("stop"), Finish("length"))
    assert isinstance(usage, Usage)
    assert usage.output_tokens is not None
    assert 3 < usage.output_tokens <= 12
    assert await read(embedded, request) == ("".join(texts), usage)


async def test_four_at_once_share_one_process(embedded: EmbeddedIntegration) -> None:
    async def first_piece() -> int | None:
        stream = embedded.stream(ask(LONG, max_output_tokens=8))
        assert isinstance(await anext(stream), Sent)
        await anext(stream)
        pid = embedded.process_id
        await stream.aclose()
        return pid

    processes = set(await asyncio.gather(*(first_piece() for _ in range(4))))
    assert len(processes) == 1
    assert processes != {None}


async def test_stopping_a_run_stops_the_generation(embedded: EmbeddedIntegration) -> None:
    stream = embedded.stream(ask(LONG, max_output_tokens=1900))
    assert isinstance(await anext(stream), Sent)
    await anext(stream)
    slots = await _slots(embedded)
    assert [slot["is_processing"] for slot in slots].count(True) == 1
    await stream.aclose()
    async with asyncio.timeout(10):
        while any(slot["is_processing"] for slot in await _slots(embedded)):
            await asyncio.sleep(0)


async def test_a_prompt_too_long_is_an_error_that_says_so(embedded: EmbeddedIntegration) -> None:
    with pytest.raises(ModelError, match=r"The embedded model cannot take a prompt this long"):
        await read(embedded, ask("word " * 3000))


async def test_a_process_that_died_is_started_again(embedded: EmbeddedIntegration) -> None:
    short = ask("Hi", max_output_tokens=2)
    await read(embedded, short)
    first = embedded.process_id
    assert first is not None
    stream = embedded.stream(ask(LONG, max_output_tokens=1900))
    assert isinstance(await anext(stream), Sent)
    await anext(stream)
    assert embedded._process is not None
    embedded._process.process.kill()
    with pytest.raises(ModelError, match="run it again"):
        async for _ in stream:
            pass
    embedded._process.process.wait()
    await read(embedded, short)
    assert embedded.process_id not in (None, first)


async def test_closing_ends_the_process_and_a_later_call_starts_another(
    embedded: EmbeddedIntegration,
) -> None:
    await read(embedded, ask("Hi", max_output_tokens=2))
    pid = embedded.process_id
    await embedded.close()
    assert embedded.process_id is None
    await read(embedded, ask("Hi", max_output_tokens=2))
    assert embedded.process_id not in (None, pid)


async def test_only_its_own_clients_are_answered(embedded: EmbeddedIntegration) -> None:
    await read(embedded, ask("Hi", max_output_tokens=2))
    assert embedded._process is not None
    request = urllib.request.Request(
        f"{embedded._process.base_url}/chat/completions", data=b'{"messages": []}'
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        await asyncio.to_thread(urllib.request.urlopen, request)
    assert caught.value.code == 401


PARENT = """
import asyncio, sys
from fourfold.llm.embedded import EmbeddedIntegration
from fourfold.llm.integration import ChatRequest

async def main():
    model = EmbeddedIntegration()
    stream = model.stream(ChatRequest("m", [{"role": "user", "content": sys.argv[1]}],
                                      {"max_output_tokens": 1900}))
    await anext(stream)
    print(model.process_id, flush=True)
    async for _ in stream:
        pass

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.usefixtures("embedded_folder")
def test_killing_the_parent_leaves_nothing_behind() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, LONG], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        gone = os.pidfd_open(child) if hasattr(os, "pidfd_open") else None
        parent.send_signal(signal.SIGKILL)
    if gone is None:
        pytest.skip("this platform cannot wait for another's child")
    import select

    readable, _, _ = select.select([gone], [], [], 5)
    os.close(gone)
    assert readable, "the embedded model is still running"


def test_a_parent_gone_during_the_start_leaves_nothing_behind(embedded_folder: Path) -> None:
    order = {
        "folder": str(embedded_folder),
        "weights": str(embedded_folder / embedded_files.WEIGHTS),
        "alias": "m",
        "key": "k",
    }
    with subprocess.Popen(
        [sys.executable, "-I", str(embedded_process.SERVER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(order) + "\n")
        child.stdin.close()
        child.stdout.close()
        assert child.wait(20) == 1


async def test_cancelling_the_start_leaves_nothing_behind(
    embedded: EmbeddedIntegration, monkeypatch: pytest.MonkeyPatch
) -> None:
    spawned: list[subprocess.Popen[str]] = []
    spawn = embedded_process._spawn

    def remember(folder: Path) -> subprocess.Popen[str]:
        spawned.append(spawn(folder))
        return spawned[-1]

    monkeypatch.setattr(embedded_process, "_spawn", remember)
    reading = asyncio.create_task(read(embedded))
    while not spawned:
        await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert spawned[0].poll() is not None


async def test_a_folder_that_does_not_work_says_how_to_repair_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"No module named 'xllamacpp'.*model install"):
        await read(EmbeddedIntegration(find=lambda: tmp_path))


async def test_a_start_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = tmp_path / "stuck.py"
    stuck.write_text("import threading; threading.Event().wait()", "utf-8")
    monkeypatch.setattr(embedded_process, "SERVER", stuck)
    with pytest.raises(ModelError, match=r"did not start within 0.1 s"):
        await embedded_process.start(tmp_path, seconds=0.1)


async def _slots(embedded: EmbeddedIntegration) -> list[dict[str, bool]]:
    running = embedded._process
    assert running is not None
    request = urllib.request.Request(
        running.base_url.removesuffix("/v1") + "/slots",
        headers={"authorization": f"Bearer {running.key}"},
    )
    body = await asyncio.to_thread(lambda: urllib.request.urlopen(request).read())
    slots: list[dict[str, bool]] = json.loads(body)
    return slots
