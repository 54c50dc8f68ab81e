"""view: the board served, as a process."""

from __future__ import annotations

import asyncio
import http.client
import signal
import socket
from typing import Any
from urllib.parse import urlsplit

LIMIT = 60.0
Workspace = Any


async def test_it_prints_an_address_that_a_browser_gets_and_ends_with_ctrl_c(
    workspace: Workspace,
) -> None:
    process = await workspace.start("view", "greet", "--no-open")
    async with asyncio.timeout(LIMIT):
        address = urlsplit((await process.stdout.readline()).decode().strip())
    assert (address.scheme, address.hostname, address.path) == ("http", "127.0.0.1", "/")

    def page() -> tuple[int, str]:
        connection = http.client.HTTPConnection(address.netloc, timeout=LIMIT)
        connection.request("GET", f"/?{address.query}")
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    status, html = await asyncio.to_thread(page)
    assert status == 200
    assert "board.js" in html
    process.send_signal(signal.SIGINT)
    async with asyncio.timeout(LIMIT):
        _, err = await process.communicate()
    assert process.returncode == 130
    assert err.decode().splitlines() == [
        "The board is there until Ctrl-C; the address lets one browser in."
    ]


async def test_a_port_that_is_taken_is_said(workspace: Workspace) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = await workspace.process("view", "--no-open", "--port", port)
    assert ended.code == 3
    assert ended.err.startswith(f"Error: The port {port} could not be had (")


async def test_a_step_that_there_is_not_is_refused(workspace: Workspace) -> None:
    ended = await workspace.process("view", "grete", "--no-open")
    assert ended.code == 2
    assert "greet" in ended.err
