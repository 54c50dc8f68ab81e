"""The server as a process: its streams, its ends, two of them at once."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from fourfold import __main__
from fourfold.cli.main import make_cli
from support.agents import GREET, at
from support.scripted_model import Gate, scripted_model, tokens

if TYPE_CHECKING:
    from mcp.client import IncomingMessage

LIMIT = 30


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_an_agent_is_served_on_stdio(place: Any, mode: str) -> None:
    told: list[str] = []

    async def message(received: IncomingMessage) -> None:
        told.append(getattr(received, "method", ""))

    async with (
        scripted_model(tokens("Hello", "!")) as model,
        place.process("--allow-writes", mode=mode, env=at(model), message_handler=message) as agent,
    ):
        assert agent.client.server_info.name == "fourfold"
        assert "until" in agent.client.instructions
        assert agent.client.server_capabilities.prompts.list_changed
        better = GREET.replace("Greet", "Welcome")
        if mode == "legacy":
            await agent.answer("save_version", step="greet", text=better)
        else:  # who speaks the newest protocol asks to be told
            async with agent.client.listen(prompts_list_changed=True) as changes:
                await agent.answer("save_version", step="greet", text=better)
                assert type(await anext(aiter(changes))).__name__ == "PromptsListChanged"
        [run] = (await agent.answer("run_step", step="greet", inputs={"name": "Ada"}))["runs"]
        assert (run["version"], run["response"]) == (2, "Hello!")
        got = await agent.client.get_prompt("greet@v1", {"name": "Ada"})
        assert got.messages[0].content.text.strip() == "Greet Ada."
        assert len((await agent.client.list_resources()).resources) == 2
    if mode == "legacy":
        assert "notifications/prompts/list_changed" in told
        assert "notifications/resources/list_changed" in told


class Raw:
    """The process without a client, for what no client does."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        assert process.stdin is not None
        assert process.stdout is not None
        self.stdin, self.stdout = process.stdin, process.stdout
        self._id = 0

    @classmethod
    async def start(cls, place: Any, **env: str) -> Raw:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "fourfold", "mcp"),
            cwd=place.folder / "prompts",
            env={**os.environ, **env},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        raw = cls(process)
        info = {"name": "raw", "version": "0"}
        await raw.send("initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo=info)
        answer = await raw.line()
        assert answer["result"]["protocolVersion"] == "2025-06-18"
        raw.stdin.write(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
        return raw

    async def send(self, method: str, **params: Any) -> None:
        self._id += 1
        message = {"jsonrpc": "2.0", "id": self._id, "method": method, "params": params}
        self.stdin.write(json.dumps(message).encode() + b"\n")

    async def call(self, tool: str, **arguments: Any) -> None:
        await self.send("tools/call", name=tool, arguments=arguments)

    async def line(self) -> Any:
        async with asyncio.timeout(LIMIT):
            return json.loads(await self.stdout.readline())

    async def ended(self) -> tuple[int | None, list[Any], str]:
        """The exit code, the messages that were left, and stderr."""
        async with asyncio.timeout(LIMIT):
            rest, errors = await self.process.communicate()
        messages = [json.loads(line) for line in rest.splitlines()]
        return self.process.returncode, messages, errors.decode()


async def test_nothing_but_the_protocol_is_on_stdout(place: Any) -> None:
    """The folder is found upwards, what comes is answered in whatever order, and the end of stdin
    is the end."""
    hostile = "\u202eAda\x1b[31m"
    async with scripted_model(tokens(hostile)) as model:
        raw = await Raw.start(place, **at(model))
        for line in [b"no JSON", b'{"jsonrpc": "2.0", "id": "x", "method": "no/such"}', b""]:
            raw.stdin.write(line + b"\n")
        await raw.call("list_steps")
        await raw.call("run_step", step="greet", inputs={"name": hostile})
        answers: dict[Any, Any] = {}
        while {"x", 2, 3} - answers.keys():
            answer = await raw.line()
            assert answer["jsonrpc"] == "2.0"
            answers[answer.get("id")] = answer
        raw.stdin.close()
        code, rest, errors = await raw.ended()
    assert (code, rest) == (0, [])
    assert answers["x"]["error"]
    assert answers[2]["result"]["structuredContent"]["steps"][0]["step"] == "greet"
    assert answers[3]["result"]["structuredContent"]["runs"][0]["response"] == hostile
    assert json.loads(answers[3]["result"]["content"][0]["text"])["runs"][0]["response"] == hostile
    assert not set(hostile) - set("Ada[31m") & set(answers[3]["result"]["content"][0]["text"])
    assert "Traceback" not in errors


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
async def test_a_signal_ends_it_and_what_has_arrived_is_kept(place: Any) -> None:
    gate = Gate()
    async with scripted_model(tokens("Half", " a response", gate=gate)) as model:
        raw = await Raw.start(place, **at(model))
        await raw.call("run_step", step="greet", inputs={"name": "Ada"})
        await model.exchange()
        gate.release()
        raw.process.send_signal(signal.SIGTERM)
        code, _, errors = await raw.ended()
    assert code == 128 + signal.SIGTERM
    assert "Traceback" not in errors
    async with place.agent() as agent:
        version = await agent.answer("read_version", step="greet")
    assert version["lastRun"]["status"] == "cancelled"


async def test_two_agents_share_a_folder(place: Any) -> None:
    async with (
        place.process("--allow-writes") as one,
        place.process("--allow-writes") as other,
    ):

        async def save(agent: Any, name: str) -> None:
            for number in range(4):
                text = f"{name} {number}\n"
                # Who comes between another's file and version is refused, and tries again.
                while (await agent.call("save_version", step="greet", text=text)).is_error:
                    pass

        async with asyncio.timeout(LIMIT):
            await asyncio.gather(save(one, "one"), save(other, "other"))
        seen = [await agent.answer("read_version", step="greet") for agent in (one, other)]
        [step] = (await one.answer("list_steps"))["steps"]
    assert seen[0] == seen[1]
    assert seen[0]["text"] == place.read("prompts/greet.prompty")
    assert (step["kept"][0], len(step["kept"])) == (9, 4)


def test_where_the_extra_is_missing_it_is_named(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    cli = make_cli(__main__.serve, __main__.serve_agent)
    result = CliRunner().invoke(cli, ["mcp", "--folder", str(place.folder)])
    assert result.exit_code == 3
    assert 'pip install "fourfold[mcp]"' in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
