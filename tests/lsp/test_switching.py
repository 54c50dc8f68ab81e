"""Making a version current: the buffer, the file, and what is never lost."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from lsp.support.client import DISMISS, Fail, Late
from lsp.support.profiles import EMPTY, NEVER, load
from lsp.support.prompt import (
    INVALID_PARAMS,
    REQUEST_FAILED,
    Prompt,
    open_prompt,
    refusal,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lsp.support.profiles import Profile

SAVE, DISCARD, CANCEL = "Save as a new version", "Discard", "Cancel"
EDIT, MESSAGE = types.WORKSPACE_APPLY_EDIT, types.WINDOW_SHOW_MESSAGE
EDIT_SECONDS = 2.0
"""How long the server waits for the editor; a command has to be answered sooner, here too, where
the machine may be busy."""
REFUSED = types.ApplyWorkspaceEditResult(applied=False)
LIE = types.ApplyWorkspaceEditResult(applied=True)


def buffer_is(prompt: Prompt, text: str) -> Callable[[], bool]:
    return lambda: prompt.buffer == text


def type_when_edited(prompt: Prompt, text: str) -> None:
    """Once the editor has got an edit, but before it looks at it, the user types."""
    client = prompt.client
    note = client.note

    def typing(method: str, params: Any) -> None:
        note(method, params)
        if method == EDIT:
            client.note = note  # type: ignore[method-assign]
            client.edit(prompt.uri, text)

    client.note = typing  # type: ignore[method-assign]


LONG = "".join(f"line {n} 😀\r\n" for n in range(50))
OLD_AND_NEW = {"longer": (LONG, "short"), "shorter": ("a\n", LONG), "as long": ("one\n", "two\n")}


@pytest.mark.parametrize(("old", "new"), OLD_AND_NEW.values(), ids=OLD_AND_NEW)
async def test_switching_is_one_edit_that_one_undo_takes_back_and_a_save_completes(
    old: str, new: str, vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path, old) as prompt:
        client, uri = prompt.client, prompt.uri
        await prompt.save(new)
        time_before = prompt.path.stat().st_mtime_ns
        listed = await prompt.run("setCurrentVersion", version=1)
        assert state_of(listed) == "v1 v2*"
        await client.until(lambda: prompt.buffer != new, "the edit")
        assert prompt.buffer.replace("\r\n", "\n") == old.replace("\r\n", "\n")
        assert (await prompt.titles())[0] == "v1 · save to make it current"
        assert "this is v1, save to make it current; v2 is current" in await client.hover(uri)
        assert await prompt.state() == "v1 v2*"
        assert prompt.disk == new
        assert prompt.path.stat().st_mtime_ns == time_before
        assert len(client.all_of(EDIT)) == 1
        client.undo(uri)
        assert prompt.buffer == new
        assert not client.buffers[uri].dirty
        assert (await prompt.titles())[0] == "v2 of v1–v2 · current ▾"
        assert "**: v2 is current" in await client.hover(uri)
        assert state_of(await prompt.run("setCurrentVersion", version=2)) == "v1 v2*"
        assert len(client.all_of(EDIT)) == 1

        await prompt.run("setCurrentVersion", version=1)
        await client.until(lambda: prompt.buffer != new, "the edit")
        client.save(uri)
        assert await prompt.state() == "v1* v2"
        assert (await prompt.titles())[0] == "v1 of v1–v2 · current ▾"
        client.undo(uri)
        assert client.buffers[uri].dirty
        assert (await prompt.titles())[0] == "v2 · save to make it current"
        client.save(uri)
        assert await prompt.state() == "v1 v2*"


@pytest.mark.parametrize(("old", "new"), OLD_AND_NEW.values(), ids=OLD_AND_NEW)
async def test_a_client_that_saves_switches_completes_them(
    old: str, new: str, vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode.announcing(savesSwitches=True), tmp_path, old) as prompt:
        client, uri = prompt.client, prompt.uri
        await prompt.save(new)
        titles = [action.title for action in await client.actions(uri)]
        assert [one for one in titles if one.startswith("Make v1 current (")]
        assert state_of(await prompt.run("setCurrentVersion", version=1)) == "v1* v2"
        assert (await prompt.titles())[0] == "v1 of v1–v2 · current ▾"
        assert prompt.disk == prompt.buffer
        assert prompt.disk.replace("\r\n", "\n") == old.replace("\r\n", "\n")
        assert state_of(await prompt.run("undo")) == "v1 v2*"
        assert prompt.disk == prompt.buffer
        assert prompt.buffer.replace("\r\n", "\n") == new.replace("\r\n", "\n")

        # Its user goes back in the buffer, and has it saved later.
        client.undo(uri)
        assert (await prompt.titles())[0] == "v1 · save to make it current"
        assert state_of(await prompt.run("setCurrentVersion", version=1)) == "v1* v2"
        assert not client.buffers[uri].dirty


async def test_what_is_shown_is_what_runs_and_what_the_actions_are_about(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path, "1\n") as prompt:
        client, uri = prompt.client, prompt.uri
        await prompt.save("2\n", "three\n")
        await prompt.run("setCurrentVersion", version=1)
        await client.until(buffer_is(prompt, "1\n"), "the edit")
        titles = [action.title for action in await client.actions(uri)]
        made = [title.split(" ")[1] for title in titles if title.startswith("Make v")]
        assert made == ["v3", "v2"]
        assert all("with the next save" in one for one in titles if one.startswith("Make v"))
        # The first lens asks among the same.
        client.answers.append(0)
        await prompt.run("setCurrentVersion")
        await client.until(buffer_is(prompt, "three\n"), "the edit")
        choices = [action.title for action in client.questions[0].actions or []]
        assert [choice.split(" ")[0] for choice in choices] == ["v3", "v2"]
        assert (await prompt.titles())[0] == "v3 of v1–v3 · current ▾"


@pytest.mark.parametrize("name", ["visual_studio_code_v1.139.1", "emacs_v29.1"])
async def test_the_answers_to_whether_unsaved_text_is_kept(name: str, tmp_path: Path) -> None:
    async with open_prompt(load(name), tmp_path) as prompt:
        client, uri = prompt.client, prompt.uri
        await prompt.save("two\n")
        for number, answer in enumerate((CANCEL, DISMISS, EMPTY, Fail()), 1):
            client.edit(uri, "unsaved\n")
            client.answers.append(answer)
            listed = await prompt.run("setCurrentVersion", version=1)
            assert state_of(listed) == "v1 v2*"
            await client.until(lambda n=number: len(client.questions) == n, "the question")  # type: ignore[misc]
            assert await prompt.state() == "v1 v2*"
            assert (prompt.buffer, prompt.disk) == ("unsaved\n", "two\n")
        titles = [action.title for action in client.questions[0].actions or []]
        assert titles == [SAVE, DISCARD, CANCEL]
        assert "greet" in client.questions[0].message

        client.answers.append(SAVE)
        await prompt.run("setCurrentVersion", version=1)
        await client.until(buffer_is(prompt, "one\n"), "the edit")
        assert await prompt.state() == "v1 v2 v3*"
        assert prompt.disk == "unsaved\n"
        client.save(uri)
        assert await prompt.state() == "v1* v2 v3"
        kept = (await prompt.listed())["versions"][0]
        assert kept["cause"] == "command"

        client.edit(uri, "unsaved again\n")
        client.answers.append(DISCARD)
        await prompt.run("setCurrentVersion", version=3)
        await client.until(buffer_is(prompt, "unsaved\n"), "the edit")
        assert await prompt.state() == "v1* v2 v3"
        assert prompt.disk == "one\n"
        client.undo(uri)
        assert prompt.buffer == "unsaved again\n"


async def test_a_client_that_saves_switches_finds_no_newer_file_below_its_buffer(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode.announcing(savesSwitches=True), tmp_path) as prompt:
        client, uri = prompt.client, prompt.uri
        await prompt.save("two\n")
        client.edit(uri, "unsaved\n")
        client.answers.append(SAVE)
        client.scripts[types.WORKSPACE_APPLY_EDIT] = NEVER
        await prompt.run("setCurrentVersion", version=1)
        await client.until(lambda: client.all_of(types.WORKSPACE_APPLY_EDIT), "the edit")
        assert await prompt.state() == "v1 v2 v3*"
        assert prompt.disk == "two\n"


async def test_a_question_that_is_never_answered_stops_nothing(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        client, uri = prompt.client, prompt.uri
        await prompt.save("two\n")
        client.edit(uri, "unsaved\n")
        client.answers.append(NEVER)
        await prompt.run("setCurrentVersion", version=1)
        await client.until(lambda: client.questions, "the question")
        client.save(uri)
        assert await prompt.state() == "v1 v2 v3*"
        await prompt.run("setCurrentVersion", version=1)
        await client.until(buffer_is(prompt, "one\n"), "the edit")


async def test_without_a_version_the_user_picks_one(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path, "1\n") as prompt:
        client = prompt.client
        await client.click(prompt.uri, "current ▾")
        await client.until(lambda: prompt.told, "the message")
        assert "only v1" in prompt.told[0]
        assert not client.questions

        await prompt.save("2\n", "3\n", "4\n", "5\n")
        client.answers.append(lambda params: f"{params.actions[1].title}")
        listed = await prompt.run("setCurrentVersion")
        assert state_of(listed) == "v2 v3 v4 v5*"
        await client.until(buffer_is(prompt, "3\n"), "the edit")
        choices = [action.title for action in client.questions[0].actions or []]
        assert [choice.split(" ")[0] for choice in choices] == ["v4", "v3", "v2"]
        client.save(prompt.uri)
        assert await prompt.state() == "v2 v3* v4 v5"

        for nothing in (DISMISS, EMPTY, Fail()):
            client.answers.append(nothing)
            await prompt.run("setCurrentVersion")
        client.edit(prompt.uri, "unsaved\n")
        client.answers.extend([0, CANCEL])
        await prompt.run("setCurrentVersion")
        await client.until(lambda: len(client.questions) == 6, "both questions")
        assert await prompt.state() == "v2 v3* v4 v5"
        assert (prompt.buffer, prompt.disk) == ("unsaved\n", "3\n")


@pytest.mark.parametrize(
    "script", [LIE, REFUSED, Fail(), None, NEVER], ids=["lie", "refused", "error", "null", "never"]
)
async def test_an_editor_that_does_not_take_the_edit(
    script: Any, vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        client = prompt.client
        await prompt.save("two\n")
        client.scripts[EDIT] = script
        began = time.monotonic()
        listed = await prompt.run("setCurrentVersion", version=1)
        assert time.monotonic() - began < EDIT_SECONDS
        assert state_of(listed) == "v1 v2*"
        await client.notified(MESSAGE)
        assert "nothing has changed" in prompt.told[0]
        assert (prompt.disk, prompt.buffer) == ("two\n", "two\n")
        assert await prompt.state() == "v1 v2*"
        assert (await prompt.titles())[0] == "v2 of v1–v2 · current ▾"


async def test_an_editor_that_applies_the_edit_and_never_says_so(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        client = prompt.client
        await prompt.save("two\n")
        client.scripts[EDIT] = NEVER
        listed = await prompt.run("setCurrentVersion", version=1)
        client.edit(prompt.uri, "one\n")
        assert state_of(listed) == "v1 v2*"
        assert (await prompt.titles())[0] == "v1 · save to make it current"
        client.scripts[EDIT] = Late(0.8, LIE)
        await prompt.run("setCurrentVersion", version=2)
        client.edit(prompt.uri, "two\n")
        assert (await prompt.titles())[0] == "v2 of v1–v2 · current ▾"
        await client.run("fourfold.listVersions", uri=prompt.uri)
        assert not prompt.told


@pytest.mark.parametrize("name", ["visual_studio_code_v1.139.1", "emacs_v29.1", "zed_v0.15x"])
@pytest.mark.parametrize("answer", [SAVE, CANCEL])
async def test_what_is_typed_while_the_edit_is_under_way_is_asked_about(
    name: str, answer: str, tmp_path: Path
) -> None:
    async with open_prompt(load(name), tmp_path) as prompt:
        client = prompt.client
        await prompt.save("two\n")
        client.answers.append(answer)
        type_when_edited(prompt, "two and typed\n")
        await prompt.run("setCurrentVersion", version=1)
        await client.until(lambda: client.questions, "the question")
        if answer == SAVE:
            await client.until(buffer_is(prompt, "one\n"), "the edit")
            assert await prompt.state() == "v1 v2 v3*"
            assert prompt.disk == "two and typed\n"
        else:
            assert prompt.buffer == "two and typed\n"
            assert await prompt.state() == "v1 v2*"
            assert prompt.disk == "two\n"


async def test_a_closed_file_keeps_its_mode_line_ends_and_byte_order_mark(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path, "\ufeffone\r\n1\r\n") as prompt:
        await prompt.save("\ufefftwo\r\n2\r\n")
        prompt.client.close(prompt.uri)
        prompt.path.chmod(0o640)
        before = prompt.path.stat().st_ino
        listed = await prompt.run("setCurrentVersion", version=1)
        assert state_of(listed) == "v1* v2"
        assert prompt.path.read_bytes() == b"\xef\xbb\xbfone\r\n1\r\n"
        assert prompt.path.stat().st_mode & 0o777 == 0o640
        assert prompt.path.stat().st_ino != before, "replaced, so never half written"
        assert not prompt.client.all_of(EDIT)
        assert [path.name for path in prompt.path.parent.iterdir()] == ["greet.md"]

        prompt.path.unlink()
        assert state_of(await prompt.run("setCurrentVersion", version=2)) == "v1 v2*"
        assert prompt.disk == "two\n2\n"


@pytest.mark.skipif(os.name == "nt", reason="folders have no such mode")
async def test_a_file_that_cannot_be_written_leaves_all_as_it_was(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        await prompt.save("two\n")
        prompt.client.close(prompt.uri)
        prompt.path.chmod(0o444)
        error = await refusal(prompt.run("setCurrentVersion", version=1))
        assert error.code == REQUEST_FAILED
        assert "read-only" in error.message
        assert await prompt.state() == "v1 v2*"
        assert prompt.disk == "two\n"


async def test_a_switch_right_after_a_save_lasts(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path, "1\n") as prompt:
        client = prompt.client
        other = prompt.path.with_name("other.md")
        other.write_text("other\n", encoding="utf-8")
        uri = client.open(other)
        for n in range(2, 8):
            await prompt.save(f"{n}\n")
            oldest = (await prompt.listed())["versions"][-1]["number"]
            await prompt.run("setCurrentVersion", version=oldest)
            await client.until(lambda n=n: prompt.buffer != f"{n}\n", "the edit")  # type: ignore[misc]
            client.save(prompt.uri)
        # Once the watcher tells of a later change, it has told of all these.
        other.write_text("changed\n", encoding="utf-8")
        await Prompt(client, prompt.folder, other, uri).becomes("v1 v2*")
        assert await prompt.state() == "v1* v5 v6 v7"
        assert prompt.disk == "1\n"


async def test_undo(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path, "1\n") as prompt:
        client, uri = prompt.client, prompt.uri
        error = await refusal(prompt.run("undo"))
        assert error.code == REQUEST_FAILED
        assert "nothing to undo" in error.message
        await prompt.save("2\n", "3\n", "4 and more\n", "5\n")
        assert await prompt.state() == "v2 v3 v4 v5*"

        # An edit, which undo in the buffer takes back, and which a save completes.
        assert state_of(await prompt.run("undo")) == "v2 v3 v4 v5*"
        await client.until(buffer_is(prompt, "4 and more\n"), "the edit")
        assert prompt.disk == "5\n"
        assert (await prompt.titles())[0] == "v4 · save to make it current"
        client.undo(uri)
        client.save(uri)
        assert await prompt.state() == "v2 v3 v4 v5*"
        client.write(uri, "4 and more\n")
        assert await prompt.state() == "v2 v3 v4* v5"
        client.write(uri, "5\n")
        assert await prompt.state() == "v2 v3 v4 v5*"
        for _ in range(2):  # the two switches just made
            await prompt.run("undo")
            await client.until(lambda: client.buffers[uri].dirty, "the edit")
            client.save(uri)
        assert await prompt.state() == "v2 v3 v4 v5*"
        await prompt.run("undo")
        await client.until(buffer_is(prompt, "4 and more\n"), "the edit")
        client.save(uri)
        assert await prompt.state() == "v1 v2 v3 v4*"
        assert prompt.disk == "4 and more\n"

        # A switch that nobody has saved is the first to be taken back.
        await prompt.run("setCurrentVersion", version=2)
        await client.until(buffer_is(prompt, "2\n"), "the edit")
        await prompt.run("undo")
        await client.until(buffer_is(prompt, "4 and more\n"), "the edit")
        assert (await prompt.titles())[0] == "v4 of v1–v4 · current ▾"

        client.edit(uri, "unsaved\n")
        client.answers.append(CANCEL)
        await prompt.run("undo")
        await client.until(lambda: client.questions, "the question")
        assert await prompt.state() == "v1 v2 v3 v4*"
        assert prompt.buffer == "unsaved\n"
        client.close(uri)
        assert state_of(await prompt.run("undo")) == "v1 v2 v3*"
        assert prompt.disk == "3\n"


async def test_undo_is_of_what_was_last_when_it_was_asked_for(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path, "1\n") as prompt:
        client, uri = prompt.client, prompt.uri
        await prompt.save("2\n")
        await prompt.run("undo")
        await client.until(buffer_is(prompt, "1\n"), "the edit")
        prompt.client.edit(uri, "3\n")
        client.save(uri)
        assert await prompt.state() == "v1 v2 v3*"
        client.write(uri, "2\n")  # an undo of v3 would lead there too
        assert await prompt.state() == "v1 v2* v3"

        await prompt.run("setCurrentVersion", version=1)
        await client.until(buffer_is(prompt, "1\n"), "the edit")
        client.save(uri)
        await prompt.run("undo")
        await client.until(buffer_is(prompt, "2\n"), "the edit")
        prompt.path.write_text("by another\n", encoding="utf-8")
        await prompt.becomes("v1 v2 v3 v4*")
        client.save(uri)
        assert await prompt.state() == "v1 v2* v3 v4"


async def test_an_unknown_version_is_refused_before_anything_is_asked(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        await prompt.save("two\n")
        prompt.client.edit(prompt.uri, "unsaved\n")
        error = await refusal(prompt.run("setCurrentVersion", version=7))
        assert error.code == INVALID_PARAMS
        assert "version" in error.message
        assert "v1, v2" in error.message
