"""What a save in the editor does to the versions."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from lsprotocol.types import (
    TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
    WORKSPACE_CODE_LENS_REFRESH,
    DidChangeConfigurationParams,
    DidSaveTextDocumentParams,
    TextDocumentIdentifier,
    TextDocumentSaveReason,
)

from fourfold.errors import FourfoldError
from fourfold.lsp.serving.saved import Saved
from fourfold.lsp.serving.saves import Saves, worth_keeping
from fourfold.project.steps import StepFile
from fourfold.store.errors import StoreError
from lsp.support.profiles import load
from lsp.support.prompt import Prompt, make_prompts, open_prompt, state_of, until_answer

if TYPE_CHECKING:
    from fourfold.prompts.formats import Format
    from lsp.support.client import StrictClient
    from lsp.support.profiles import Profile

BOM = "\ufeff"


async def test_only_a_new_text_makes_a_version(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path, "one\ntwo\n") as prompt:
        first = (await prompt.listed())["versions"][0]
        assert first["cause"] == "seed"
        await prompt.save("one\ntwo\n")
        assert await prompt.state() == "v1*"
        for same in ("one\r\ntwo\r\n", f"{BOM}one\ntwo\n", f"{BOM}one\r\ntwo\r\n"):
            await prompt.save(same)
            assert await prompt.state() == "v1*"
            assert await prompt.titles() == ["v1 · current ▾", "▶ Run"]
            assert prompt.disk == same

        await prompt.save("one\nthree\n", "four\n")
        assert await prompt.state() == "v1 v2 v3*"
        newest = (await prompt.listed())["versions"][0]
        assert (newest["cause"], newest["linesAdded"], newest["linesRemoved"]) == ("save", 1, 2)

        await prompt.save("one\r\ntwo\r\n")
        assert await prompt.state() == "v1* v2 v3"
        await prompt.save("four\n")
        assert await prompt.state() == "v1 v2 v3*"
        await prompt.save("", " ")
        assert await prompt.state() == "v2 v3 v4 v5*"


async def test_the_cap_counts_on_and_gives_no_number_twice(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path, "0\n") as prompt:
        await prompt.save(*(f"{n}\n" for n in range(1, 7)))
        assert await prompt.state() == "v4 v5 v6 v7*"
        await prompt.save("0\n")  # v1's text, which is kept no more
        assert await prompt.state() == "v5 v6 v7 v8*"
        created = [version["created"] for version in (await prompt.listed())["versions"]]
        assert created == sorted(created, reverse=True)


@pytest.mark.parametrize(
    "reason", [TextDocumentSaveReason.AfterDelay, TextDocumentSaveReason.FocusOut]
)
async def test_an_automatic_save_becomes_a_version_with_the_next_manual_one(
    reason: TextDocumentSaveReason, vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        client, uri = prompt.client, prompt.uri
        other = prompt.path.with_name("other.md")
        for text in ("on", "one t", "one two\n"):
            client.edit(uri, text)
            client.save(uri, reason)
            assert (await prompt.titles())[0] == "v1 + unsaved"
        # The watcher has seen these saves once it has seen a later change.
        other.write_text("other\n", encoding="utf-8")
        await client.run("fourfold.listVersions", uri=client.open(other))
        assert await prompt.state() == "v1*"

        client.save(uri)
        assert await prompt.state() == "v1 v2*"
        assert prompt.disk == "one two\n"
        client.edit(uri, "one\n")
        client.save(uri, reason)
        assert await prompt.state() == "v1* v2"
        client.edit(uri, "one two\n")
        client.save(uri, reason)
        assert (await prompt.titles())[0] == "v2 of v1–v2 · current ▾"


async def test_an_editor_that_gives_no_reason_saves_by_hand(tmp_path: Path) -> None:
    async with open_prompt(load("helix_v25.07"), tmp_path) as prompt:
        prompt.client.edit(prompt.uri, "two\n")
        prompt.client.save(prompt.uri, TextDocumentSaveReason.AfterDelay)
        assert await prompt.state() == "v1 v2*"


async def is_external(client: StrictClient, uri: str) -> bool:
    """Whether the newest version was made by another program."""
    listed = await client.run("fourfold.listVersions", uri=uri)
    return bool(listed["versions"][0]["cause"] == "external")


async def test_a_save_is_told_of_once(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        client = prompt.client
        await client.until(lambda: prompt.uri in client.diagnostics, "the first diagnostics")
        other = client.open(make_prompts(prompt.folder, other="other\n") / "prompts/other.md")
        await client.until(lambda: other in client.diagnostics, "the other's")
        for text in ("two {{who}}\n", "three\n"):
            client.received.clear()
            client.edit(prompt.uri, text)
            await client.lenses(prompt.uri)
            await client.until(
                lambda: client.all_of(TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS), "what is wrong"
            )
            client.save(prompt.uri)
            await client.lenses(prompt.uri)
            # What is told later is told after what the watcher sees of another file.
            other_path = prompt.path.with_name("other.md")
            other_path.write_text(f"not {text}", encoding="utf-8")
            async with asyncio.timeout(30):
                while not await is_external(client, other):
                    pass
            told = client.all_of(TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
            assert [one.uri for one in told] == [prompt.uri]
            assert len(client.all_of(WORKSPACE_CODE_LENS_REFRESH)) <= 1


TYPED = ("one\nBe", "one\nBe kind.", "one\nBe kind.\n")


@pytest.mark.parametrize(
    ("name", "settings", "state"),
    [
        ("kate_v26.08", "joinSaves = 600\n", "v1 v4*"),
        ("lsp4ij_v0.20", "joinSaves = 600\n", "v1 v4*"),
        ("kate_v26.08", "", "v1 v2 v3 v4*"),
        ("visual_studio_code_v1.139.1", "joinSaves = 600\n", "v1 v2 v3 v4*"),
        ("neovim_v0.11.4", "joinSaves = 600\n", "v1 v2 v3 v4*"),
    ],
)
async def test_an_editor_that_saves_by_itself_and_tells_nothing_makes_one_version(
    name: str, settings: str, state: str, tmp_path: Path
) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "fourfold.toml").write_text(settings, "utf-8")
    async with open_prompt(load(name), tmp_path) as prompt:
        for text in TYPED:
            prompt.client.write(prompt.uri, text)
        assert await prompt.state() == state
        await prompt.save("one\nBe brief.\n")
        assert (await prompt.state()).endswith(" v4 v5*")


async def test_save_version_keeps_an_automatic_save(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        prompt.client.edit(prompt.uri, "two\n")
        prompt.client.save(prompt.uri, TextDocumentSaveReason.AfterDelay)
        listed = await prompt.run("saveVersion")
        assert state_of(listed) == "v1 v2*"
        assert listed["versions"][0]["cause"] == "command"


NEVER: dict[str, Any] = {"versionOnSave": "never"}


@pytest.mark.parametrize("where", ["options", "nested options", "configuration", "file"])
async def test_with_never_only_the_command_makes_versions(
    where: str, vscode: Profile, tmp_path: Path
) -> None:
    more: dict[str, Any] = {
        "options": {"initialization_options": NEVER},
        "nested options": {"initialization_options": {"fourfold": NEVER}, "configuration": {}},
        "configuration": {"configuration": {"fourfold": NEVER}},
        "file": {},
    }[where]
    if where == "file":
        (tmp_path / "work").mkdir()
        (tmp_path / "work" / "fourfold.toml").write_text('versionOnSave = "never"\n', "utf-8")
    async with open_prompt(vscode, tmp_path, **more) as prompt:
        if where == "configuration":
            await prompt.client.notified("client/registerCapability")
        await prompt.save("two\n", "three\n")
        assert await prompt.state() == "v1*"
        assert (await prompt.titles())[0] == "v1 + unsaved"
        assert state_of(await prompt.run("saveVersion")) == "v1 v2*"
        assert prompt.disk == "three\n"
        await prompt.save("one\n")
        assert await prompt.state() == "v1* v2"


async def test_settings_can_change_while_the_server_runs(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path, configuration={"fourfold": {}}) as prompt:
        client = prompt.client
        await client.notified("client/registerCapability")
        await prompt.save("two\n")
        # What is wrong in them is told once they are in force.
        client.set_configuration({"fourfold": {**NEVER, "idleTimeout": "long"}})
        client.workspace_did_change_configuration(DidChangeConfigurationParams(None))
        await client.until(lambda: prompt.told, "the message")
        assert "idleTimeout" in prompt.told[0]
        await prompt.save("three\n")
        assert await prompt.state() == "v1 v2*"


async def test_a_setting_that_cannot_be_is_told_once_and_passed_over(
    vscode: Profile, tmp_path: Path
) -> None:
    wrong = {"versionOnSave": "sometimes", "nonsense": 1}
    async with open_prompt(vscode, tmp_path, initialization_options=wrong) as prompt:
        await prompt.save("two\n")
        assert await prompt.state() == "v1 v2*"
        await prompt.client.until(lambda: prompt.told, "the message")
        assert len([one for one in prompt.told if "versionOnSave" in one]) == 1


async def test_after_run_replaces_a_version_that_was_never_run(
    vscode: Profile, tmp_path: Path
) -> None:
    settings = {"versionOnSave": "afterRun"}
    async with open_prompt(vscode, tmp_path, initialization_options=settings) as prompt:
        await prompt.save("two\n", "three\n")
        assert await prompt.state() == "v3*"
        assert (await prompt.titles())[0] == "v3 · current ▾"
        await prompt.run("undo")
        await prompt.client.until(lambda: prompt.buffer == "two\n", "the edit")
        prompt.client.save(prompt.uri)
        assert await prompt.state() == "v2*"
        assert (await prompt.titles())[0] == "v2 · current ▾"
        assert prompt.disk == "two\n"


async def test_a_save_of_unsaved_text_by_command_writes_the_file(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        prompt.client.edit(prompt.uri, "two\n")
        assert state_of(await prompt.run("saveVersion")) == "v1 v2*"
        assert prompt.disk == "two\n"
        assert state_of(await prompt.run("saveVersion")) == "v1 v2*"


async def test_a_save_that_is_told_of_after_the_file_has_moved_makes_no_step(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        client = prompt.client
        await prompt.save("two\n")
        other = prompt.path.with_name("late.md")
        other.write_text("late\n", encoding="utf-8")
        uri = client.open(other)
        await client.lenses(uri)
        client.edit(uri, "later\n")
        other.unlink()
        client.text_document_did_save(DidSaveTextDocumentParams(TextDocumentIdentifier(uri)))
        moved = prompt.path.with_name("hello.md")
        prompt.path.rename(moved)
        client.text_document_did_save(DidSaveTextDocumentParams(TextDocumentIdentifier(prompt.uri)))
        client.close(prompt.uri)
        hello = Prompt(client, prompt.folder, moved, client.open(moved))
        await hello.becomes("v1 v2*")
        steps = (await client.run("fourfold.listSteps"))["steps"]
        assert [step["step"] for step in steps] == ["hello"]
        assert state_of(await client.run("fourfold.listVersions", uri=uri)) == "v1*"


@pytest.mark.parametrize("text", ["", "What an editor begins new files with.\n"])
async def test_a_prompt_that_is_opened_before_it_has_a_file_begins_with_its_first_save(
    text: str, vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as other:
        client, path = other.client, other.path.with_name("new.md")
        new = Prompt(client, other.folder, path, client.open(path, text=text))
        assert await new.titles() == []
        assert await client.actions(new.uri) == []
        client.edit(new.uri, "typed\n")
        assert await new.titles() == []
        await new.save("typed and saved\n")
        assert await new.titles() == ["v1 · current ▾", "▶ Run"]
        assert await new.state() == "v1*"
        await new.save("saved again\n")
        assert await new.state() == "v1 v2*"
        assert client.messages == []


async def test_what_was_saved_while_the_database_was_held_is_the_persons(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        with closing(
            sqlite3.connect(prompt.folder / ".fourfold" / "fourfold.db", isolation_level=None)
        ) as held:
            held.execute("BEGIN IMMEDIATE")
            for text in ("two\n", "3\n", "a fourth one\n"):
                prompt.client.write(prompt.uri, text)
            await prompt.client.until(lambda: prompt.told, "the message")
            held.execute("ROLLBACK")
        listed = await until_answer(
            prompt.client,
            prompt.listed,
            lambda listed: listed["current"] == 4,
            "what the user saved",
        )
        causes = [(one["number"], one["cause"]) for one in listed["versions"]]
        assert causes == [(4, "save"), (3, "save"), (2, "save"), (1, "seed")]
        assert await prompt.state() == "v1 v2 v3 v4*"


async def test_what_was_saved_while_the_database_was_held_is_kept_by_who_leaves(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        database = prompt.folder / ".fourfold" / "fourfold.db"
        with closing(sqlite3.connect(database, isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            prompt.client.write(prompt.uri, "two\n")
            await prompt.client.until(lambda: prompt.told, "the message")
            held.execute("ROLLBACK")
    with closing(sqlite3.connect(database)) as left:
        kept = left.execute("SELECT text, cause FROM versions ORDER BY number").fetchall()
    assert kept[1:] == [("two\n", "save")]


@pytest.mark.parametrize(
    ("saves", "kept"),
    [
        ("a", "a"),
        ("abc", "abc"),
        ("abcdef", "cdef"),
        ("aBcD", "acD"),
        ("AB", "B"),
        ("abCdEfG", "bdfG"),
    ],
)
def test_of_saves_that_wait_those_are_kept_that_could_become_versions(
    saves: str, kept: str
) -> None:
    """An automatic save has a large letter."""
    pending = [Saved(one, None, one.isupper(), None) for one in saves]
    assert "".join(one.text for one in worth_keeping(pending)) == kept


def test_a_save_that_can_be_no_version_takes_none_along_that_waits_with_it() -> None:
    kept: list[str] = []
    refusals: list[FourfoldError] = [StoreError("held")] * 3

    def save(_: Any, text: str, *__: Any, **___: Any) -> None:
        if refusals:
            raise refusals.pop()
        if text == "half a character":
            raise FourfoldError(text)
        kept.append(text)

    project: Any = SimpleNamespace(text_now=lambda _: "", save=save)
    file = StepFile("greet", ".md", Path("greet.md"), cast("Format", None))
    saves = Saves(cast("Any", None), cast("Any", None))
    for text in ("one", "half a character", "two"):
        with pytest.raises(StoreError):
            saves._take_in(project, file, Saved(text, None, automatic=False, undoing=None))
    saves._take_in(project, file, None)
    assert kept == ["one", "two"]
