"""What a command's argument may be, and how it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lsp.support.profiles import load
from lsp.support.prompt import INVALID_PARAMS, make_prompts, open_prompt, refusal
from lsp.support.shapes import check_comparison, check_versions

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.profiles import Profile

COMMANDS = {
    "listVersions": {"uri"},
    "setCurrentVersion": {"uri", "version"},
    "showVersion": {"uri", "version"},
    "saveVersion": {"uri"},
    "undo": {"uri"},
    "runStep": {"uri", "versions", "inputs", "test", "repeat", "model", "fresh"},
    "compareVersions": {"uri", "versions", "test"},
    "cancelRuns": {"uri", "runs"},
}
WRONG: list[tuple[str, str, Any, str]] = [
    ("setCurrentVersion", "version", "3", "a whole number from 1"),
    ("setCurrentVersion", "version", 1.5, "a whole number from 1"),
    ("setCurrentVersion", "version", True, "a whole number from 1"),
    ("setCurrentVersion", "version", 0, "a whole number from 1"),
    ("setCurrentVersion", "version", 9, "v1, v2"),
    ("setCurrentVersion", "version", 10**30, "v1, v2"),
    ("showVersion", "version", [1], "a whole number from 1"),
    ("showVersion", "version", 9, "v1, v2"),
    ("runStep", "versions", [], "[2, 3]"),
    ("runStep", "versions", "some", "all"),
    ("runStep", "versions", [1, 9], "v1, v2"),
    ("runStep", "repeat", 21, "from 1 to 20"),
    ("runStep", "repeat", 0, "from 1 to 20"),
    ("runStep", "inputs", ["a"], "an object"),
    ("runStep", "model", 5, "a text"),
    ("runStep", "fresh", "yes", "true or false"),
    ("runStep", "test", "first", "no test"),
    ("compareVersions", "versions", [1, "2"], "[2, 3]"),
    ("compareVersions", "versions", [1, 9], "v1, v2"),
    ("compareVersions", "test", "first", "no test"),
    ("cancelRuns", "runs", "all", "a list of run ids"),
]


async def test_every_wrong_field_is_named_with_what_is_allowed(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        await prompt.save("two\n")
        before = await prompt.listed()

        async def refused(command: str, field: str, allowed: str, **fields: Any) -> None:
            answer = prompt.client.run(f"fourfold.{command}", fields)
            error = await refusal(answer)
            assert error.code == INVALID_PARAMS, (command, field, error)
            assert error.message.startswith(f"{field}: "), error.message
            assert allowed in error.message, error.message

        make_prompts(tmp_path, elsewhere="")
        for command, fields in COMMANDS.items():
            await refused(command, "colour", "uri", uri=prompt.uri, colour="red")
            if command != "cancelRuns":
                await refused(command, "uri", "missing")
                await refused(command, "uri", "missing", uri=None)
            for uri in (5, "", {"path": "x"}):
                await refused(command, "uri", "a text", uri=uri)
            for uri in (
                "not a uri",
                "file:///",
                "untitled:greet.md",
                prompt.folder.as_uri(),
                (tmp_path / "elsewhere.md").as_uri(),
                "fourfold:/nobody/version/greet.v1.md",
                "fourfold:/",
            ):
                await refused(command, "uri", "is none of the prompts, since", uri=uri)
            unknown = prompt.path.with_name("unknown.md").as_uri()
            await refused(command, "uri", "there are greet", uri=unknown)
            assert "uri" in fields
        for command, field, value, allowed in WRONG:
            await refused(command, field, allowed, uri=prompt.uri, **{field: value})

        assert await prompt.listed() == before
        assert (prompt.disk, prompt.buffer) == ("two\n", "two\n")
        assert not prompt.told


@pytest.mark.parametrize(
    "arguments",
    [[], ["file:///x"], [{}, {}], [None], [[]]],
    ids=["none", "text", "2", "null", "[]"],
)
async def test_a_command_takes_one_object(
    arguments: list[Any], vscode: Profile, tmp_path: Path
) -> None:
    from lsprotocol.types import ExecuteCommandParams

    async with open_prompt(vscode, tmp_path) as prompt:
        params = ExecuteCommandParams("fourfold.listVersions", arguments=arguments)
        error = await refusal(prompt.client.workspace_execute_command_async(params))
        assert error.code == INVALID_PARAMS


@pytest.mark.parametrize("name", ["visual_studio_code_v1.139.1", "neovim_v0.11.4"])
async def test_the_uri_of_a_document_stands_for_its_prompt(name: str, tmp_path: Path) -> None:
    async with open_prompt(load(name), tmp_path) as prompt:
        client = prompt.client
        await prompt.save("two\n")
        listed = await prompt.listed()
        assert (listed["step"], listed["uri"], listed["current"]) == ("greet", prompt.uri, 2)
        for version in listed["versions"]:
            uri = version["uri"]
            assert uri.endswith(".md")
            assert check_versions(await client.run("fourfold.listVersions", uri=uri)) == listed
            shown = await client.run("fourfold.showVersion", uri=uri, version=version["number"])
            assert shown == {"uri": uri}
            text = client.text_of(uri) if uri.startswith("file:") else await client.read(uri)
            assert text == {1: "one\n", 2: "two\n"}[version["number"]]
            await client.until(
                lambda uri=uri: client.shown_documents[-1].uri == uri, "showDocument"
            )  # type: ignore[misc]
        old = listed["versions"][-1]["uri"]
        answer = await client.run("fourfold.setCurrentVersion", uri=old, version=1)
        assert check_versions(answer)["current"] == 2
        await client.until(lambda: prompt.buffer == "one\n", "the edit")
        compared = check_comparison(await client.run("fourfold.compareVersions", uri=old))
        assert compared["versions"] == [1, 2]
        again = await client.run("fourfold.listVersions", uri=compared["uri"])
        assert again["step"] == "greet"
        gone = old.replace("v1", "v7")
        error = await refusal(client.run("fourfold.showVersion", uri=gone, version=7))
        assert error.code == INVALID_PARAMS


async def test_a_document_of_a_version_that_is_gone_is_refused(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        uri = (await prompt.listed())["versions"][0]["uri"]
        assert await prompt.client.read(uri) == "one\n"
        await prompt.save("2", "3", "4", "5")
        error = await refusal(prompt.client.read(uri))
        assert "v1" in error.message
        for nothing in ("fourfold:/", uri.replace("greet", "unknown"), uri + "x/y"):
            error = await refusal(prompt.client.read(nothing))
            assert error.code == INVALID_PARAMS
            assert error.message.startswith("uri: ")


@pytest.mark.parametrize("name", ["emacs_v29.1", "zed_v0.15x", "kate_v25"])
async def test_where_nothing_opens_documents_the_user_is_told_the_path(
    name: str, tmp_path: Path
) -> None:
    async with open_prompt(load(name), tmp_path, name="größe 日本#%.md") as prompt:
        shown = await prompt.run("showVersion")
        path = prompt.folder / ".fourfold" / "view" / "version" / "größe 日本#%.v1.md"
        assert shown == {"uri": path.as_uri()}
        assert path.read_text(encoding="utf-8") == "one\n"
        await prompt.client.until(lambda: prompt.told, "the message")
        assert str(path) in prompt.told[0]
