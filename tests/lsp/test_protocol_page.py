"""server/PROTOCOL.md and the code say the same."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest

from fourfold import settings
from fourfold.app import board, shapes
from fourfold.lsp.commands import runs as run_commands
from fourfold.lsp.commands.arguments import MOST_REPEATS
from fourfold.lsp.commands.table import COMMANDS
from fourfold.project.project import Project
from fourfold.reports.comparison import ComparedVersion, Comparison
from fourfold.reports.documents import SCHEME, Document, DocumentKind
from fourfold.settings import WorkspaceSettings
from fourfold.store.records import VERSION_CAP, Cause, Run, RunStatus, StepHistory, Version

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "server" / "PROTOCOL.md").read_text(encoding="utf-8")
LSP = ROOT / "server" / "fourfold" / "lsp"

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_RUN = Run("r", "step", 1, "model", "succeeded", started=_NOW)
_VERSIONS = tuple(
    Version("step", n, f"{n}", f"{n}", _NOW, "save", 1, 1, 0, 1, _RUN) for n in (2, 1)
)
_HISTORY = StepHistory("step", 2, _VERSIONS)


def uri_of(document: Document) -> str:
    return document.uri("key")


LISTED = shapes.version_list(_HISTORY, "file:///step.md", ".md", uri_of)
SHAPES: dict[str, dict[str, Any]] = {
    "VersionList": LISTED,
    "Version": LISTED["versions"][0],
    "RunSummary": shapes.run_summary(_RUN, uri_of),
    "Comparison": shapes.comparison(
        Comparison("step", tuple(ComparedVersion(v, None) for v in _VERSIONS)), ".md", uri_of
    ),
}


def section(title: str) -> str:
    """The part of the page below a heading."""
    pattern = rf"^## {re.escape(title)}.*?\n(.*?)(?=^## |\Z)"
    found = re.search(pattern, PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"PROTOCOL.md has no section {title}"
    return found[1]


def documented_commands() -> dict[str, list[str]]:
    """Command → the fields of its argument, in the order of the page, without planned ones."""
    rows = re.findall(r"^\| `(fourfold\.\w+)` \| `\{(.*?)\}` \|", section("Commands"), re.MULTILINE)
    return {name: fields_in(fields) for name, fields in rows}


def fields_in(text: str) -> list[str]:
    """`uri, versions?: [n…] or "all", inputs?: {name: value}` → uri, versions, inputs."""
    while (flat := re.sub(r"\{[^{}]*\}|\[[^\[\]]*\]|\([^()]*\)|\"[^\"]*\"", "", text)) != text:
        text = flat
    return [
        match[0]
        for part in text.split(",")
        if (match := re.match(r"[A-Za-z]+(?=\??(?:[:|]|\s*$|\s))", part.strip()))
    ]


def documented_shape(name: str) -> str:
    found = re.search(rf"^{name} +\{{(.*?)\}}$", section("Commands"), re.MULTILINE | re.DOTALL)
    assert found, f"PROTOCOL.md has no shape {name}"
    return found[1]


def fields_in_code(command: str) -> list[str]:
    """The fields that the command's function allows."""
    module, _, function = COMMANDS[command].partition(".")
    source = (LSP / "commands" / f"{module}.py").read_text(encoding="utf-8")
    body = source.partition(f"async def {function}(")[2].partition("\nasync def ")[0]
    found = re.search(r"Arguments\(ls, fields, (RUN_FIELDS|\[.*?\])\)", body)
    assert found, f"{command} reads no arguments"
    if found[1] == "RUN_FIELDS":
        return run_commands.RUN_FIELDS
    return re.findall(r'"(\w+)"', found[1])


def test_every_command_is_on_the_page_and_every_command_of_the_page_is_there() -> None:
    assert sorted(documented_commands()) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_takes_the_fields_of_the_page(command: str) -> None:
    assert fields_in_code(command) == documented_commands()[command]


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_has_the_fields_of_the_page_in_their_order(name: str) -> None:
    assert list(SHAPES[name]) == fields_in(documented_shape(name))


def test_a_board_has_the_fields_of_the_page(tmp_path: Path) -> None:
    prompt = tmp_path / "prompts" / "a.md"
    prompt.parent.mkdir()
    prompt.write_text("Hello\n", encoding="utf-8")
    project = Project(tmp_path, WorkspaceSettings())
    made = board.make_board(project, project.step_file("a"), "file:///a.md", lambda _: None)
    project.close()
    result = board._result(_RUN, ())
    source = (ROOT / "vscode-extension" / "src" / "protocol.ts").read_text(encoding="utf-8")
    for name, shape in (("Board", made), ("BoardArm", made["arms"][0]), ("BoardResult", result)):
        assert list(shape) == fields_in(documented_shape(name)), name
        (interface,) = re.findall(
            rf"^export interface {name} \{{$(.*?)^\}}$", source, re.MULTILINE | re.DOTALL
        )
        assert re.findall(r"^  (\w+):", interface, re.MULTILINE) == list(shape), name


def test_the_pairs_of_a_comparison_have_the_fields_of_the_page() -> None:
    (inner,) = re.findall(r"pairs: \[\{(.*?)\}", documented_shape("Comparison"))
    assert all(list(pair) == fields_in(inner) for pair in SHAPES["Comparison"]["pairs"])


def test_the_words_that_a_field_can_hold_are_those_of_the_page() -> None:
    def words(shape: str, field: str) -> list[str]:
        found = re.search(rf'{field}: ("\w+"(?:\|"\w+")*)', documented_shape(shape))
        assert found
        return re.findall(r'"(\w+)"', found[1])

    assert words("Version", "cause") == list(get_args(Cause))
    assert words("RunSummary", "status") == list(get_args(RunStatus))
    assert f"cap: {VERSION_CAP}" in documented_shape("VersionList")
    assert f"repeat?: 1–{MOST_REPEATS}" in section("Commands")


def written(value: Any) -> str:
    """A default as the page writes it."""
    if value is None:
        return "none"
    if isinstance(value, float):
        return f"{value:g}"
    return json.dumps(sorted(value) if isinstance(value, (tuple, frozenset)) else value)


def test_every_setting_is_on_the_page_with_its_default() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.*) \|$", section("Settings"), re.MULTILINE)
    documented = {name: (default.strip("`"), meaning) for name, default, meaning in rows}
    known = {**settings._SETTINGS, **settings._PERMISSIONS}
    assert sorted(documented) == sorted(known)
    for name, (field, _, expected) in known.items():
        default, meaning = documented[name]
        assert default == written(getattr(WorkspaceSettings(), field))
        assert ("own `config.toml`" in meaning) == (name in settings._PERMISSIONS)
        if bounds := re.search(r"from (\d+) to (\d+)", expected):
            assert f"{bounds[1]} to {bounds[2]}" in meaning


def test_vs_code_has_every_setting_and_every_field() -> None:
    extension = ROOT / "vscode-extension"
    manifest = json.loads((extension / "package.json").read_text(encoding="utf-8"))
    contributed = manifest["contributes"]["configuration"]["properties"]
    assert {f"fourfold.{name}" for name in settings._SETTINGS} <= set(contributed)
    source = (extension / "src" / "protocol.ts").read_text(encoding="utf-8")
    for name, shape in SHAPES.items():
        found = re.search(
            rf"^export interface {name} \{{$(.*?)^\}}$", source, re.MULTILINE | re.DOTALL
        )
        assert found, name
        assert set(re.findall(r"^  (\w+):", found[1], re.MULTILINE)) == set(shape), name


def test_every_kind_of_document_is_on_the_page() -> None:
    text = section("Documents")
    assert f"scheme `{SCHEME}`" in PAGE
    words = {
        "version": "each version's prompt",
        "response": "a version's latest response",
        "run": "each run",
        "answer": "the answer of each run alone",
        "comparison": "each comparison of versions",
        "workflow": "for the workflow",
        "workflow-comparison": "each comparison of workflow runs",
    }
    assert sorted(words) == sorted(get_args(DocumentKind))
    assert all(said in text for said in words.values())


def test_the_notifications_and_announcements_are_those_of_the_page() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in LSP.rglob("*.py"))
    text = section("What a client may announce")
    sent = set(re.findall(r'"(fourfold/\w+)"', source))
    assert sent == set(re.findall(r"`(fourfold/\w+)`", text))
    read = set(re.findall(r'own\.get\("(\w+)"\)', source))
    # Picking is what an extension does by itself; the server has nothing to do differently.
    assert read | {"picksVersions"} == set(re.findall(r'"(\w+)": true', text))


def test_the_variables_of_the_environment_are_on_the_page() -> None:
    source = (LSP.parent / "llm" / "configuration.py").read_text(encoding="utf-8")
    for name in set(re.findall(r'"(OPENAI_[A-Z_]+)"', source)):
        assert f"`{name}`" in section("Command line and environment")
