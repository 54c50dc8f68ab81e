"""Which folders are served, however their paths look, and what happens where none can be."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from fourfold.store.sqlite.opening import APPLICATION_ID
from lsp.support.profiles import load
from lsp.support.prompt import (
    Prompt,
    make_prompts,
    open_prompt,
    refusal,
    state_of,
    until_answer,
)
from lsp.support.start import start_client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lsp.support.client import StrictClient
    from lsp.support.profiles import Profile


async def prompt_in(client: StrictClient, folder: Path, name: str = "greet.md") -> Prompt:
    path = folder / "prompts" / name
    prompt = Prompt(client, folder, path, client.open(path))
    with contextlib.suppress(JsonRpcException):
        await client.lenses(prompt.uri)
    return prompt


def change_folders(
    client: StrictClient, added: tuple[Path, ...] = (), removed: tuple[Path, ...] = ()
) -> None:
    event = types.WorkspaceFoldersChangeEvent(
        added=[types.WorkspaceFolder(path.as_uri(), path.name) for path in added],
        removed=[types.WorkspaceFolder(path.as_uri(), path.name) for path in removed],
    )
    client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))


async def test_two_folders_with_the_same_steps_know_nothing_of_each_other(
    vscode: Profile, tmp_path: Path
) -> None:
    one = make_prompts(tmp_path / "one", greet="1\n")
    two = make_prompts(tmp_path / "two", greet="1\n")
    inner = make_prompts(tmp_path / "one" / "inner", greet="1\n")
    async with start_client(vscode, [one, two, inner]) as client:
        prompts = [await prompt_in(client, folder) for folder in (one, two, inner)]
        await prompts[0].save("2\n", "3\n")
        await prompts[1].save("x\n")
        states = [await prompt.state() for prompt in prompts]
        assert states == ["v1 v2 v3*", "v1 v2*", "v1*"]
        uris = {
            version["uri"] for prompt in prompts for version in (await prompt.listed())["versions"]
        }
        assert len(uris) == 6
        texts = {await client.read(uri) for uri in uris}
        assert texts == {"1\n", "2\n", "3\n", "x\n"}
        await prompts[1].run("setCurrentVersion", version=1)
        await client.until(lambda: prompts[1].buffer == "1\n", "the edit")
        client.save(prompts[1].uri)
        assert [await prompt.state() for prompt in prompts] == ["v1 v2 v3*", "v1* v2", "v1*"]
        assert [prompt.disk for prompt in prompts] == ["3\n", "1\n", "1\n"]
        assert all((folder / ".fourfold").is_dir() for folder in (one, two, inner))


async def test_folders_come_and_go_while_documents_are_open(
    vscode: Profile, tmp_path: Path
) -> None:
    one = make_prompts(tmp_path / "one", greet="1\n")
    two = make_prompts(tmp_path / "one" / "two", greet="1\n")
    async with start_client(vscode, [one]) as client:
        prompt = await prompt_in(client, two)
        assert await client.lenses(prompt.uri) == []
        assert not (two / ".fourfold").exists()
        change_folders(client, added=(two,))
        assert await prompt.titles() == ["v1 · current ▾", "▶ Run"]
        await prompt.save("2\n")
        assert await prompt.state() == "v1 v2*"

        change_folders(client, removed=(two,))
        assert await client.lenses(prompt.uri) == []
        assert "only files below prompts" in (await refusal(prompt.run("listVersions"))).message
        client.write(prompt.uri, "3\n")
        change_folders(client, added=(two,), removed=(two,))
        await prompt.becomes("v1 v2 v3*")
        await prompt.save("4\n")
        assert (await prompt.titles())[0] == "v4 of v1–v4 · current ▾"
        change_folders(client, removed=(one, two))
        await client.lenses(prompt.uri)


async def test_the_folders_of_prompts_can_change_while_the_server_runs(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        client = prompt.client
        elsewhere = prompt.folder / "texts" / "other.md"
        elsewhere.parent.mkdir()
        elsewhere.write_text("1\n", encoding="utf-8")
        other = Prompt(client, prompt.folder, elsewhere, client.open(elsewhere))
        assert await other.titles() == []
        prompt.path.write_text("two\n", encoding="utf-8")
        await prompt.becomes("v1 v2*")  # so the folder is watched
        (prompt.folder / "fourfold.toml").write_text('folders = ["texts"]\n', encoding="utf-8")
        await until_answer(client, prompt.titles, lambda titles: not titles, "no lens")
        assert (await other.titles())[0] == "v1 · current ▾"
        assert (await other.listed())["step"] == "texts/other"
        elsewhere.write_text("2\n", encoding="utf-8")
        await other.becomes("v1 v2*")


async def test_a_folder_without_prompts_stays_as_it_is_until_it_has_some(
    vscode: Profile, tmp_path: Path
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    async with start_client(vscode, [folder]) as client:
        path = folder / "notes.md"
        path.write_text("x\n", encoding="utf-8")
        assert await client.lenses(client.open(path)) == []
        assert [one.name for one in folder.iterdir()] == ["notes.md"]
        make_prompts(folder, greet="1\n")
        prompt = await prompt_in(client, folder)
        assert (await prompt.titles())[0] == "v1 · current ▾"
        await prompt.save("2\n")
        prompt.path.write_text("3\n", encoding="utf-8")
        await prompt.becomes("v1 v2 v3*")


@pytest.mark.parametrize("name", ["visual_studio_code_v1.139.1", "ale_v3.3.0"])
async def test_a_single_file_brings_its_folder(name: str, tmp_path: Path) -> None:
    folder = make_prompts(tmp_path / "work", greet="1\n")
    (folder / "prompts" / "deep").mkdir()
    (folder / "prompts" / "deep" / "x.md").write_text("x\n", encoding="utf-8")
    lone = tmp_path / "lone.md"
    lone.write_text("1\n", encoding="utf-8")
    async with start_client(load(name)) as client:
        assert await client.lenses(client.open(lone)) == []
        prompt = await prompt_in(client, folder)
        await prompt.save("2\n")
        assert await prompt.state() == "v1 v2*"
        prompt.path.write_text("3\n", encoding="utf-8")
        client.edit(prompt.uri, "3\n")
        client.save(prompt.uri)
        assert await prompt.state() == "v1 v2 v3*"
        deep = await prompt_in(client, folder, "deep/x.md")
        assert (await deep.listed())["step"] == "deep/x"
        assert not (tmp_path / ".fourfold").exists()


@pytest.mark.parametrize("root", ["prompts", "prompts/deep"])
async def test_a_folder_of_prompts_that_is_taken_for_the_workspace(
    root: str, vscode: Profile, tmp_path: Path
) -> None:
    folder = make_prompts(tmp_path, greet="1\n")
    (folder / "prompts" / "deep").mkdir()
    (folder / "prompts" / "deep" / "x.md").write_text("x\n", encoding="utf-8")
    async with start_client(vscode, [folder / root]) as client:
        deep = await prompt_in(client, folder, "deep/x.md")
        await deep.save("y\n")
        assert await deep.state() == "v1 v2*"
        answer = await client.run("fourfold.listSteps", uri=deep.uri)
        assert [step["step"] for step in answer["steps"]] == ["deep/x", "greet"]
    assert not list((folder / "prompts").rglob(".fourfold"))


NAMES = [
    "a b",
    "#1 100%",
    "100%25",
    "é 日本 😀",
    "a+b&c=d;e,f",
    "[x]{y}(z)",
    pytest.param('q?"<>|*', marks=pytest.mark.skipif(os.name == "nt", reason="no such names")),
]


def as_vscode(path: Path) -> str:
    """A URI as VS Code spells it: with everything encoded, the colon of a drive too."""
    return "file://" + quote(path.as_posix(), safe="/").replace("%7E", "~")


def as_others(path: Path) -> str:
    """A URI with as little encoded as possible, as Neovim and others spell it."""
    return "file://" + quote(path.as_posix(), safe="/:+&=;,[]{}()éß日本|*\"<>!'@$~")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("spell", [as_vscode, as_others])
async def test_paths_of_all_kinds(
    spell: Callable[[Path], str], name: str, vscode: Profile, tmp_path: Path
) -> None:
    folder = make_prompts(tmp_path / f"w {name}", **{f"p {name}": "1\n"})
    async with start_client(vscode) as client:
        client.folders = [types.WorkspaceFolder(spell(folder), "w")]
        event = types.WorkspaceFoldersChangeEvent(added=client.folders, removed=[])
        client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
        path = folder / "prompts" / f"p {name}.md"
        prompt = Prompt(client, folder, path, client.open(spell(path)))
        assert await prompt.titles() == ["v1 · current ▾", "▶ Run"]
        await prompt.save("2\n")
        listed = await prompt.listed()
        assert state_of(listed) == "v1 v2*"
        assert (listed["step"], listed["uri"]) == (f"p {name}", prompt.uri)
        for version in listed["versions"]:
            assert await client.read(version["uri"]) == f"{version['number']}\n"
            encoded = version["uri"].replace("%20", "%20").replace("+", "%2B")
            assert await client.read(encoded) == f"{version['number']}\n"
        await client.act(prompt.uri, "Make v1 current")
        await client.until(lambda: prompt.buffer == "1\n", "the edit")
        client.save(prompt.uri)
        assert await prompt.state() == "v1* v2"
        assert prompt.disk == "1\n"
        path.write_text("3\n", encoding="utf-8")
        await prompt.becomes("v1 v2 v3*")


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
async def test_a_linked_workspace_folder(vscode: Profile, tmp_path: Path) -> None:
    real = make_prompts(tmp_path / "real", greet="1\n")
    link = tmp_path / "link"
    link.symlink_to(real, target_is_directory=True)
    async with start_client(vscode, [link]) as client:
        prompt = await prompt_in(client, link)
        await prompt.save("2\n")
        assert (await prompt.listed())["uri"] == prompt.uri
        await prompt.run("setCurrentVersion", version=1)
        await client.until(lambda: prompt.buffer == "1\n", "the edit")
        prompt.path.write_text("3\n", encoding="utf-8")
        await prompt.becomes("v1 v2 v3*")


def file_in_the_way(state: Path) -> Iterator[Any]:
    state.write_text("", encoding="utf-8")
    yield
    state.unlink()


def newer(state: Path) -> Iterator[Any]:
    state.mkdir()
    with sqlite3.connect(state / "fourfold.db") as database:
        database.execute("CREATE TABLE later (x)")
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute("PRAGMA user_version = 999")
    database.close()
    yield
    (state / "fourfold.db").unlink()


@pytest.mark.parametrize(
    ("break_it", "message"),
    [(file_in_the_way, "move the file .fourfold away"), (newer, "update Fourfold")],
)
async def test_where_nothing_can_be_kept_the_user_is_told_once(
    break_it: Callable[[Path], Iterator[Any]], message: str, vscode: Profile, tmp_path: Path
) -> None:
    folder = make_prompts(tmp_path / "work", greet="{{who}}\n")
    broken = break_it(folder / ".fourfold")
    next(broken)
    async with start_client(vscode, [folder]) as client:
        prompt = await prompt_in(client, folder)
        for _ in range(2):
            assert message in (await refusal(prompt.titles())).message
        assert message in (await refusal(client.hover(prompt.uri))).message
        titles = [action.title for action in await client.actions(prompt.uri)]
        assert titles == ["Give who a default"]
        for command in ("listVersions", "setCurrentVersion", "saveVersion", "undo", "runStep"):
            assert message in (await refusal(prompt.run(command))).message
        await client.until(lambda: prompt.told, "the message")
        client.write(prompt.uri, "2\n")
        client.write(prompt.uri, "3\n")
        assert message in (await refusal(prompt.titles())).message
        assert len(prompt.told) == 1
        assert message in prompt.told[0]
        assert prompt.disk == "3\n"

        next(broken, None)
        assert await prompt.state() == "v1 v2 v3*"  # as it was opened, and what was saved since
        await prompt.save("4\n")
        assert (await prompt.titles())[0] == "v4 of v1–v4 · current ▾"


async def test_a_damaged_database_is_set_aside(vscode: Profile, tmp_path: Path) -> None:
    folder = make_prompts(tmp_path / "work", greet="1\n")
    state = folder / ".fourfold"
    state.mkdir()
    (state / "fourfold.db").write_bytes(b"no database at all " * 500)
    async with start_client(vscode, [folder]) as client:
        prompt = await prompt_in(client, folder)
        assert await prompt.state() == "v1*"
        await client.until(lambda: prompt.told, "the message")
        assert "damaged" in prompt.told[0]
        await prompt.save("2\n")
        assert await prompt.state() == "v1 v2*"
        assert len(prompt.told) == 1
        assert any("damaged" in path.name for path in state.iterdir())


async def test_a_database_that_another_program_holds(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        client = prompt.client
        await prompt.save("two\n")
        database = sqlite3.connect(prompt.folder / ".fourfold" / "fourfold.db")
        database.execute("BEGIN IMMEDIATE")
        client.write(prompt.uri, "three\n")
        await client.until(lambda: prompt.told, "the message", limit=15)
        assert "Another program holds" in prompt.told[0]
        assert await prompt.state() == "v1 v2*"
        database.rollback()
        database.close()
        await client.until(
            lambda: client.refreshes["workspace/codeLens/refresh"] > 1, "the second try", limit=15
        )
        await prompt.becomes("v1 v2 v3*")
        assert len(prompt.told) == 1
