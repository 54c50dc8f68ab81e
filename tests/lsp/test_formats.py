"""Prompts of other tools in an editor: versions on them with no configuration, and runs of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from lsp.support.profiles import load
from lsp.support.prompt import Prompt, refusal, until_answer
from lsp.support.session import NEOVIM, VSCODE, session
from lsp.support.start import start_client
from support.formats import SAMPLES, Sample
from support.scripted_model import tokens

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.profiles import Profile

OBSERVER = load("visual_studio_code_v1.139.1").announcing(events=True)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda it: it.place)
async def test_it_has_versions_and_runs_where_it_lies(sample: Sample, tmp_path: Path) -> None:
    files = {sample.place: sample.text, **sample.beside}
    async with session(tmp_path, tokens("Fine"), files=files) as s:
        path = s.folder / sample.place
        s.uri = s.client.open(path)
        titles = [lens.command.title for lens in await s.client.lenses(s.uri) if lens.command]
        assert titles[0] == "v1 · current ▾"
        assert (await s.versions())["step"] == sample.step
        await s.client.until(lambda: s.uri in s.client.diagnostics, "what is wrong with it")
        told = {one.severity for one in s.client.diagnostics[s.uri]}
        assert told <= {types.DiagnosticSeverity.Information}

        await s.save(sample.text + "\n")
        listed = await s.versions()
        assert [one["number"] for one in listed["versions"]] == [2, 1]
        shown = await s.text(listed["versions"][1]["uri"])
        assert shown == sample.text

        run = await s.run_to_end(inputs=sample.inputs)
        assert run["status"] == "succeeded", run
        (request,) = s.model.requests
        sent = [(one["role"], one["content"]) for one in request.json["messages"]]
        assert sent == sample.messages
        assert {name: request.json[name] for name in sample.sent} == sample.sent
        assert path.read_text("utf-8") == sample.text + "\n"


@pytest.mark.parametrize("profile", [VSCODE, NEOVIM], ids=lambda it: it.name)
async def test_an_input_that_nobody_gives_is_asked_for(profile: Profile, tmp_path: Path) -> None:
    async with session(tmp_path, profile=profile, files={"AGENTS.md": "Be brief.\n"}) as s:
        s.uri = s.client.open(s.folder / "AGENTS.md")
        await s.client.lenses(s.uri)
        refused = await refusal(s.run())
        assert refused.message == "inputs: Input task has no value: pass it with the run."
        assert s.model.requests == []


@pytest.mark.parametrize("profile", [VSCODE, NEOVIM], ids=lambda it: it.name)
async def test_keys_and_inputs_are_offered(profile: Profile, tmp_path: Path) -> None:
    text = '---\ninput: {schema: {food: string}}\nco\n---\n😀 {{role "user"}}{{fo'
    async with session(tmp_path, profile=profile, files={"a.prompt": text}) as s:
        uri = s.client.open(s.folder / "a.prompt")
        await s.client.lenses(uri)
        (config, *_) = [it for it in await s.client.completions(uri, 2, 2) if it.label == "config"]
        assert isinstance(config.text_edit, types.TextEdit)
        assert (config.text_edit.new_text, config.detail) == ("config: ", "how it answers")
        lengths = {"utf-8": 4, "utf-16": 2}
        column = lengths[s.client.encoding] + len(' {{role "user"}}{{fo')
        offered = await s.client.completions(uri, 4, column)
        assert [it.label for it in offered][:2] == ["food", 'role "system"']
        edit = offered[0].text_edit
        assert isinstance(edit, types.TextEdit)
        assert (edit.range.start.character, edit.range.end.character) == (column - 2, column)


async def test_a_repository_of_tools_prompts_needs_no_configuration(tmp_path: Path) -> None:
    folder = tmp_path / "repository"
    for name in ("AGENTS.md", ".github/prompts/form.prompt.md", "docs/notes.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("one\n", encoding="utf-8")
    async with start_client(OBSERVER, [folder]) as client:

        async def steps() -> dict[str, int | None]:
            answer = await client.run("fourfold.listSteps")
            return {step["step"]: step["current"] for step in answer["steps"]}

        assert await steps() == {".github/prompts/form": None, "AGENTS": None}
        assert not (folder / ".fourfold").exists()
        path = folder / "AGENTS.md"
        agents = Prompt(client, folder, path, client.open(path))
        assert (await agents.titles())[0] == "v1 · current ▾"
        path.write_text("two\n", encoding="utf-8")
        await agents.becomes("v1 v2*")

        command = folder / ".claude" / "commands" / "fix.md"
        command.parent.mkdir(parents=True)
        command.write_text("Fix $1\n", encoding="utf-8")
        known = {".claude/commands/fix": 1, ".github/prompts/form": 1, "AGENTS": 2}
        await until_answer(client, steps, lambda found: found == known, "the new command")
        command.write_text("Fix $1 now\n", encoding="utf-8")
        await Prompt(client, folder, command, command.as_uri()).becomes("v1 v2*")


async def test_two_prompts_with_one_id_are_told_of_each_other(tmp_path: Path) -> None:
    files = {"r.agent.md": "Review.\n", "r.prompt.md": "Review.\n"}
    async with session(tmp_path, files=files) as s:
        for name, other, step in [
            ("r.agent.md", "r.prompt.md", "r"),
            ("r.prompt.md", "r.agent.md", "r.prompt.md"),
        ]:
            uri = s.client.open(s.folder / name)
            await s.client.until(lambda uri=uri: s.client.diagnostics.get(uri), "the diagnostic")
            (told,) = s.client.diagnostics[uri]
            assert told.message.startswith(f"{other} would have the same id as this prompt")
            assert (await s.versions(uri))["step"] == step
