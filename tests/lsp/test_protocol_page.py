"""server/PROTOCOL.md and the code say the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

from fourfold import settings
from fourfold.project.documents import SCHEME, DocumentKind
from fourfold.settings import WorkspaceSettings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "server" / "PROTOCOL.md").read_text(encoding="utf-8")
LSP = ROOT / "server" / "fourfold" / "lsp"


def section(title: str) -> str:
    """The part of the page below a heading."""
    pattern = rf"^## {re.escape(title)}.*?\n(.*?)(?=^## |\Z)"
    found = re.search(pattern, PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"PROTOCOL.md has no section {title}"
    return found[1]


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


def test_vs_code_has_every_setting() -> None:
    extension = ROOT / "vscode-extension"
    manifest = json.loads((extension / "package.json").read_text(encoding="utf-8"))
    contributed = manifest["contributes"]["configuration"]["properties"]
    assert {f"fourfold.{name}" for name in settings._SETTINGS} <= set(contributed)


def test_every_kind_of_document_is_on_the_page() -> None:
    text = section("Documents")
    assert f"scheme `{SCHEME}`" in PAGE
    words = {
        "history": "a prompt's history",
        "version": "each version's prompt",
        "response": "a version's latest response",
        "run": "each run",
        "answer": "the answer of each run alone",
        "comparison": "each comparison of versions",
        "test-report": "each test report",
        "rendering": "what a run would send",
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
