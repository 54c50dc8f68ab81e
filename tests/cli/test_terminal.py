"""On a terminal: live progress, questions, colours."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from support.scripted_model import scripted_model, tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

Workspace = Any
LIMIT = 20.0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


async def on_terminal(
    workspace: Workspace,
    *arguments: str,
    answer: tuple[bytes, bytes] = (b"never asked", b""),
    **environment: str,
) -> tuple[int, str]:
    """The exit code and all that a terminal of 80 columns was sent. `answer` is a
    question, and what is typed when it appears."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    variables: Mapping[str, str] = {**os.environ, "TERM": "xterm-256color", **environment}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "fourfold", *arguments),
        cwd=workspace.folder,
        env=variables,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = b""
    question, typed = answer
    loop, ended, answered = asyncio.get_running_loop(), asyncio.Event(), False

    def read() -> None:
        nonlocal written, answered
        try:
            piece = os.read(ours, 65536)
        except OSError:  # how Linux tells that the other side is closed
            piece = b""
        written += piece
        if not piece:
            loop.remove_reader(ours)
            ended.set()
        if question in written and not answered:
            answered = True
            os.write(ours, typed)

    loop.add_reader(ours, read)
    try:
        async with asyncio.timeout(LIMIT):
            await ended.wait()
            code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
        loop.remove_reader(ours)
        os.close(ours)
    return code, written.decode()


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
