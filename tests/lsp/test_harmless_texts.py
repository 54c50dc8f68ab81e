"""What a stranger names is text in an editor: no link, no picture, no icon, nothing hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pygls.exceptions import JsonRpcException

from fourfold.lsp.labels import label
from lsp.support.session import session
from lsp.support.workflow_file import open_workflow
from support.scripted_model import tokens

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.profiles import Profile

ACTS = "![x](https://e.example/x.png) [run](command:a.b) <img src=x> $(alert) \\e]0;x\\a \\u202e"
QUOTED = f'"{ACTS}"'
PROMPT = (
    f"---\ninputs:\n  it:\n    description: {QUOTED}\n    required: true\n---\nuser:\n{{{{it}}}}\n"
)


async def test_a_hover_shows_titles_and_descriptions_as_they_are(
    vscode: Profile, tmp_path: Path
) -> None:
    text = f"steps:\n  a:\n    title: {QUOTED}\n    inputs: {{it: {{file: x.md}}}}\n"
    (tmp_path / "work" / "prompts").mkdir(parents=True)
    (tmp_path / "work" / "prompts" / "a.prompty").write_text(PROMPT)
    async with open_workflow(vscode, tmp_path, text, {}) as workflow:
        for mark in ("  ¦a:", "{¦it:"):
            hover = await workflow.client.hover(workflow.uri, *workflow.at(mark))
            assert r"!\[x\](https\:\/\/e.example/x.png)" in hover
            assert r"\[run\](command:a.b) \<img src=x\>" in hover
            assert r"\<U+001B\>\]0;x" in hover
            assert "\u202e" not in hover


async def test_messages_and_progress_hold_no_link(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hi"), name="[x](command:a.b)$(alert).md") as s:
        with pytest.raises(JsonRpcException) as caught:
            await s.client.run("fourfold.showRun", uri=s.uri, run="[y](command:a.b)\x1b[5m\u202e")
        assert "[y] (command:a.b)<U+001B>[5m<U+202E>" in str(caught.value)
        await s.run_to_end()
        titles = [one.title for one in s.client.progress.values()]
        assert titles == ["[x] (command:a.b)$ (alert) v1"]


async def test_a_response_with_a_picture_is_shown_in_a_code_block(tmp_path: Path) -> None:
    response = "Look:\n\n![x](https://e.example/x.png)\n"
    async with session(tmp_path, tokens(response)) as s:
        run = await s.run_to_end()
        uri = (await s.client.run("fourfold.showResponse", uri=s.uri))["uri"]
        assert (await s.text(uri)).strip() == f"```markdown\n{response}```"
        assert (await s.text(run["uri"])).count("```markdown") >= 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[a](b) [c]((d", "[a] (b) [c] ((d"),
        ("$(x) $((y))", "$ (x) $ ((y))"),
        ("a\nb\x07", "a b<U+0007>"),
        ("v3 of v1–v4 · current ▾", "v3 of v1–v4 · current ▾"),
    ],
)
def test_a_label_is_text(text: str, shown: str) -> None:
    assert label(text) == shown
