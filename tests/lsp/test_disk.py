"""What other programs do to the prompt files while the server runs."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from lsp.support.profiles import load
from lsp.support.prompt import Prompt, make_prompts, open_prompt, state_of, until_answer
from lsp.support.start import start_client

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.profiles import Profile

VERSIONS_CHANGED = "fourfold/versionsChanged"
OBSERVER = load("visual_studio_code_v1.139.1").announcing(events=True)


def write_anew(path: Path, text: str) -> None:
    """Writes as most editors do: another file takes its place."""
    temporary = path.with_name(f"{path.name}.tmp~")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


async def test_what_others_write_makes_versions(tmp_path: Path) -> None:
    async with open_prompt(OBSERVER, tmp_path) as prompt:
        client = prompt.client
        prompt.path.write_text("two\n", encoding="utf-8")
        told = await client.notified(VERSIONS_CHANGED, lambda told: told["current"] == 2)
        assert state_of(told) == "v1 v2*"
        assert told["versions"][0]["cause"] == "external"
        await client.until(lambda: client.refreshes["workspace/codeLens/refresh"], "a refresh")
        assert (await prompt.titles())[0] == "v1 · save to make it current"
        client.edit(prompt.uri, "two\n")  # the editor reads it again
        assert (await prompt.titles())[0] == "v2 of v1–v2 · current ▾"

        write_anew(prompt.path, "three\n")
        await prompt.becomes("v1 v2 v3*")
        prompt.path.rename(prompt.path.with_name("greet.md~"))
        prompt.path.write_bytes(b"\xef\xbb\xbftwo\r\n")
        await prompt.becomes("v1 v2* v3")

        client.close(prompt.uri)
        prompt.path.write_text("four\n", encoding="utf-8")
        await prompt.becomes("v1 v2 v3 v4*")


async def test_a_file_of_tomorrow_is_taken_in_too(tmp_path: Path) -> None:
    async with open_prompt(OBSERVER, tmp_path) as prompt:
        for number, text in ((2, "two\n"), (3, "three\n")):
            tomorrow = time.time() + 86_400 * number
            prompt.path.write_text(text, encoding="utf-8")
            os.utime(prompt.path, (tomorrow, tomorrow))
            await prompt.client.notified(
                VERSIONS_CHANGED, lambda told, number=number: told["current"] == number
            )


async def test_lenses_are_drawn_again_only_where_one_is_another(tmp_path: Path) -> None:
    def refreshes() -> int:
        return prompt.client.refreshes["workspace/codeLens/refresh"]

    async with open_prompt(OBSERVER, tmp_path) as prompt:
        client = prompt.client
        await prompt.titles()
        before = refreshes()
        other = prompt.path.with_name("other.md")
        for number, text in enumerate(("one\n", "two\n"), 1):
            other.write_text(text, encoding="utf-8")
            await client.notified(VERSIONS_CHANGED, lambda told, n=number: told["current"] == n)
        await prompt.titles()
        assert refreshes() == before

        prompt.path.write_text("two\n", encoding="utf-8")
        await client.until(lambda: refreshes() > before, "a refresh")


async def test_a_save_in_the_editor_is_not_taken_for_a_change_by_others(tmp_path: Path) -> None:
    async with open_prompt(OBSERVER, tmp_path) as prompt:
        await prompt.save("two\n", "three\n")
        # The watcher tells of this after it has told of the saves.
        prompt.path.with_name("other.md").write_text("other\n", encoding="utf-8")
        other = await prompt.client.run(
            "fourfold.listVersions", uri=prompt.client.open(prompt.path.with_name("other.md"))
        )
        prompt.path.with_name("other.md").write_text("changed\n", encoding="utf-8")
        await prompt.client.notified(
            VERSIONS_CHANGED, lambda told: told["step"] == "other" and told["current"] == 2
        )
        assert other["current"] == 1
        listed = await prompt.listed()
        assert [version["cause"] for version in listed["versions"]] == ["save", "save", "seed"]


async def test_unsaved_text_outlasts_a_change_by_others(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        prompt.client.edit(prompt.uri, "typed\n")
        prompt.path.write_text("agent\n", encoding="utf-8")
        await prompt.becomes("v1 v2*")
        assert prompt.buffer == "typed\n"
        assert (await prompt.titles())[0] == "v2 + unsaved"
        prompt.client.save(prompt.uri)
        assert await prompt.state() == "v1 v2 v3*"


async def test_a_deleted_file_keeps_its_versions_and_goes_on(tmp_path: Path) -> None:
    async with open_prompt(OBSERVER, tmp_path) as prompt:
        await prompt.save("two\n")
        prompt.path.unlink()
        assert (await prompt.titles())[0] == "v2 of v1–v2 · current ▾"
        prompt.client.close(prompt.uri)
        assert await prompt.state() == "v1 v2*"
        prompt.path.write_text("three\n", encoding="utf-8")
        await prompt.becomes("v1 v2 v3*")

        shutil.rmtree(prompt.path.parent)
        assert await prompt.state() == "v1 v2 v3*"
        prompt.path.parent.mkdir()
        prompt.path.write_text("one\n", encoding="utf-8")
        await prompt.becomes("v1* v2 v3")
        prompt.path.write_text("four\n", encoding="utf-8")
        await prompt.becomes("v1 v2 v3 v4*")


@pytest.mark.parametrize("name", ["visual_studio_code_v1.139.1", "neovim_v0.11.4"])
async def test_a_file_renamed_in_the_editor_keeps_its_history(name: str, tmp_path: Path) -> None:
    async with open_prompt(load(name).announcing(events=True), tmp_path) as prompt:
        client = prompt.client
        await prompt.save("two\n")
        old, new = prompt.uri, prompt.path.with_name("hello.txt")
        prompt.uri, prompt.path = client.rename(old, new), new
        await prompt.becomes("v1 v2*")
        assert (await prompt.listed())["step"] == "hello"
        assert (await prompt.titles())[0] == "v2 of v1–v2 · current ▾"
        await prompt.save("three\n")
        assert await prompt.state() == "v1 v2 v3*"

        # Into a folder, with a text that no version has.
        client.edit(prompt.uri, "unsaved\n")
        prompt.path = prompt.path.parent / "deep" / "hello.txt"
        prompt.uri = client.rename(prompt.uri, prompt.path)
        await prompt.becomes("v1 v2 v3*")
        assert (await prompt.listed())["step"] == "deep/hello"
        assert (await prompt.titles())[0] == "v3 + unsaved"


async def test_a_folder_renamed_in_the_editor_keeps_the_histories(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path, name="old/greet.md") as prompt:
        await prompt.save("two\n")
        before, after = prompt.path.parent, prompt.path.parent.with_name("new")
        prompt.client.close(prompt.uri)
        prompt.client.rename(before.as_uri(), after)
        prompt.path = after / "greet.md"
        prompt.uri = prompt.client.open(prompt.path)
        await prompt.becomes("v1 v2*")
        assert (await prompt.listed())["step"] == "new/greet"


async def test_a_rename_on_disk_keeps_the_history(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        await prompt.save("two\n")
        prompt.client.close(prompt.uri)
        prompt.path = prompt.path.rename(prompt.path.with_name("hello.md"))
        prompt.uri = prompt.client.open(prompt.path)
        await prompt.becomes("v1 v2*")
        folder = prompt.path.parent / "deep"
        folder.mkdir()
        prompt.client.close(prompt.uri)
        prompt.path = prompt.path.rename(folder / "hello.md")
        prompt.uri = prompt.client.open(prompt.path)
        await prompt.becomes("v1 v2*")
        assert (await prompt.listed())["step"] == "deep/hello"


async def git(folder: Path, *arguments: str) -> None:
    fixed = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    process = await asyncio.create_subprocess_exec(
        "git",
        *fixed,
        *arguments,
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
    )
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
async def test_another_branch_and_back(tmp_path: Path) -> None:
    async with open_prompt(OBSERVER, tmp_path) as prompt:
        folder = prompt.folder
        await prompt.save("two\n")
        await git(folder, "init", "-q", "-b", "main")
        await git(folder, "add", "-A")
        await git(folder, "commit", "-qm", "main")
        await git(folder, "checkout", "-qb", "other")
        prompt.client.close(prompt.uri)
        prompt.path.write_text("other\n", encoding="utf-8")
        await git(folder, "commit", "-qam", "other")
        await prompt.becomes("v1 v2 v3*")
        await git(folder, "checkout", "-q", "main")
        await prompt.becomes("v1 v2* v3")
        await git(folder, "checkout", "-q", "other")
        await prompt.becomes("v1 v2 v3*")

        await git(folder, "checkout", "-q", "--orphan", "empty")
        await git(folder, "rm", "-rfq", ".")
        assert not prompt.path.parent.exists()
        assert (folder / ".fourfold" / "fourfold.db").exists()
        await git(folder, "commit", "-q", "--allow-empty", "-m", "empty")
        await git(folder, "checkout", "-q", "main")
        await prompt.becomes("v1 v2* v3")
        prompt.path.write_text("new\n", encoding="utf-8")
        await prompt.becomes("v1 v2 v3 v4*")


async def test_two_servers_make_one_version_of_one_change(tmp_path: Path) -> None:
    async with (
        open_prompt(OBSERVER, tmp_path) as here,
        start_client(OBSERVER, [here.folder]) as other,
    ):
        there = Prompt(other, here.folder, here.path, other.open(here.path))
        assert await there.titles() == ["v1 · current ▾", "▶ Run"]
        await here.save("two\n")
        await there.becomes("v1 v2*")
        await other.notified(VERSIONS_CHANGED, lambda told: told["current"] == 2)
        assert (await there.titles())[0] == "v1 · save to make it current"
        other.edit(there.uri, "two\n")

        here.path.write_text("three\n", encoding="utf-8")
        await here.becomes("v1 v2 v3*")
        await there.becomes("v1 v2 v3*")

        here.client.write(here.uri, "one\n")
        await other.notified(VERSIONS_CHANGED, lambda told: told["current"] == 1)
        assert await here.state() == await there.state() == "v1* v2 v3"
        await there.save("four\n")
        await here.client.notified(VERSIONS_CHANGED, lambda told: told["current"] == 4)
        assert await here.state() == await there.state() == "v1 v2 v3 v4*"


async def test_versions_that_git_clean_took_are_written_again_and_that_is_said(
    tmp_path: Path,
) -> None:
    async with open_prompt(OBSERVER, tmp_path) as prompt:
        await prompt.save("two\n")
        state = prompt.folder / ".fourfold"
        for number in range(2):
            prompt.client.messages.clear()
            state.rename(tmp_path / f"gone {number}")  # at once, as no deletion is
            await prompt.client.until(
                lambda: any("have been written again" in m.message for m in prompt.client.messages),
                "the message",
            )
            await prompt.client.until((state / "fourfold.db").exists, "the database")
            assert await prompt.state() == "v1 v2*"
        prompt.client.messages.clear()
        state.rename(tmp_path / "gone")
        assert await prompt.state() == "v1 v2*"  # before anybody has told of it
        assert any("have been written again" in m.message for m in prompt.client.messages)


async def test_an_id_once_given_stays_though_a_file_with_that_name_came_meanwhile(
    tmp_path: Path,
) -> None:
    folder = make_prompts(tmp_path / "work", x="x\n")
    paths = [folder / "prompts" / "dup.txt", folder / "prompts" / "dup.md"]
    for path in paths:
        path.write_text(f"{path.name}\n", encoding="utf-8")
        async with start_client(OBSERVER, [folder], home=tmp_path) as client:
            prompt = Prompt(client, folder, path, client.open(path))
            assert await prompt.state() == "v1*"
    async with start_client(OBSERVER, [folder], home=tmp_path) as client:
        prompts = [Prompt(client, folder, path, client.open(path)) for path in paths]
        for prompt in prompts:
            client.write(prompt.uri, "saved at once\n" + prompt.path.name)
        assert [(await prompt.listed())["step"] for prompt in prompts] == ["dup", "dup.md"]
        assert [await prompt.state() for prompt in prompts] == ["v1 v2*", "v1 v2*"]
        steps = (await client.run("fourfold.listSteps"))["steps"]
        assert [step["step"] for step in steps] == ["dup", "dup.md", "x"]


async def test_prompts_beside_code_are_watched_and_new_ones_are_found(tmp_path: Path) -> None:
    folder = make_prompts(tmp_path / "work")
    path = folder / "src" / "chat" / "basic.prompty"
    path.parent.mkdir(parents=True)
    path.write_text("one\n", encoding="utf-8")
    async with start_client(OBSERVER, [folder]) as client:
        prompt = Prompt(client, folder, path, client.open(path))
        assert (await prompt.listed())["step"] == "src/chat/basic"
        path.write_text("two\n", encoding="utf-8")
        await prompt.becomes("v1 v2*")

        async def steps() -> list[str]:
            answer = await client.run("fourfold.listSteps")
            return [step["step"] for step in answer["steps"] if step["current"]]

        beside = path.with_name("more") / "other.prompty"
        beside.parent.mkdir()
        beside.write_text("other\n", encoding="utf-8")
        known = ["src/chat/basic", "src/chat/more/other"]
        await until_answer(client, steps, lambda found: found == known, "the new folder")
        beside.write_text("other 2\n", encoding="utf-8")
        other = Prompt(client, folder, beside, beside.as_uri())
        await other.becomes("v1 v2*")

        unwatched = folder / "src" / "lib" / "deep" / "new.prompty"
        unwatched.parent.mkdir(parents=True)
        unwatched.write_text("new\n", encoding="utf-8")
        new = Prompt(client, folder, unwatched, client.open(unwatched))
        assert (await new.titles())[0] == "v1 · current ▾"
        unwatched.write_text("newer\n", encoding="utf-8")
        await new.becomes("v1 v2*")


async def test_nothing_is_put_into_a_folder_before_a_prompt_is_opened(tmp_path: Path) -> None:
    folder = make_prompts(tmp_path / "work", greet="one\n", other="two\n")
    before = sorted(folder.rglob("*"))
    async with start_client(OBSERVER, [folder]) as client:
        steps = (await client.run("fourfold.listSteps"))["steps"]
        assert [(step["step"], step["current"]) for step in steps] == [
            ("greet", None),
            ("other", None),
        ]
        workflow = await client.run("fourfold.showWorkflow")
        assert [step["id"] for step in workflow["steps"]] == ["greet", "other"]
        notes = folder / "notes.md"
        notes.write_text("x\n", encoding="utf-8")
        assert await client.lenses(client.open(notes)) == []
        notes.unlink()
        assert sorted(folder.rglob("*")) == before
        greet = folder / "prompts" / "greet.md"
        prompt = Prompt(client, folder, greet, client.open(greet))
        assert (await prompt.titles())[0] == "v1 · current ▾"
        other = Prompt(client, folder, greet.with_name("other.md"), "")
        other.uri = other.path.as_uri()
        await other.becomes("v1*")
        other.path.write_text("three\n", encoding="utf-8")
        await other.becomes("v1 v2*")


async def test_folders_that_are_not_there_are_told_once(tmp_path: Path) -> None:
    folder = make_prompts(tmp_path / "work", greet="one\n")
    settings = 'folders = ["prompts", "nowhere", "packages/*/prompts"]\n'
    (folder / "fourfold.toml").write_text(settings, encoding="utf-8")
    async with start_client(OBSERVER, [folder]) as client:
        greet = folder / "prompts" / "greet.md"
        prompt = Prompt(client, folder, greet, client.open(greet))
        await client.until(lambda: len(prompt.told) == 2, "the messages")
        assert "nowhere, which the setting folders names, is not there" in prompt.told[0]
        new = folder / "packages" / "one" / "prompts" / "a.md"
        new.parent.mkdir(parents=True)
        new.write_text("a\n", encoding="utf-8")
        other = Prompt(client, folder, new, new.as_uri())
        await other.becomes("v1*")
        assert len(prompt.told) == 2
