"""On a terminal: live progress, questions, colours."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from support.scripted_model import scripted_model, tokens
from support.terminal import on_terminal

Workspace = Any

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


def at(model: Any) -> dict[str, str]:
    return {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": "scripted"}


async def test_several_runs_have_a_line_each_and_then_their_responses(
    workspace: Workspace,
) -> None:
    workspace.versions("One.\n", "Two.\n")
    async with scripted_model(tokens("Yes")) as model:
        code, screen = await on_terminal(workspace, "run", "greet", "v1", "v2", **at(model))
    assert code == 0
    assert "Status" in screen
    assert "succeeded" in screen
    assert "greet v2" in screen
    assert "==>" not in screen


async def test_tables_have_colours_unless_they_are_not_wanted(workspace: Workspace) -> None:
    workspace.versions("One.\n", "Two.\n")
    _, coloured = await on_terminal(workspace, "list", "greet")
    _, plain = await on_terminal(workspace, "list", "greet", NO_COLOR="1")
    assert "\x1b[32m" in coloured
    assert "\x1b[32m" not in plain


async def test_a_comparison_is_drawn(workspace: Workspace) -> None:
    workspace.versions("One.\n", "Two.\n")
    _, screen = await on_terminal(workspace, "compare", "greet")
    assert "| ---" not in screen
    assert "```" not in screen


@pytest.mark.parametrize(
    ("typed", "sent", "code"), [(b"y\n", 1, 0), (b"n\n", 0, 1), (b"\x04", 0, 1)]
)
async def test_an_endpoint_of_a_prompt_is_asked_about_once(
    workspace: Workspace, typed: bytes, sent: int, code: int
) -> None:
    async with scripted_model(tokens("Yes")) as model:
        (workspace.folder / "prompts" / "sent.prompty").write_text(
            "---\nname: sent\nmodel:\n  id: m\n  connection:\n    kind: key\n"
            f"    endpoint: {model.base_url}\n---\nuser:\nHi\n"
        )
        answer = (b"[y/N]: ", typed)
        ended, screen = await on_terminal(workspace, "run", "sent", answer=answer)
        assert "Send it there, now and in future?" in screen
        assert len(model.requests) == sent
        assert ended == code
        if sent:
            ended, screen = await on_terminal(workspace, "run", "sent")
            assert "Send it there" not in screen
            assert ended == 0
