"""Problems of a prompt in the editor, their repairs, and files that can be no prompts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from lsp.support.positions import offset_of
from lsp.support.profiles import load
from lsp.support.prompt import REQUEST_FAILED, Prompt, make_prompts, open_prompt, refusal
from lsp.support.session import VSCODE
from lsp.support.start import start_client
from support.scripted_model import scripted_model

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.profiles import Profile

ENCODINGS = {
    "neovim_v0.11.4": "utf-8",
    "visual_studio_code_v1.139.1": "utf-16",
    "emacs_v29.1": "utf-32",
}
TEXT = """---
name: 😀
inputs: {😀ä: 日本, who: {kind: string, required: true}}
---
😀ä日 {{who}} {{ 本 }}
"""


def marked(prompt: Prompt, diagnostic: types.Diagnostic) -> str:
    """The text that a diagnostic's range covers, counted as the editor counts."""
    encoding = prompt.client.encoding
    start = offset_of(prompt.buffer, diagnostic.range.start, encoding)
    end = offset_of(prompt.buffer, diagnostic.range.end, encoding)
    return prompt.buffer[start:end]


async def problems(prompt: Prompt, matches: Any = bool) -> list[types.Diagnostic]:
    """The diagnostics, once they are so."""
    known = prompt.client.diagnostics
    await prompt.client.until(
        lambda: prompt.uri in known and matches(known[prompt.uri]), "the diagnostics"
    )
    return list(known[prompt.uri])


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ENCODINGS)
async def test_problems_are_where_the_editor_counts_them(
    name: str, line_end: str, tmp_path: Path
) -> None:
    text = TEXT.replace("\n", line_end)
    async with open_prompt(load(name), tmp_path, text, "greet.prompty") as prompt:
        assert prompt.client.encoding == ENCODINGS[name]
        found = {one.code: one for one in await problems(prompt)}
        assert marked(prompt, found["missing-input"]) == "who"
        assert marked(prompt, found["undeclared-input"]) == "本"
        assert marked(prompt, found["unused-input"]) == "😀ä"
        assert {one.source for one in found.values()} == {"fourfold"}
        assert all(one.data is None for one in found.values())

        for line in (2, 4):
            params = types.CodeActionParams(
                types.TextDocumentIdentifier(prompt.uri),
                types.Range(types.Position(line, 0), types.Position(line, 30)),
                types.CodeActionContext(list(found.values()), only=["quickfix"]),
            )
            (repair,) = await prompt.client.text_document_code_action_async(params) or []
            assert isinstance(repair, types.CodeAction)
            assert repair.diagnostics
            assert repair.command is None
            await prompt.client.act(prompt.uri, repair.title, line)
        assert 'who: {default: ""' in prompt.buffer
        assert "本" in prompt.buffer.split("---")[1]
        assert "\r" not in prompt.buffer.replace("\r\n", "") or line_end == "\n"
        assert prompt.buffer.count("\n") == prompt.buffer.count(line_end)
        left = await problems(prompt, lambda some: len(some) == 1)
        assert left[0].code == "unused-input"
        await prompt.save("now fine\n")
        await problems(prompt, lambda some: not some)
        prompt.client.close(prompt.uri)


@pytest.mark.parametrize("name", ["kate_v25", "helix_v25.07"])
async def test_a_plain_file_gets_a_default_too(name: str, tmp_path: Path) -> None:
    async with open_prompt(load(name), tmp_path, "😀 {{who}}\n") as prompt:
        await problems(prompt)
        await prompt.client.act(prompt.uri, "Give who a default")
        assert prompt.buffer.startswith("---\n")
        assert prompt.buffer.endswith("---\n😀 {{who}}\n")
        await problems(prompt, lambda some: not some)


async def test_broken_front_matter_stops_no_version(vscode: Profile, tmp_path: Path) -> None:
    broken = "---\nname: [😀, \n---\nx\n"
    async with open_prompt(vscode, tmp_path, broken, "greet.prompty") as prompt:
        (problem,) = await problems(prompt)
        assert problem.severity == types.DiagnosticSeverity.Error
        await prompt.save(broken + "y\n")
        assert await prompt.state() == "v1 v2*"


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("prompts/_verify.prompty", "names that start with _ or . are no prompts"),
        ("prompts/_part.md", "names that start with _ or . are no prompts"),
        ("node_modules/p/lost.prompty", "node_modules is left out (the setting exclude)"),
        ("private/lost.prompty", "git ignores it"),
        (".github/prompts/_part.prompt.yml", "names that start with _ or . are no prompts"),
        ("../lost.prompty", "it is in no workspace folder; open its folder"),
    ],
)
async def test_a_file_that_looks_like_a_prompt_is_told_why_it_is_none(
    place: str, reason: str, vscode: Profile, tmp_path: Path
) -> None:
    folder = make_prompts(tmp_path / "work", greet="hello\n")
    (folder / ".gitignore").write_text("private/\n", encoding="utf-8")
    path = tmp_path / "work" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("hello\n", encoding="utf-8")
    path = path.resolve()
    async with start_client(vscode, [folder]) as client:
        uri = client.open(path)
        assert await client.lenses(uri) == []
        told = await client.notified("textDocument/publishDiagnostics")
        message = f"Fourfold keeps no versions of this file, since {reason}."
        assert [one.message for one in told.diagnostics] == [message]
        assert told.diagnostics[0].severity == types.DiagnosticSeverity.Information
        assert await client.actions(uri) == []
        refused = await refusal(client.run("fourfold.listVersions", uri=uri))
        assert refused.message == f"uri: {uri} is none of the prompts, since {reason}."
        client.close(uri)
        await client.until(lambda: client.diagnostics[uri] == (), "the end of the diagnostic")
    assert not (folder / ".fourfold").exists()


@pytest.mark.parametrize("place", ["docs/notes.md", "prompts/README.md", "agents.md", "src/x.py"])
async def test_of_any_other_file_nothing_is_said(
    place: str, vscode: Profile, tmp_path: Path
) -> None:
    folder = make_prompts(tmp_path, greet="{{who}}\n")
    path = folder / place
    path.parent.mkdir(exist_ok=True)
    path.write_text("hello\n", encoding="utf-8")
    async with start_client(vscode, [folder]) as client:
        uri = client.open(path)
        assert await client.lenses(uri) == []
        greet = client.open(folder / "prompts" / "greet.md")
        await client.until(lambda: greet in client.diagnostics, "the other prompt's diagnostics")
        assert not client.diagnostics.get(uri)


async def test_two_files_with_one_id_name_each_other(vscode: Profile, tmp_path: Path) -> None:
    folder = make_prompts(tmp_path, dup="one\n")
    paths = [folder / "prompts" / "dup.md", folder / "prompts" / "dup.txt"]
    paths[1].write_text("two\n", encoding="utf-8")
    async with start_client(vscode, [folder]) as client:
        prompts = [Prompt(client, folder, path, client.open(path)) for path in paths]
        first, second = [(await problems(prompt))[0].message for prompt in prompts]
        assert first.startswith("prompts/dup.txt would have the same id as this prompt, so this ")
        assert second.startswith("prompts/dup.md would have the same id as this prompt, so this ")
        await prompts[1].save("2\n")
        assert [await prompt.state() for prompt in prompts] == ["v1*", "v1 v2*"]
        assert [(await prompt.listed())["step"] for prompt in prompts] == ["dup", "dup.txt"]
        listed = await client.run("fourfold.listSteps")
        assert [step["step"] for step in listed["steps"]] == ["dup", "dup.txt"]


def outside(path: Path) -> None:
    target = path.parent.parent.parent / "outside.md"
    target.write_text("secret\n", encoding="utf-8")
    path.symlink_to(target)


LINK = pytest.param(
    outside, "outside the workspace", marks=pytest.mark.skipif(os.name == "nt", reason="links")
)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: path.write_bytes(b"caf\xe9\n"), "not UTF-8"),
        (lambda path: path.write_bytes(b"PK\0\0\1" * 50), "binary"),
        (lambda path: path.write_bytes(b"words " * 3_500_000), "21.0 MB"),
        LINK,
    ],
    ids=["latin-1", "binary", "20 MB", "link"],
)
async def test_a_file_that_can_be_no_prompt(
    make: Any, reason: str, vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as other:
        client, path = other.client, other.path.with_name("odd.md")
        # Moved into place, so that nobody sees the beginning of it alone.
        make(tmp_path / "odd")
        (tmp_path / "odd").rename(path)
        before = path.read_bytes()
        prompt = Prompt(client, other.folder, path, client.open(path.as_uri(), text="shown\n"))
        error = await refusal(prompt.titles())
        assert error.code == REQUEST_FAILED
        assert reason in error.message
        assert "odd.md" in error.message
        found = await problems(prompt)
        assert reason in found[0].message
        for command in ("listVersions", "saveVersion", "setCurrentVersion", "undo"):
            error = await refusal(prompt.run(command))
            assert reason in error.message
        # An editor that saves what it made of it changes nothing of this.
        client.text_document_did_save(
            types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(prompt.uri))
        )
        await client.until(lambda: any(reason in one for one in prompt.told), "the message")
        assert reason in (await refusal(prompt.titles())).message
        assert path.read_bytes() == before
        assert await other.state() == "v1*"

        path.unlink()
        path.write_text("shown\n", encoding="utf-8")
        await client.until(lambda: not client.diagnostics[prompt.uri], "the end of the warning")
        assert await prompt.state() == "v1*"


async def test_an_empty_prompt_has_versions_too(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path, "", "empty.prompty") as prompt:
        assert await prompt.titles() == ["v1 · current ▾", "▶ Run"]
        await prompt.save("text\n")
        await prompt.run("setCurrentVersion", version=1)
        await prompt.client.until(lambda: prompt.buffer == "", "the edit")
        prompt.client.save(prompt.uri)
        assert await prompt.state() == "v1* v2"
        assert prompt.disk == ""


async def test_a_good_file_that_goes_bad_keeps_its_versions(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        prompt.path.write_bytes(b"caf\xe9\n")
        found = await problems(prompt, lambda some: some)
        assert "not UTF-8" in found[0].message
        assert await prompt.state() == "v1*"
        prompt.path.write_text("café\n", encoding="utf-8")
        await prompt.becomes("v1 v2*")
        await problems(prompt, lambda some: not some)


ENDING = """---
name: greet
model: {id: gpt-5-mini}
---
user:
Hi
"""


async def test_a_model_that_ends_soon_is_marked_where_the_prompt_names_it(tmp_path: Path) -> None:
    async with open_prompt(VSCODE, tmp_path, ENDING, "greet.prompty") as prompt:
        (found,) = await problems(prompt)
        assert (marked(prompt, found), found.severity) == (
            "gpt-5-mini",
            types.DiagnosticSeverity.Warning,
        )
        assert "retired on 2026-12-11" in found.message


async def test_a_model_that_its_endpoint_does_not_list_is_marked(tmp_path: Path) -> None:
    text = ENDING.replace("gpt-5-mini", "gone")
    async with (
        scripted_model(models=["there"]) as model,
        open_prompt(
            VSCODE, tmp_path, text, "greet.prompty", env={"OPENAI_BASE_URL": model.base_url}
        ) as prompt,
    ):
        (found,) = await problems(prompt)
        assert (marked(prompt, found), model.listings) == ("gone", 1)
        assert "does not list gone" in found.message
        assert not model.requests
        prompt.client.edit(prompt.uri, text.replace("gone", "'${env:MODEL:gone}'"))
        assert await problems(prompt, lambda found: not found) == []


async def test_a_model_that_answers_without_being_listed_is_marked_no_longer(
    tmp_path: Path,
) -> None:
    text = ENDING.replace("gpt-5-mini", "gone")
    workflow = make_prompts(tmp_path / "work", other="Hi") / "prompts" / "workflow.yaml"
    workflow.write_text("model: gone\nsteps:\n  greet:\n")
    async with scripted_model(models=["there"]) as model:
        environment = {"OPENAI_BASE_URL": model.base_url}
        async with open_prompt(VSCODE, tmp_path, text, "greet.prompty", env=environment) as prompt:
            uri = prompt.client.open(workflow)
            steps = Prompt(prompt.client, prompt.folder, workflow, uri)
            for one in (prompt, steps):
                (found,) = await problems(one)
                assert "does not list gone" in found.message
            await prompt.run("runStep")
            for one in (prompt, steps):
                assert await problems(one, lambda found: not found) == []
