"""The workflow killed at any point: it goes on where it was, and pays for nothing twice."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sqlite3
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lsp.support.prompt import until_answer
from lsp.support.session import KEY, KilledError, session, write
from lsp.support.start import isolated
from lsp.support.workflow import echo, states, texts
from support.scripted_model import scripted_model, silence

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.session import Session
    from support.scripted_model import Exchange

LIMIT_S = 60
STEPS = ["greet", "polish", "translate", "check"]
WORKFLOW = """\
name: Chain
steps:
  greet: {}
  polish: {inputs: {text: {step: greet}}}
  translate: {inputs: {text: {step: polish}}}
  check: {inputs: {text: {step: translate}}}
"""
FILES = {
    "prompts/workflow.yaml": WORKFLOW,
    **{f"prompts/{step}.md": f"{step} {{{{ text }}}}" for step in STEPS[1:]},
}


@dataclass
class Model:
    """Answers each prompt with itself; of the one that begins with `stops` it sends a part, and
    nothing more. `answered` is set once the one that begins with `last` has its whole answer."""

    stops: str | None = None
    last: str | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, exchange: Exchange) -> None:
        text = exchange.request.json["messages"][-1]["content"]
        if self.stops is not None and text.startswith(self.stops):
            self.reached.set()
            await silence("a part of it")(exchange)
            return
        await echo(exchange)
        if self.last is not None and text.startswith(self.last):
            self.reached.set()


def prompts(first: str) -> dict[str, str]:
    """What each step asks when nothing goes wrong."""
    asked = {"greet": first}
    for before, step in itertools.pairwise(STEPS):
        asked[step] = f"{step} ({asked[before]})"
    return asked


def rows(folder: Path, query: str) -> list[tuple[str, ...]]:
    with contextlib.closing(sqlite3.connect(folder / ".fourfold" / "fourfold.db")) as connection:
        return connection.execute(query).fetchall()


def stored(folder: Path, asked: dict[str, str]) -> set[str]:
    """The steps whose response to these prompts is stored, whole."""
    responses = {
        response
        for (response,) in rows(folder, "SELECT response FROM runs WHERE status = 'succeeded'")
    }
    return {step for step, prompt in asked.items() if f"({prompt})" in responses}


async def become_succeeded(s: Session) -> None:
    await until_answer(
        s.client,
        lambda: states(s),
        lambda seen: seen == dict.fromkeys(STEPS, "succeeded"),
        "all succeeded",
    )


async def test_a_server_killed_at_any_point_goes_on_where_it_was(tmp_path: Path) -> None:
    points = [(step, while_streaming) for step in STEPS for while_streaming in (True, False)]
    script = Model()
    folder = tmp_path / "workspace"
    async with scripted_model(script) as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": KEY}

        async def go_on(s: Session, asked: dict[str, str], done: set[str], before: int) -> None:
            s.client.answers.append("Go on")
            await become_succeeded(s)
            again = texts(model.requests[before:])
            assert again == sorted(asked[step] for step in STEPS if step not in done)
            assert stored(folder, asked) == set(STEPS)

        asked: dict[str, str] = {}
        done: set[str] = set()
        before = 0
        for number, (step, while_streaming) in enumerate(points):
            with contextlib.suppress(KilledError):
                async with session(tmp_path, files=FILES, env=env, prompt="greet 0.\n") as s:
                    if number:
                        await go_on(s, asked, done, before)
                    await s.save(f"greet {number}.\n")
                    asked = prompts(f"greet {number}.")
                    script.stops = step if while_streaming else None
                    script.last = None if while_streaming else step
                    script.reached = asyncio.Event()
                    await s.client.run("fourfold.startWorkflow", fresh=bool(number % 4 < 2))
                    async with asyncio.timeout(LIMIT_S):
                        await script.reached.wait()
                    s.kill()
            done = stored(folder, asked)
            place = STEPS.index(step)
            assert done >= set(STEPS[:place])
            assert step not in done or not while_streaming
            script.stops = script.last = None
            before = len(model.requests)
        async with session(tmp_path, files=FILES, env=env) as s:
            await go_on(s, asked, done, before)
            await s.client.run("fourfold.startWorkflow")
            await s.ended()
        assert len(model.requests) == before + len(set(STEPS) - done)
    ended = rows(folder, "SELECT status FROM workflow_runs")
    assert ended == [("succeeded",)] * (len(points) + 1)
    assert rows(folder, "PRAGMA integrity_check") == [("ok",)]
    assert rows(folder, "PRAGMA foreign_key_check") == []


async def test_a_command_killed_at_any_step_goes_on_when_it_is_given_again(tmp_path: Path) -> None:
    script = Model()
    folder = tmp_path / "workspace"
    for path, text in {"prompts/greet.md": "greet", **FILES}.items():
        write(folder / path, text)
    asked = prompts("greet")
    async with scripted_model(script) as model:
        env = isolated(tmp_path, {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": KEY})

        async def start() -> asyncio.subprocess.Process:
            command = [sys.executable, "-m", "fourfold", "workflow", "run"]
            return await asyncio.create_subprocess_exec(
                *command, cwd=folder, env=env, stderr=asyncio.subprocess.PIPE
            )

        async with asyncio.timeout(LIMIT_S):
            for step in STEPS:
                script.stops = step
                script.reached = asyncio.Event()
                process = await start()
                await script.reached.wait()
                process.kill()
                await process.wait()
            script.stops = None
            process = await start()
            _, said = await process.communicate()
        assert process.returncode == 0, said.decode()
        # Each step is asked once for the response that it has, and once for each that was cut off.
        assert texts(model.requests) == sorted([*asked.values()] * 2)
    assert stored(folder, asked) == set(STEPS)
    assert rows(folder, "SELECT count(*) FROM runs WHERE status = 'running'") == [(0,)]
