"""Pins and names in the editor, and what is said of versions that go."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from lsp.support.profiles import load
from lsp.support.prompt import INVALID_PARAMS, open_prompt, refusal, state_of
from lsp.support.session import session
from support.scripted_model import tokens

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.profiles import Profile
    from lsp.support.prompt import Prompt

TEXTS = ("2\n", "three and more\n", "4\n")


async def first_lens(prompt: Prompt) -> str:
    return (await prompt.titles())[0]


async def test_a_pinned_version_stays_and_is_shown(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode.announcing(events=True), tmp_path, "1\n") as prompt:
        client, uri = prompt.client, prompt.uri
        await prompt.save(*TEXTS)
        titles = [action.title for action in await client.actions(uri)]
        assert [one for one in titles if "in v" in one] == ["Pin v4", "Pin v1"]
        await client.act(uri, "Pin v1")
        await client.notified(
            "fourfold/versionsChanged", lambda told: told["versions"][-1]["pinned"]
        )
        await prompt.save("five\n", "6\n")
        assert await prompt.state() == "v1 v4 v5 v6*"
        assert await first_lens(prompt) == "v6 of v1, v4–v6 · current ▾"
        assert "pinned" in await client.hover(uri)
        assert "went" not in await client.hover(uri)  # v3 had no runs
        listed = await prompt.run("pinVersion", version=6, pinned=True)
        assert [one["number"] for one in listed["versions"] if one["pinned"]] == [6, 1]
        assert await first_lens(prompt) == "v6 of v1, v4–v6 · pinned · current ▾"
        titles = [action.title for action in await client.actions(uri)]
        assert [one for one in titles if "in v" in one] == ["Unpin v6", "Unpin v1"]
        error = await refusal(prompt.run("pinVersion", version=5, pinned=True))
        assert error.code == INVALID_PARAMS
        assert "unpin v1 or v6 first" in error.message
        await client.act(uri, "Unpin v1")
        await prompt.save("seven\n")
        assert await prompt.state() == "v4 v5 v6 v7*"


async def test_a_version_has_a_name(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path, "1\n") as prompt:
        listed = await prompt.run("nameVersion", version=1, name="short | *and* \n polite")
        assert listed["versions"][0]["name"] == "short | *and* polite"
        assert await first_lens(prompt) == "v1 “short | *and* polite” · current ▾"
        assert r"“short \| \*and\* polite”" in await prompt.client.hover(prompt.uri)
        await prompt.save("2\n")
        assert await first_lens(prompt) == "v2 of v1–v2 · current ▾"
        for nothing in (None, "", "  "):
            listed = await prompt.run("nameVersion", version=1, name=nothing)
            assert listed["versions"][1]["name"] is None
            await prompt.run("nameVersion", version=1, name="again")


@pytest.mark.parametrize(
    ("command", "fields", "field"),
    [
        ("pinVersion", {"pinned": True}, "version"),
        ("pinVersion", {"version": 1}, "pinned"),
        ("pinVersion", {"version": 1, "pinned": "yes"}, "pinned"),
        ("pinVersion", {"version": 7, "pinned": True}, "version"),
        ("nameVersion", {"version": 1}, "name"),
        ("nameVersion", {"version": 1, "name": 5}, "name"),
        ("nameVersion", {"version": 1, "name": "x" * 81}, "name"),
        ("nameVersion", {"name": "x"}, "version"),
    ],
)
async def test_wrong_fields_are_named(
    command: str, fields: dict[str, Any], field: str, vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        error = await refusal(prompt.run(command, **fields))
        assert error.code == INVALID_PARAMS
        assert error.message.startswith(f"{field}: ")


async def test_it_is_said_once_how_to_keep_what_has_many_runs(tmp_path: Path) -> None:
    async with session(tmp_path, *[tokens("Hello")] * 21) as s:
        await s.run_to_end(repeat=20)
        await s.save("Two.\n", "Three.\n", "Four.\n")
        s.client.edit(s.uri, "Fiv")
        await s.client.lenses(s.uri)
        assert s.told() == []
        await s.run(versions=[1], fresh=True)
        await s.client.progress_end()
        s.client.edit(s.uri, "Two.\n")  # which is kept: nothing would go
        assert (await s.versions())["versions"][-1]["runs"] == 21
        assert s.told() == []
        s.client.edit(s.uri, "Five.\n")
        await s.client.until(s.told, "the message")
        s.client.edit(s.uri, "Five and more.\n")
        s.client.save(s.uri)
        assert (await s.versions())["pushedOut"] == [{"number": 1, "runs": 21}]
        assert "v1 went with 21 runs to make room (undo brings it back)" in await s.client.hover(
            s.uri
        )
        (told,) = s.told()
        assert "pushes out v1, which has 21 runs" in told
        assert "`fourfold pin greet v1`" in told


async def test_it_is_said_how_to_keep_what_has_a_rating(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hello"), profile=load("kate_v26.08")) as s:
        (run,) = await s.run()
        await s.ended()
        with closing(sqlite3.connect(s.folder / ".fourfold/fourfold.db")) as database:
            database.execute(
                "INSERT INTO ratings VALUES (?, 'me', 1, '', '2026-01-01')", (run["id"],)
            )
            database.commit()
        await s.save("Two.\n", "Three.\n", "Four.\n")
        before = len(s.told())
        s.client.edit(s.uri, "Five.\n")
        await s.client.until(lambda: len(s.told()) > before, "the message")
        assert "which has 1 run, some of them rated" in s.told()[-1]


async def test_the_lens_says_which_versions_are_kept(vscode: Profile, tmp_path: Path) -> None:
    """As the version that an edit is about stays, those that are kept are not consecutive."""
    async with open_prompt(vscode, tmp_path, "1\n") as prompt:
        await prompt.save(*TEXTS, "1\n", "one more\n")
        assert await prompt.state() == "v1 v3 v4 v5*"
        assert await first_lens(prompt) == "v5 of v1, v3–v5 · current ▾"
        assert state_of(await prompt.run("listVersions")) == "v1 v3 v4 v5*"
