"""VS Code's prompt files: one message of the user's, with variables that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.prompts.formats.format import Format

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate


def _read(text: str) -> PromptTemplate:
    from fourfold.prompts.vscode_prompt import read_vscode_prompt

    return read_vscode_prompt(text)


VSCODE_PROMPT = Format(
    "vscode-prompt",
    _read,
    suffixes=(".prompt.md",),
    keys={
        "name": "what is typed after /",
        "description": "what it is for",
        "argument-hint": "what to write after its name",
        "model": "a run asks for it, if it is an id",
        "agent": "for VS Code alone",
        "tools": "for VS Code alone",
    },
    opening="${input:",
)
