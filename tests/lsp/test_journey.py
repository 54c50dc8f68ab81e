"""What everybody does every day, in every editor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp.support.prompt import open_prompt
from lsp.support.session import session
from support.scripted_model import silence, tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lsp.support.profiles import Profile

LENSES = ["▶ Run", "▶▶ Run all 4", "⇄ Compare", "▦ Open board"]
WRONG = """---
model:
  options:
    temperature: hot
---
user:
Greet Ada.
"""
LIE = types.ApplyWorkspaceEditResult(applied=True)


def text(number: int) -> str:
    """A text whose end is at another character in each position encoding; none is as long as
    another."""
    return f"text {number}\n{'more' * (number * 7 % 5)}\n日本 😀"


async def test_from_the_first_version_to_an_older_one_and_back(
    profile: Profile, tmp_path: Path, shown: Callable[[str], None]
) -> None:
    async with open_prompt(profile, tmp_path, text(1)) as prompt:
        client, uri = prompt.client, prompt.uri
        assert await prompt.titles() == ["v1 · current ▾", "▶ Run"]
        assert "v1 is current" in await client.hover(uri)

        await prompt.save(*map(text, range(2, 6)))
        assert await prompt.titles() == ["v5 of v2–v5 · current ▾", *LENSES]
        assert await prompt.state() == "v2 v3 v4 v5*"
        shown("save")

        client.edit(uri, "text 5 and more\n")
        assert await prompt.titles() == ["v5 + unsaved", *LENSES]
        client.undo(uri)
        assert await prompt.titles() == ["v5 of v2–v5 · current ▾", *LENSES]

        table = await client.hover(uri)
        links = dict(re.findall(r"\[(v\d)\]\(([^)]+)\)", table))
        formats = profile.get("textDocument.hover.contentFormat") or []
        assert list(links) == (["v5", "v4", "v3", "v2"] if "markdown" in formats else [])
        for label, link in links.items():
            seen = client.text_of(link) if link.startswith("file:") else await client.read(link)
            assert seen == text(int(label[1]))
        assert await client.hover(uri, line=1) == ""
        shown("history")

        titles = [action.title for action in await client.actions(uri)]
        assert set(await prompt.titles()) <= set(titles)
        for number in (2, 3, 4):
            assert [t for t in titles if t.startswith(f"Make v{number} current")], titles

        await client.act(uri, "Make v3 current")
        await client.until(lambda: prompt.buffer == text(3), "the edit")
        assert prompt.disk == text(5)
        assert await prompt.titles() == ["v3 · save to make it current", *LENSES]
        assert await prompt.state() == "v2 v3 v4 v5*"
        client.undo(uri)
        assert (prompt.buffer, client.buffers[uri].dirty) == (text(5), False)
        assert (await prompt.titles())[0] == "v5 of v2–v5 · current ▾"
        await client.act(uri, "Make v3 current")
        await client.until(lambda: prompt.buffer == text(3), "the edit")
        client.save(uri)
        assert await prompt.titles() == ["v3 of v2–v5 · current ▾", *LENSES]
        assert await prompt.state() == "v2 v3* v4 v5"
        assert not prompt.told
        shown("switch")

        await client.act(uri, "Undo the last change of versions")
        await client.until(lambda: prompt.buffer == text(5), "the edit")
        assert (await prompt.titles())[0] == "v5 · save to make it current"
        client.save(uri)
        assert prompt.disk == text(5)
        assert await prompt.state() == "v2 v3 v4 v5*"
        assert not prompt.told
        shown("undo")


async def test_a_run_its_response_and_a_comparison(
    profile: Profile, tmp_path: Path, shown: Callable[[str], None]
) -> None:
    async with session(tmp_path, tokens("Hello", " Ada"), profile=profile) as s:
        await s.save("Greet Bob.\n")
        await s.client.act(s.uri, "▶ Run")
        assert (await s.ended())["status"] == "succeeded"
        assert "tokens" in await s.result_lens()
        if not profile.get("window.workDoneProgress"):
            begun, ended = s.told()
            assert begun == "Running greet v2…"
            assert re.fullmatch(r"greet v2: [0-9.]+ s · 2 tokens", ended)
        shown("run")

        await s.client.act(s.uri, await s.result_lens())
        answer = await s.client.run("fourfold.showResponse", uri=s.uri)
        assert await s.text(answer["uri"]) == "Hello Ada"
        shown("response")

        await s.client.act(s.uri, "⇄ Compare")
        answer = await s.client.run("fourfold.compareVersions", uri=s.uri)
        assert "Hello Ada" in await s.text(answer["uri"])
        if profile.get("window.showDocument.support"):
            await s.client.until(lambda: len(s.client.shown_documents) == 4, "the documents")
        else:
            await s.client.until(lambda: s.told()[-1].startswith("Open "), "the path")
        shown("compare")


async def test_cancelling_a_run_and_quitting_during_one(
    profile: Profile, tmp_path: Path, shown: Callable[[str], None]
) -> None:
    async with session(tmp_path, silence("half"), profile=profile) as s:
        await s.client.act(s.uri, "▶ Run")
        exchange = await s.model.exchange()
        await s.client.act(s.uri, "◼ Cancel")
        await exchange.until_closed()
        assert (await s.ended())["status"] == "cancelled"
        shown("cancel")

        await s.client.act(s.uri, "▶ Run")
        await s.model.exchange(1)
        (run, _) = (await s.client.run("fourfold.listRuns", uri=s.uri))["runs"]
        while "half" not in await s.text(run["uri"]):
            await s.client.lenses(s.uri)
    async with session(tmp_path, tokens("never asked"), profile=profile) as s:
        (last, _) = (await s.client.run("fourfold.listRuns", uri=s.uri))["runs"]
        assert (last["id"], last["status"]) == (run["id"], "cancelled")
        assert "half" in await s.text(last["uri"])
        shown("quit")


async def test_what_is_wrong_is_told_and_words_are_completed(
    profile: Profile, tmp_path: Path, shown: Callable[[str], None]
) -> None:
    async with open_prompt(profile, tmp_path) as prompt:
        client, uri = prompt.client, prompt.uri
        client.edit(uri, WRONG)
        await client.until(lambda: client.diagnostics.get(uri), "what is wrong")
        (wrong,) = client.diagnostics[uri]
        assert wrong.message.startswith("temperature must be a number")
        assert wrong.range == types.Range(types.Position(3, 17), types.Position(3, 20))
        client.edit(uri, WRONG.replace("hot", "0"))
        await client.until(lambda: not client.diagnostics[uri], "that nothing is wrong")
        shown("mistakes")

        client.edit(uri, WRONG.replace("temperature: hot", "tempe"))
        offered = await client.completions(uri, 3, 9)
        assert "temperature" in [one.label for one in offered]
        client.edit(uri, f"{WRONG}日😀 {{{{tone}}}}, {{{{to")
        column = {"utf-8": 7, "utf-16": 3, "utf-32": 2}[client.encoding] + len(" {{tone}}, {{to")
        (tone, *_) = await client.completions(uri, 7, column)
        edit = tone.text_edit
        assert isinstance(edit, types.TextEdit)
        assert (tone.label, edit.new_text) == ("tone", "tone")
        assert edit.range == types.Range(types.Position(7, column - 2), types.Position(7, column))
        shown("completion")


async def test_nothing_is_lost_where_an_editor_lies_or_a_question_is_dismissed(
    profile: Profile, tmp_path: Path
) -> None:
    async with open_prompt(profile, tmp_path) as prompt:
        client = prompt.client
        await prompt.save("two\n")
        client.answers.append(profile.habits.dismissal)
        await prompt.run("setCurrentVersion")
        await client.until(lambda: client.questions, "the question")
        assert await prompt.state() == "v1 v2*"

        client.scripts[types.WORKSPACE_APPLY_EDIT] = LIE
        await prompt.run("setCurrentVersion", version=1)
        await client.until(lambda: prompt.told, "the message")
        assert "reload the file" in prompt.told[-1]
        assert (prompt.buffer, prompt.disk) == ("two\n", "two\n")
        client.edit(prompt.uri, "typed\n")
        client.save(prompt.uri)
        assert await prompt.state() == "v1 v2 v3*"
