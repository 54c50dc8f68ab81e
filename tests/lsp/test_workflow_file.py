"""workflow.yaml in the editor: problems, completion, hover, links and definitions."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from lsp.support.profiles import load
from lsp.support.prompt import Prompt
from lsp.support.session import session
from lsp.support.start import start_client
from lsp.support.workflow import FILES, echo
from lsp.support.workflow_file import OpenWorkflow, open_workflow

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.profiles import Profile

PROMPTS = {
    "start": "begin\n",
    "middle": "{{draft}} {{Größe}}\n",
    "middle/end": "😀 {{text}}\n",
}
TEXT = dedent(
    """\
    # 😀 the whole of it
    name: 😀 work
    steps:
      start:   # first
        title: The start 😀
      middle:
        inputs:
          draft: {step: start}
          # 😀
          Größe: {file: docs/größe.md}
        steps:
          end: {inputs: {text: {step: middle}}}
    """
)
ENCODINGS = ["neovim_v0.11.4", "visual_studio_code_v1.139.1", "emacs_v29.1"]


def with_size(folder: Path) -> None:
    path = folder / "docs" / "größe.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("large\n", encoding="utf-8")


async def test_a_workflow_without_fault_has_no_problems(profile: Profile, tmp_path: Path) -> None:
    with_size(tmp_path / "work")
    async with open_workflow(profile, tmp_path, TEXT, PROMPTS) as workflow:
        await workflow.becomes()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ENCODINGS)
async def test_problems_are_where_the_editor_counts_them(
    name: str, line_end: str, tmp_path: Path
) -> None:
    text = TEXT.replace("{step: middle}", "{x: 😀, step: midle}").replace("draft:", "😀raft:")
    async with open_workflow(
        load(name), tmp_path, text.replace("\n", line_end), PROMPTS
    ) as workflow:
        await workflow.becomes(
            ("unfed-input", "middle"),
            ("unknown-input", "😀raft"),
            ("file", "docs/größe.md"),
            ("unknown-step", "midle"),
        )
        problems = {one.code: one for one in await workflow.problems()}
        unknown = problems["workflow-unknown-step"]
        assert unknown.severity == types.DiagnosticSeverity.Error
        assert "did you mean middle?" in unknown.message
        assert problems["workflow-unfed-input"].severity == types.DiagnosticSeverity.Warning

        workflow.client.close(workflow.uri)
        await workflow.client.until(
            lambda: not workflow.client.diagnostics[workflow.uri], "their end"
        )


async def test_problems_follow_what_is_typed_and_what_is_there(
    profile: Profile, tmp_path: Path
) -> None:
    async with open_workflow(profile, tmp_path, "steps:\n  one:\n", {"start": "x\n"}) as workflow:
        client = workflow.client
        await workflow.becomes(("unknown-step", "one"))
        made = workflow.folder / "prompts" / "one.md"
        made.write_text("{{text}}\n", encoding="utf-8")
        await workflow.becomes(("unfed-input", "one"))
        # What the editor has counts, saved or not.
        uri = client.open(made)
        client.edit(uri, "nothing needed\n")
        await workflow.becomes()
        client.edit(uri, "{{ broken\n")
        client.edit(
            workflow.uri, "steps:\n  one:\n    inputs: {text: {step: one}, z: {value: 1}}\n"
        )
        await workflow.becomes(("cycle", "one"))
        client.edit(uri, "{{text}}\n")
        await workflow.becomes(("cycle", "one"), ("unknown-input", "z"))
        client.edit(workflow.uri, "steps:\n  one: [\n")
        await workflow.problems(lambda found: "yaml" in [one.code for one in found])
        client.edit(workflow.uri, "steps:\n  one:\n    inputs: {text: {step: start}}\n")
        await workflow.becomes()
        client.close(uri)
        made.unlink()
        await workflow.becomes(("unknown-step", "one"))


async def test_a_workflow_elsewhere_is_none_of_ours(vscode: Profile, tmp_path: Path) -> None:
    async with open_workflow(vscode, tmp_path, "steps:\n  one:\n", {"start": "x\n"}) as workflow:
        await workflow.problems()
        other = workflow.folder / "docs" / "workflow.yaml"
        other.parent.mkdir()
        other.write_text("steps:\n  one:\n", encoding="utf-8")
        uri = workflow.client.open(other, "yaml")
        assert await workflow.client.completions(uri, 0, 0) == []
        assert await workflow.client.links(uri) == []
        assert await workflow.client.hover(uri, 1, 3) == ""
        assert uri not in workflow.client.diagnostics


async def test_the_first_of_several_folders_has_it(vscode: Profile, tmp_path: Path) -> None:
    for name in ("flows", "more"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text("x\n", encoding="utf-8")
        (tmp_path / name / "workflow.yaml").write_text("steps:\n  q:\n", encoding="utf-8")
    (tmp_path / "fourfold.toml").write_text('folders = ["flows", "more"]\n', encoding="utf-8")
    async with start_client(vscode, [tmp_path]) as client:
        other = client.open(tmp_path / "more" / "workflow.yaml", "yaml")
        uri = client.open(tmp_path / "flows" / "workflow.yaml", "yaml")
        await client.until(lambda: client.diagnostics.get(uri), "the problem")
        assert other not in client.diagnostics
        client.edit(uri, "steps:\n  flows:\n    steps:\n      \n")
        assert [one.label for one in await client.completions(uri, 3, 6)] == ["a"]
        await client.until(lambda: not client.diagnostics[uri], "no problem")


async def test_a_workflow_opened_without_its_folder_brings_it(
    vscode: Profile, tmp_path: Path
) -> None:
    path = tmp_path / "prompts" / "workflow.yaml"
    path.parent.mkdir()
    path.write_text("steps:\n  one:\n", encoding="utf-8")
    (path.parent / "start.md").write_text("x\n", encoding="utf-8")
    async with start_client(vscode) as client:
        uri = client.open(path, "yaml")
        await client.until(lambda: client.diagnostics.get(uri), "the problem")


async def test_a_workflow_is_typed_with_what_is_offered(profile: Profile, tmp_path: Path) -> None:
    async with open_workflow(profile, tmp_path, "", PROMPTS) as workflow:
        client = workflow.client

        async def type_(text: str, label: str) -> None:
            client.edit(workflow.uri, workflow.text + text)
            await workflow.complete(label)

        await type_("", "steps")
        await type_("\n  ", "start")
        await type_("\n  mi", "middle")
        await type_("\n    inp", "inputs")
        await type_("\n      ", "draft")
        await type_("{", "step")
        await type_("st", "start")
        await type_("}\n      ", "Größe")
        await type_("", "{step: start}")
        await type_("\n    ", "response")
        await type_("\n      ", "kind")
        await type_("m", "markdown")
        assert workflow.text == dedent(
            """\
            steps:
              start:
              middle:
                inputs:
                  draft: {step: start}
                  Größe: {step: start}
                response:
                  kind: markdown"""
        )
        await workflow.becomes()


async def test_models_are_those_that_have_a_name_here(vscode: Profile, tmp_path: Path) -> None:
    async with open_workflow(
        vscode, tmp_path, "model: \n", {}, env={"OPENAI_API_KEY": "x", "OPENAI_MODEL": "gpt-9"}
    ) as workflow:
        offered = await workflow.offered("model: ¦")
        assert offered[0] == "gpt-9"
        assert len(offered) > 1


async def test_step_types_are_those_that_there_are(vscode: Profile, tmp_path: Path) -> None:
    async with open_workflow(
        vscode, tmp_path, "steps:\n  start:\n    type: requirment\n", PROMPTS
    ) as workflow:
        await workflow.becomes(("step-type", "requirment"))
        offered = await workflow.offered("type: requ¦irment")
        assert {"requirement", "implementation"} <= {*offered}
        workflow.client.edit(workflow.uri, workflow.text.replace("requirment", "requirement"))
        await workflow.becomes()


async def test_what_is_offered_goes_on_in_broken_text(vscode: Profile, tmp_path: Path) -> None:
    text = "steps:\n  middle:\n    inputs: {draft: {step: \n  start: [\n    inp"
    async with open_workflow(vscode, tmp_path, text, PROMPTS) as workflow:
        assert await workflow.offered("{step: ¦") == ["middle/end", "start"]
        assert "inputs" in await workflow.offered("inp¦")


@pytest.mark.parametrize("name", [*ENCODINGS, "kate_v26.08"])
async def test_a_hover_says_how_a_step_stands(name: str, tmp_path: Path) -> None:
    async with open_workflow(load(name), tmp_path, TEXT, PROMPTS) as workflow:
        client = workflow.client
        path = workflow.folder / "prompts" / "start.md"
        prompt = Prompt(client, workflow.folder, path, client.open(path))
        await client.lenses(prompt.uri)
        hover = await client.hover(workflow.uri, *workflow.at("  st¦art:"))
        assert "The start 😀 (start)" in hover
        assert "v1 is current · not run yet" in hover
        assert ("**" in hover) == client.profile.get("textDocument.hover.contentFormat", [""])[
            0
        ].startswith("markdown")
        await prompt.save("two\n", "three\n")
        hover = await client.hover(workflow.uri, *workflow.at("draft: {step: star¦t}"))
        assert "v3 of v1–v3 is current" in hover
        assert "required" in await client.hover(workflow.uri, *workflow.at("Gr¦öße: {file"))
        assert await client.hover(workflow.uri, *workflow.at("na¦me:")) == ""
        # A step of which nobody has asked yet.
        assert "v1 is current" in await client.hover(workflow.uri, *workflow.at("en¦d: {"))


async def test_a_hover_tells_of_a_run_and_of_what_has_changed_since(tmp_path: Path) -> None:
    async with session(tmp_path, echo, files=FILES) as s:
        path = s.folder / "prompts" / "workflow.yaml"
        workflow = OpenWorkflow(s.client, s.folder, s.client.open(path, "yaml"))
        where = workflow.at("pol¦ish:")
        assert "not run yet" in await s.client.hover(workflow.uri, *where)
        await s.client.run("fourfold.startWorkflow", uri=s.uri)
        await s.ended()
        hover = await s.client.hover(workflow.uri, *where)
        assert "last run: " in hover
        assert "1 token" in hover
        assert "stale" not in hover
        await s.save("Greet Bob.\n")
        assert "stale" in await s.client.hover(workflow.uri, *where)


async def test_a_definition_leads_to_what_is_named(profile: Profile, tmp_path: Path) -> None:
    with_size(tmp_path / "work")
    text = TEXT.replace("{step: middle}", "{step: extra}")
    async with open_workflow(profile, tmp_path, text, {**PROMPTS, "extra": "x\n"}) as workflow:

        async def leads_to(mark: str) -> tuple[str, types.Range]:
            found = await workflow.client.definition(workflow.uri, *workflow.at(mark))
            assert found is not None
            root = workflow.folder.as_uri() + "/"
            return found.uri.removeprefix(root), found.range

        top = types.Range(types.Position(0, 0), types.Position(0, 0))
        assert await leads_to("  st¦art:") == ("prompts/start.md", top)
        assert await leads_to("e¦nd: {") == ("prompts/middle/end.md", top)
        assert await leads_to("{step: ext¦ra") == ("prompts/extra.md", top)
        path, where = await leads_to("draft: {step: ¦start")
        assert path == "prompts/workflow.yaml"
        assert workflow.marked(where) == "start"
        path, where = await leads_to("{file: docs/g¦rö")
        assert path == "docs/gr%C3%B6%C3%9Fe.md"
        path, where = await leads_to("te¦xt: {step")
        assert path == "prompts/middle/end.md"
        width = {"utf-8": 4, "utf-16": 2, "utf-32": 1}[workflow.client.encoding]
        assert where.start.character == width + len(" {{")
        assert await workflow.client.definition(workflow.uri, *workflow.at("na¦me:")) is None


async def test_links_are_to_files_that_are_there(profile: Profile, tmp_path: Path) -> None:
    async with open_workflow(profile, tmp_path, TEXT, PROMPTS) as workflow:
        links = await workflow.client.links(workflow.uri)
        root = workflow.folder.as_uri() + "/"
        targets = [(workflow.marked(one.range), str(one.target)) for one in links]
        assert targets == [
            ("start", f"{root}prompts/start.md"),
            ("middle", f"{root}prompts/middle.md"),
        ]
        with_size(workflow.folder)
        assert len(await workflow.client.links(workflow.uri)) == 3


@pytest.mark.parametrize("target", ["../outside.md", ".env"])
async def test_no_link_leads_where_no_file_is_read(
    target: str, vscode: Profile, tmp_path: Path
) -> None:
    (tmp_path / "outside.md").write_text("secret", encoding="utf-8")
    text = f"steps: {{start: {{inputs: {{x: {{file: {target}}}}}}}}}"
    async with open_workflow(vscode, tmp_path, text, PROMPTS) as workflow:
        (workflow.folder / ".env").write_text("secret", encoding="utf-8")
        assert await workflow.client.links(workflow.uri) == []
        assert await workflow.client.definition(workflow.uri, *workflow.at("file: ¦")) is None


async def test_models_that_end_soon_are_marked_once_each(tmp_path: Path, vscode: Profile) -> None:
    text = "model: gpt-5\nsteps:\n  a: &a {model: gpt-4o}\n  b: *a\n  c: {model: small}\n"
    async with open_workflow(vscode, tmp_path, text, dict.fromkeys("abc", "Hi\n")) as workflow:
        found = await workflow.problems(lambda found: len(found) > 1)
        assert [workflow.marked(one.range) for one in found] == ["gpt-5", "gpt-4o"]
        assert all("choose another model" in one.message for one in found)
