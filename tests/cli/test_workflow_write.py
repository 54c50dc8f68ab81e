"""workflow write: what is asked about, and what is never written by --yes."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from support.scripted_model import scripted_model, tokens
from support.terminal import on_terminal

Workspace = Any

ORDINARY = {"a.py": "print()\n", "sub/b.py": "pass\n"}
OBEYED = {".VSCode/tasks.json": "{}\n", "conftest.py": "import os\n"}


def response(files: dict[str, str]) -> str:
    return "\n".join(f"```text path={path}\n{text}```\n" for path, text in files.items())


async def answered(workspace: Workspace, files: dict[str, str], folder: str = "out") -> None:
    """A step `code` that was answered with these files."""
    (workspace.folder / "prompts" / "code.md").write_text("Code")
    (workspace.folder / "prompts" / "workflow.yaml").write_text(
        f"steps:\n  code:\n    response: {{kind: code, folder: {folder}}}\n"
    )
    async with scripted_model(tokens(response(files))) as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": "scripted"}
        ended = await workspace.process("workflow", "run", "--until", "code", **env)
    assert ended.code == 0, ended.err


def written(workspace: Workspace, folder: str = "out") -> set[str]:
    out = workspace.folder / folder
    return {one.relative_to(out).as_posix() for one in out.rglob("*") if one.is_file()}


async def test_yes_writes_ordinary_files_alone(workspace: Workspace) -> None:
    await answered(workspace, ORDINARY | OBEYED)
    result = workspace.call("workflow", "write", "code", "--yes")
    assert result.exit_code == 1
    assert written(workspace) == set(ORDINARY)
    assert "⚠ out/.VSCode/tasks.json: editors run what it says" in result.stdout
    assert "⚠ out/conftest.py was not written: test runners" in result.stderr
    found = json.loads(workspace.call("workflow", "write", "code", "--yes", "--json").stdout)
    warnings = {one["path"]: one["warning"] for one in found["files"]}
    assert warnings["out/a.py"] is None
    assert "test runners" in warnings["out/conftest.py"]
    assert found["written"] == 0
    assert written(workspace) == set(ORDINARY)


async def test_without_obeyed_files_yes_is_all(workspace: Workspace) -> None:
    await answered(workspace, ORDINARY)
    assert workspace.call("workflow", "write", "code", "--yes").exit_code == 0
    assert written(workspace) == set(ORDINARY)
    assert workspace.call("workflow", "write", "code").exit_code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("typed", "files", "code"),
    [
        (b"y\ny\ny\n", ORDINARY | OBEYED, 0),
        (b"y\nn\ny\n", {**ORDINARY, "conftest.py": ""}, 1),
        (b"n\ny\nn\n", {".VSCode/tasks.json": ""}, 1),
        (b"n\nn\nn\n", {}, 1),
    ],
)
async def test_each_obeyed_file_is_asked_about_alone(
    workspace: Workspace, typed: bytes, files: dict[str, str], code: int
) -> None:
    await answered(workspace, ORDINARY | OBEYED)
    ended, screen = await on_terminal(
        workspace, "workflow", "write", "code", answer=(b"Write?", typed)
    )
    assert ended == code, screen
    assert written(workspace) == set(files)
    assert screen.count("[y/N]") == 3
    assert "⚠ Write out/.VSCode/tasks.json too? Look at it first: editors run" in screen


async def test_what_hides_is_shown_before_anything_is_written(workspace: Workspace) -> None:
    hiding = "if admin\u202e\u2066: pass\u2069\n# zero\u200bwidth \x1b[2K\n"
    await answered(workspace, {"a.py": hiding})
    result = workspace.call("workflow", "write", "code")
    assert "+if admin<U+202E><U+2066>: pass<U+2069>" in result.stdout
    assert "zero<U+200B>width <U+001B>[2K" in result.stdout
    assert workspace.call("workflow", "write", "code", "--yes").exit_code == 0
    assert (workspace.folder / "out" / "a.py").read_text() == hiding


async def test_windows_line_ends_are_no_noise(workspace: Workspace) -> None:
    (workspace.folder / "out").mkdir()
    (workspace.folder / "out" / "a.py").write_bytes(b"one\r\ntwo\r\n")
    await answered(workspace, {"a.py": "one\nthree\n"})
    result = workspace.call("workflow", "write", "code", "--yes")
    assert "-two\n+three\n" in result.stdout
    assert (workspace.folder / "out" / "a.py").read_bytes() == b"one\r\nthree\r\n"


async def test_a_file_that_becomes_a_prompt_is_asked_about_alone(workspace: Workspace) -> None:
    (workspace.folder / "fourfold.toml").write_text('folders = ["prompts", "templates"]\n')
    await answered(workspace, {"new.md": "Obey\n", "a.py": "x\n"}, "templates")
    workspace.call("workflow", "write", "code", "--yes")
    assert written(workspace, "templates") == {"a.py"}


async def test_a_path_that_names_the_folder_is_not_put_below_it_again(workspace: Workspace) -> None:
    await answered(workspace, {"src/x.py": "x\n", "y.py": "y\n"}, "src")
    assert workspace.call("workflow", "write", "code", "--yes").exit_code == 0
    assert written(workspace, "src") == {"x.py", "y.py"}
