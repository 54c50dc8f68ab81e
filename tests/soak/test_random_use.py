"""Everything that people and programs do to a folder, at random, with kills in between.

In CI for a minute; `make soak` goes on for twenty (`SOAK_SECONDS`). `SOAK_SEED` repeats a run.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import sys
import time
from typing import TYPE_CHECKING

import pytest
from lsprotocol.types import TextDocumentSaveReason

from lsp.support.session import KilledError, Session, session
from lsp.support.start import isolated
from soak.ledger import Ledger
from support.scripted_model import tokens

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
SEED = os.environ.get("SOAK_SEED") or str(random.SystemRandom().randrange(10**6))
STEPS = ("greet", "sub/other")


class Use:
    """One person at an editor, and other programs, on one folder."""

    def __init__(self, s: Session, chance: random.Random, ledger: Ledger) -> None:
        self.s, self.chance, self.ledger = s, chance, ledger
        self.uris: dict[str, str] = {}

    def path(self, step: str) -> Path:
        return self.s.folder / "prompts" / f"{step}.md"

    def step(self) -> str:
        return self.chance.choice(STEPS)

    def uri(self, step: str) -> str:
        if step not in self.uris:
            already = step == "greet"
            self.uris[step] = self.s.uri if already else self.s.client.open(self.path(step))
        return self.uris[step]

    def text(self) -> str:
        """A text of any length; sometimes one of those before."""
        if self.ledger.written and self.chance.random() < 0.2:
            text = self.chance.choice(sorted(self.ledger.written))
        else:
            size = self.chance.choice([1, 3, 40, 3000])
            text = f"{self.chance.randrange(10**9)} " * size + "\n"
        self.ledger.written.add(text)
        return text

    async def settle(self, step: str) -> None:
        """The server has taken in what it was told."""
        await self.s.client.lenses(self.uri(step))

    async def save(self) -> None:
        step, text = self.step(), self.text()
        self.s.client.write(self.uri(step), text)
        await self.settle(step)
        self.ledger.save(step, text)

    async def save_automatically(self) -> None:
        step, text = self.step(), self.text()
        self.s.client.edit(self.uri(step), text)
        self.s.client.save(self.uri(step), TextDocumentSaveReason.AfterDelay)
        await self.settle(step)

    async def write_in_place(self) -> None:
        """As `open(path, "w")`: emptied, and written a little later."""
        step, text = self.step(), self.text()
        with self.path(step).open("w", encoding="utf-8", newline="") as file:
            await asyncio.sleep(self.chance.choice([0, 0.001, 0.02]))
            for start in range(0, len(text), 7000):
                file.write(text[start : start + 7000])
                file.flush()
                await asyncio.sleep(self.chance.choice([0, 0.001, 0.01]))

    async def write_beside(self) -> None:
        step, text = self.step(), self.text()
        temporary = self.path(step).with_suffix(".tmp")
        temporary.write_text(text, encoding="utf-8", newline="")
        temporary.replace(self.path(step))

    async def switch(self) -> None:
        step = self.step()
        listed = await self.s.versions(self.uri(step))
        number = self.chance.choice(listed["versions"])["number"]
        self.s.client.answers.clear()
        self.s.client.answers.extend(["Cancel"] * 3)
        await self.s.client.run("fourfold.setCurrentVersion", uri=self.uri(step), version=number)
        await self.settle(step)

    async def undo(self) -> None:
        step = self.step()
        self.s.client.answers.extend(["Cancel"] * 3)
        with contextlib.suppress(Exception):  # there may be nothing to undo
            await self.s.client.run("fourfold.undo", uri=self.uri(step))
        await self.settle(step)
        self.ledger.forget(step)

    async def run(self) -> None:
        step = self.step()
        self.ledger.written.add(self.s.client.text_of(self.uri(step)))
        self.ledger.run(step)
        if self.s.client.text_of(self.uri(step)):  # an empty one is refused
            await self.s.client.run("fourfold.runStep", uri=self.uri(step), fresh=True)

    async def list_from_a_terminal(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "fourfold", "list", "--json"),
            cwd=self.s.folder,
            env=isolated(self.s.home),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await process.communicate()
        assert b"error of its own" not in said, said

    async def write_while_it_is_listed(self) -> None:
        """As `open(path, "w")`, and somebody looks before it is written."""
        step, text = self.step(), self.text()
        with self.path(step).open("w", encoding="utf-8", newline="") as file:
            looking = asyncio.ensure_future(self.list_from_a_terminal())
            for start in range(0, 9000, 1000):
                await asyncio.sleep(0.07)
                file.write(text[start : start + 1000])
                file.flush()
            file.write(text[9000:])
        await looking

    def doing(self) -> Callable[[], Awaitable[None]]:
        """The next thing that is done."""
        often = [self.save] * 6 + [self.write_in_place, self.write_beside] * 3
        rarely = [self.save_automatically, self.switch, self.undo, self.run] * 2
        return self.chance.choice(
            [*often, *rarely, self.list_from_a_terminal, self.write_while_it_is_listed]
        )


@pytest.mark.timeout(SECONDS + 120)
async def test_nothing_is_lost_in_random_use_with_kills(tmp_path: Path) -> None:
    print(f"SOAK_SEED={SEED}")
    chance = random.Random(SEED)
    ledger = Ledger(written={"Greet Ada.\n", "Another.\n"}, names=set(STEPS))
    end = time.monotonic() + SECONDS
    done = kills = 0
    while time.monotonic() < end:
        try:
            async with session(
                tmp_path,
                *[tokens("Hello", " Ada")] * 500,
                files={"prompts/sub/other.md": "Another.\n"},
            ) as s:
                use = Use(s, chance, ledger)
                for _ in range(chance.randrange(5, 40)):
                    await use.doing()()
                    done += 1
                s.client.violations.clear()  # questions that nobody expected
                if chance.random() < 0.7:
                    doing = asyncio.ensure_future(use.doing()())
                    await asyncio.wait({doing}, timeout=chance.uniform(0, 0.1))
                    doing.cancel()
                    await asyncio.wait({doing})
                    # What stopped in the middle of a text has written that.
                    ledger.written.update(use.path(step).read_text("utf-8") for step in STEPS)
                    kills += 1
                    s.kill()
        except KilledError:
            pass
        ledger.check(tmp_path / "workspace")
    print(f"{done} operations, {kills} kills")
    assert done > SECONDS
