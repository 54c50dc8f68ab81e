"""Everything that people and programs do to a folder, at random, with kills in between.

In CI for a minute; `make soak` goes on for twenty (`SOAK_SECONDS`). `SOAK_SEED` repeats a run.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import random
import sys
import time
from typing import TYPE_CHECKING

import pytest
from lsprotocol.types import TextDocumentSaveReason
from pygls.exceptions import JsonRpcException

from fourfold.versions.reader import LEFT_ALONE_SECONDS
from lsp.support.client import DISMISS, StrictClient
from lsp.support.session import KilledError, Session, session
from lsp.support.start import isolated
from soak.ledger import Ledger
from support.scripted_model import tokens

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from lsprotocol.types import ShowMessageRequestParams

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
PATIENCE_SECONDS = 60.0
"""How long an answer may take: nothing here is about speed, and others may use the machine."""
NOT_LEFT_ALONE_SECONDS = LEFT_ALONE_SECONDS / 2
SEED = os.environ.get("SOAK_SEED") or str(random.SystemRandom().randrange(10**6))
STEPS = ("greet", "sub/other")


def cancelled(params: ShowMessageRequestParams) -> str | None:
    """Whatever is asked, nothing is to be lost, nor done."""
    titles = [action.title for action in params.actions or []]
    return "Cancel" if "Cancel" in titles else DISMISS


class Use:
    """One person at an editor, and other programs, on one folder."""

    def __init__(self, s: Session, chance: random.Random, ledger: Ledger) -> None:
        self.s, self.chance, self.ledger = s, chance, ledger
        self.uris: dict[str, str] = {}
        self.saving: str | None = None
        s.client.answers.extend([cancelled] * 10_000)

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
        if self.chance.random() < 0.2:
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
        known = set(self.ledger.written)
        step, text = self.step(), self.text()
        self.saving = step
        self.s.client.write(self.uri(step), text)
        await self.settle(step)
        self.saving = None
        self.ledger.save(step, text, is_new=text not in known)

    async def save_automatically(self) -> None:
        step, text = self.step(), self.text()
        self.s.client.edit(self.uri(step), text)
        self.s.client.save(self.uri(step), TextDocumentSaveReason.AfterDelay)
        await self.settle(step)

    async def write_in_place(self) -> None:
        """As `open(path, "w")`: emptied, and written a little later."""
        step, text = self.step(), self.text()
        pieces = [text[start : start + 7000] for start in range(0, len(text), 7000)]
        await self.write_slowly(step, pieces, [0, 0.001, 0.01, 0.02])

    async def write_slowly(self, step: str, pieces: list[str], pauses: list[float]) -> None:
        written, since = "", time.monotonic()
        with self.path(step).open("w", encoding="utf-8", newline="") as file:
            for piece in pieces:
                await asyncio.sleep(self.chance.choice(pauses))
                before, text, written = since, written, written + piece
                since = time.monotonic()
                file.write(piece)
                file.flush()
                if text and time.monotonic() - before > NOT_LEFT_ALONE_SECONDS:
                    # This process had to wait, so what there was may have counted as whole.
                    self.ledger.written.add(text)

    async def write_beside(self) -> None:
        step, text = self.step(), self.text()
        temporary = self.path(step).with_suffix(".tmp")
        temporary.write_text(text, encoding="utf-8", newline="")
        temporary.replace(self.path(step))

    async def switch(self) -> None:
        step = self.step()
        listed = await self.s.versions(self.uri(step))
        number = self.chance.choice(listed["versions"])["number"]
        try:
            await self.s.client.run(
                "fourfold.setCurrentVersion", uri=self.uri(step), version=number
            )
        except JsonRpcException as error:  # another program's change has just been taken in
            if f"has no v{number}; kept are" not in error.message:
                raise
        await self.settle(step)

    async def undo(self) -> None:
        step = self.step()
        self.ledger.forget(step)
        try:
            await self.s.client.run("fourfold.undo", uri=self.uri(step))
        except JsonRpcException as error:
            if not any(it in error.message for it in ("nothing to undo", "changed since")):
                raise
        await self.settle(step)

    async def run(self) -> None:
        step = self.step()
        self.ledger.written.add(self.s.client.text_of(self.uri(step)))
        self.ledger.one_more(step)
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
        looking = asyncio.ensure_future(self.list_from_a_terminal())
        pieces = [text[start : start + 1000] for start in range(0, 9000, 1000)]
        await self.write_slowly(step, [*pieces, text[9000:]], [0.07])
        await looking

    def doing(self) -> Callable[[], Awaitable[None]]:
        """The next thing that is done."""
        often = [self.save] * 6 + [self.write_in_place, self.write_beside] * 3
        rarely = [self.save_automatically, self.switch, self.undo, self.run] * 2
        return self.chance.choice(
            [*often, *rarely, self.list_from_a_terminal, self.write_while_it_is_listed]
        )


@pytest.mark.timeout(SECONDS + 120)
async def test_nothing_is_lost_in_random_use_with_kills(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulthandler.cancel_dump_traceback_later()  # to go on for long is what this is for
    monkeypatch.setattr(StrictClient, "limit", PATIENCE_SECONDS)
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
                    if time.monotonic() > end:
                        break
                if chance.random() < 0.7:
                    doing = asyncio.ensure_future(use.doing()())
                    await asyncio.wait({doing}, timeout=chance.uniform(0, 0.1))
                    doing.cancel()
                    await asyncio.wait({doing})
                    # What stopped in the middle of a text has written that.
                    ledger.written.update(use.path(step).read_text("utf-8") for step in STEPS)
                    if use.saving is not None:
                        ledger.one_more(use.saving)
                    kills += 1
                    s.kill()
        except KilledError:
            pass
        ledger.check(tmp_path / "workspace")
    print(f"{done} operations, {kills} kills")
    assert done > SECONDS / 10
