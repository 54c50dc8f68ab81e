"""A step is renamed in workflow.yaml, and everything of it goes along."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from lsp.support.profiles import load
from lsp.support.prompt import REQUEST_FAILED, Prompt, refusal
from lsp.support.workflow_file import open_workflow

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.profiles import Profile
    from lsp.support.workflow_file import OpenWorkflow

PROMPTS = {"greet": "greet 😀\n", "greet/polish": "{{text}}\n", "thank": "{{text}}\n"}
TEXT = dedent(
    """\
    # greet comes first
    steps:
      greet:   # 😀 its key
        steps:
          polish: {inputs: {text: {step: greet}}}   # the draft
      thank:
        # 😀
        inputs: {text: {step: 'greet/polish'}}
    """
)
RENAMERS = [
    "visual_studio_code_v1.139.1",
    "neovim_v0.11.4",
    "helix_v25.07",
    "zed_v0.15x",
    "sublime_text_lsp_v2.13.0",
]
OTHERS = ["emacs_v29.1", "kate_v26.08"]


def with_tests(folder: Path) -> Path:
    tests = folder / "prompts" / "greet.tests.yaml"
    tests.parent.mkdir(parents=True, exist_ok=True)
    tests.write_text("tests: {}\n", encoding="utf-8")
    return folder


def paths(workflow: OpenWorkflow) -> list[str]:
    root = workflow.folder / "prompts"
    found = (path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return sorted(path for path in found if path != "workflow.yaml")


def prompt_of(workflow: OpenWorkflow, name: str) -> Prompt:
    path = workflow.folder / "prompts" / name
    return Prompt(workflow.client, workflow.folder, path, path.as_uri())


def in_file(uri: str, line: int, character: int, name: str) -> types.RenameParams:
    where = types.Position(line, character)
    return types.RenameParams(types.TextDocumentIdentifier(uri), where, name)


@pytest.mark.parametrize("name", RENAMERS)
@pytest.mark.parametrize("mark", ["  gr¦eet:", "{step: gree¦t}"])
async def test_everything_of_a_step_goes_along(name: str, mark: str, tmp_path: Path) -> None:
    with_tests(tmp_path / "work")
    async with open_workflow(load(name), tmp_path, TEXT, PROMPTS) as workflow:
        client = workflow.client
        greet, polish = prompt_of(workflow, "greet.md"), prompt_of(workflow, "greet/polish.md")
        for prompt, text in ((greet, "greet 2\n"), (polish, "{{text}} 2\n")):
            client.open(prompt.path)
            await client.lenses(prompt.uri)
            await prompt.save(text)
        client.close(polish.uri)

        await client.rename_name(workflow.uri, *workflow.at(mark), "wel-come é")

        assert workflow.text == TEXT.replace("  greet:", "  wel-come é:").replace(
            "{step: greet}", "{step: wel-come é}"
        ).replace("'greet/polish'", "'wel-come é/polish'")
        assert paths(workflow) == [
            "thank.md",
            "wel-come é.md",
            "wel-come é.tests.yaml",
            "wel-come é/polish.md",
        ]
        renamed = prompt_of(workflow, "wel-come é.md")
        assert renamed.buffer == "greet 2\n"
        await renamed.becomes("v1 v2*")
        assert (await renamed.listed())["step"] == "wel-come é"
        await prompt_of(workflow, "wel-come é/polish.md").becomes("v1 v2*")
        await workflow.becomes()

        client.undo(workflow.uri)
        assert workflow.text == TEXT


async def test_a_sub_step_is_renamed_by_its_last_part(vscode: Profile, tmp_path: Path) -> None:
    async with open_workflow(vscode, tmp_path, TEXT, PROMPTS) as workflow:
        where = workflow.at("greet/pol¦ish")
        document = types.TextDocumentIdentifier(workflow.uri)
        prepared = await workflow.client.text_document_prepare_rename_async(
            types.PrepareRenameParams(document, types.Position(*where))
        )
        assert isinstance(prepared, types.PrepareRenamePlaceholder)
        assert (workflow.marked(prepared.range), prepared.placeholder) == ("polish", "polish")

        await workflow.client.rename_name(workflow.uri, *where, "shine")

        assert paths(workflow) == ["greet.md", "greet/shine.md", "thank.md"]
        assert workflow.text == TEXT.replace("polish", "shine")


async def test_a_step_that_has_its_type_by_its_name_keeps_it(
    vscode: Profile, tmp_path: Path
) -> None:
    text = "steps:\r\n  requirement:   # first\r\n    title: R\r\n"
    async with open_workflow(vscode, tmp_path, text, {"requirement": "x\n"}) as workflow:
        await workflow.client.rename_name(workflow.uri, *workflow.at("re¦quirement"), "need")
        assert workflow.text == text.replace("requirement:", "need:").replace(
            "first\r\n", "first\r\n    type: requirement\r\n"
        )
        await workflow.becomes()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("thank", "workflow.yaml has a step thank already"),
        ("free", "There is a free.txt already"),
        ("Taken", "There is a Taken.tests.yaml already"),
        ("a/b", "cannot be a file's name"),
        ("a:b", "cannot be a file's name"),
        ("  ", "An empty name cannot be a file's name"),
        ("_draft", "is no prompt"),
        ("readme", "is no prompt"),
        ("..", "cannot be a file's name"),
        ("a.agent", "would be a prompt of another kind, or none"),
        ("greet.md", "leave .md out"),
        ("x" * 101, "cannot be a file's name"),
    ],
)
async def test_a_name_that_cannot_be_is_refused(
    name: str, reason: str, vscode: Profile, tmp_path: Path
) -> None:
    folder = with_tests(tmp_path / "work")
    (folder / "prompts" / "free.txt").write_text("x\n", encoding="utf-8")
    (folder / "prompts" / "Taken.tests.yaml").write_text("tests: {}\n", encoding="utf-8")
    async with open_workflow(vscode, tmp_path, TEXT, PROMPTS) as workflow:
        before = paths(workflow)
        where = workflow.at("  gr¦eet:")
        error = await refusal(
            workflow.client.text_document_rename_async(in_file(workflow.uri, *where, name))
        )
        assert error.code == REQUEST_FAILED
        assert reason in error.message
        assert (workflow.text, paths(workflow)) == (TEXT, before)


async def test_a_name_whose_versions_are_kept_is_refused(vscode: Profile, tmp_path: Path) -> None:
    async with open_workflow(
        vscode, tmp_path, TEXT, {**PROMPTS, "old": "an old one\n"}
    ) as workflow:
        old = prompt_of(workflow, "old.md")
        workflow.client.open(old.path)
        await workflow.client.lenses(old.uri)
        workflow.client.close(old.uri)
        old.path.unlink()
        where = workflow.at("  gr¦eet:")
        error = await refusal(
            workflow.client.text_document_rename_async(in_file(workflow.uri, *where, "old"))
        )
        assert "versions of a prompt old" in error.message


@pytest.mark.parametrize("name", OTHERS)
async def test_an_editor_that_renames_no_files_says_so(name: str, tmp_path: Path) -> None:
    text = TEXT + "  thnak:\n"
    async with open_workflow(load(name), tmp_path, text, PROMPTS) as workflow:
        where = workflow.at("  gr¦eet:")
        error = await refusal(
            workflow.client.text_document_rename_async(in_file(workflow.uri, *where, "hello"))
        )
        assert "cannot rename files" in error.message
        assert "greet.md" in error.message
        # Where there is no file, none has to be renamed.
        await workflow.client.rename_name(workflow.uri, *workflow.at("th¦nak"), "other")
        assert workflow.text == text.replace("thnak", "other")


async def test_a_slip_of_the_pen_is_repaired(vscode: Profile, tmp_path: Path) -> None:
    text = TEXT.replace("  thank:", "  thnak:")
    async with open_workflow(vscode, tmp_path, text, PROMPTS) as workflow:
        await workflow.client.rename_name(workflow.uri, *workflow.at("th¦nak"), "thank")
        assert workflow.text == TEXT
        assert paths(workflow) == ["greet.md", "greet/polish.md", "thank.md"]


async def test_nothing_is_renamed_where_no_step_stands_or_can_be_read(
    vscode: Profile, tmp_path: Path
) -> None:
    async with open_workflow(vscode, tmp_path, TEXT, PROMPTS) as workflow:
        client, document = workflow.client, types.TextDocumentIdentifier(workflow.uri)
        for mark in ("# gre¦et", "inp¦uts: {text", "te¦xt"):
            where = types.Position(*workflow.at(mark))
            prepare = types.PrepareRenameParams(document, where)
            assert await client.text_document_prepare_rename_async(prepare) is None
            error = await refusal(
                client.text_document_rename_async(types.RenameParams(document, where, "x"))
            )
            assert "No step stands here" in error.message
        client.edit(workflow.uri, TEXT + "  broken: [\n")
        where = types.Position(*workflow.at("  gr¦eet:"))
        error = await refusal(
            client.text_document_rename_async(types.RenameParams(document, where, "x"))
        )
        assert "cannot be read to its end" in error.message
