"""Fourfold in Kate under Xvfb, with real keys, as `server/editors/kate.md` sets it up."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from editors.kate.driver import Kate
from editors.listing import current_text
from support.processes import Ends, descendants
from support.scripted_model import scripted_model, silence, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

EDITOR = "Kate 22.12"
LACKING = [
    name for name in ("kate", "Xvfb", "xdotool", "dbus-run-session") if not shutil.which(name)
]
pytestmark = [
    pytest.mark.skipif(
        bool(LACKING), reason=f"the tests in Kate need {', '.join(LACKING)}: run `make editors`"
    ),
    pytest.mark.timeout(300),
]

HEAD = "---\nmodel:\n  options:\n    maxOutputTokens: 60\n---\nuser:\n"
COUNTRIES = {1: "France", 2: "Italy", 3: "South Africa", 4: "Oman", 5: "Chile"}


def text(number: int) -> str:
    """The text of each version: others are longer, shorter and as long as the last."""
    return f"{HEAD}Name the capital of {COUNTRIES[number]}.\n"


async def test_kate(tmp_path: Path, shown: Callable[[str], None]) -> None:
    """One Kate for all: it takes seconds to come."""
    async with scripted_model(tokens("Hello", " Ada"), silence("Half of ", "an answer")) as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "x", "OPENAI_MODEL": "scripted"}
        await asyncio.to_thread(journey, tmp_path, env, shown)


def journey(tmp_path: Path, env: dict[str, str], shown: Callable[[str], None]) -> None:
    file = tmp_path / "workspace/prompts/greet.md"
    file.parent.mkdir(parents=True)
    file.write_text(text(1), encoding="utf-8")
    with Kate(tmp_path / "home", file, env) as kate:
        assert kate.titles()[0].startswith("v1 · current")
        write(kate, shown)
        save(kate)
        shown("save")
        look(kate)
        shown("history")
        switch(kate)
        shown("switch")
        undo(kate)
        shown("undo")
        run(kate)
        shown("run")
        read(kate, shown)
        cancel(kate)
        shown("cancel")
        quit_during_a_run(kate)
        shown("quit")


def write(kate: Kate, shown: Callable[[str], None]) -> None:
    """A key and an input are completed, and what is wrong is told; then nothing has been typed."""
    kate.keys("ctrl+Home", "Down", "Down", "Down", "End", "Return")
    kate.type("tem")
    kate.complete("temperature")
    assert not kate.underlines()
    after = len(kate.traffic.messages)
    kate.type("hot")
    kate.traffic.wait(lambda: told(kate, after) or None, "what is wrong")
    assert told(kate, after)[0]["message"].startswith("temperature must be a number")
    kate.poll(kate.underlines, "a red line below the word")
    kate.keys("BackSpace", "BackSpace", "BackSpace", "0")
    kate.traffic.wait(lambda: not told(kate, after) or None, "that nothing is wrong")
    shown("mistakes")
    kate.keys("ctrl+End")
    kate.type("{{tone}}, {{to")
    kate.complete("tone")
    kate.traffic.wait(lambda: "{{tone}}, {{tone" in kate.buffer() or None, "the input")
    shown("completion")
    kate.take_back()
    kate.wait_for(text(1))


def told(kate: Kate, after: int) -> list[Any]:
    """The last diagnostics."""
    published = kate.traffic.told("textDocument/publishDiagnostics", after)
    return list(published[-1]["diagnostics"]) if published else []


def save(kate: Kate) -> None:
    for number in range(2, 6):
        kate.keys("ctrl+End", "Up", "End", "shift+Home")
        kate.type(text(number).splitlines()[-1])
        kate.wait_for(text(number))
        kate.save()
        assert kate.titles()[0].startswith(f"v{number} of ")
    state(kate, shows=5, current=5)


def state(kate: Kate, *, shows: int, current: int) -> None:
    """Fails unless buffer, menu, file and list agree."""
    assert kate.buffer() == text(shows)
    expected = "v5 of v2–v5 · current" if shows == current == 5 else f"v{shows} "
    assert kate.titles()[0].startswith(expected)
    assert kate.file.read_text(encoding="utf-8") == text(current)
    assert current_text(kate.file.parents[1]) == text(current)


def look(kate: Kate) -> None:
    """The document that the menu opens, and what Kate shows below the mouse."""
    for history in (kate.hover(), opened(kate, "Show the history")):
        assert re.findall(r"^- \W*(v\d)\b", history, re.MULTILINE) == ["v5", "v4", "v3", "v2"]


def opened(kate: Kate, title: str) -> str:
    """The text of the document that an entry of the menu leads to: Kate opens none by itself."""
    after = len(kate.traffic.messages)
    kate.act(title)
    path = kate.traffic.wait(
        lambda: next(
            (
                found[1]
                for told in kate.traffic.told("window/showMessage", after)
                for found in [re.match(r"Open (/.*) to read it", told["message"])]
                if found
            ),
            None,
        ),
        "the path of a document",
    )
    return Path(path).read_text(encoding="utf-8")


def switch(kate: Kate) -> None:
    for number in (3, 4, 2):
        kate.act(f"Make v{number} current with the next save")
        kate.wait_for(text(number))
        state(kate, shows=number, current=5)
        kate.keys("ctrl+z")
        kate.wait_for(text(5))
        state(kate, shows=5, current=5)
        kate.act(f"Make v{number} current with the next save")
        kate.wait_for(text(number))
        kate.save()
        state(kate, shows=number, current=number)
        kate.keys("ctrl+z")
        kate.wait_for(text(5))
        state(kate, shows=5, current=number)
        kate.save()
        state(kate, shows=5, current=5)


def undo(kate: Kate) -> None:
    kate.act("Undo the last change of versions")
    kate.wait_for(text(2))
    kate.save()
    state(kate, shows=2, current=2)


def run(kate: Kate) -> None:
    progress(kate, "▶ Run$", r"[0-9.]+ s · 2 tokens")


def progress(kate: Kate, title: str, message: str) -> None:
    """Takes an entry of the menu, and waits for the progress of a run to say something."""
    after = len(kate.traffic.messages)
    kate.act(title)
    kate.traffic.wait(
        lambda: next(
            (
                told
                for told in kate.traffic.told("$/progress", after)
                if re.match(message, told["value"].get("message", ""))
            ),
            None,
        ),
        message,
    )


def read(kate: Kate, shown: Callable[[str], None]) -> None:
    assert "Hello Ada" in opened(kate, r"[0-9.]+ s · 2 tokens")
    shown("response")
    compared = opened(kate, "Compare v2 with v5")
    assert "Hello Ada" in compared
    assert "not run yet" in compared
    shown("compare")


def cancel(kate: Kate) -> None:
    progress(kate, "▶ Run$", r"running… [1-9]\d* tokens")
    progress(kate, "◼ Cancel", "cancelled")


def quit_during_a_run(kate: Kate) -> None:
    progress(kate, "▶ Run$", r"running… [1-9]\d* tokens")
    ends = Ends(descendants(kate.process.pid))
    kate.quit()
    ends.wait(30)
    assert kate.file.read_text(encoding="utf-8") == text(2)
    assert rows(kate, "SELECT status, response FROM runs ORDER BY place") == [
        ("succeeded", "Hello Ada"),
        ("cancelled", "Half of an answer"),
        ("cancelled", "Half of an answer"),
    ]


def rows(kate: Kate, sql: str) -> list[tuple[Any, ...]]:
    """What the database has."""
    with closing(sqlite3.connect(kate.file.parents[1] / ".fourfold/fourfold.db")) as database:
        return database.execute(sql).fetchall()
