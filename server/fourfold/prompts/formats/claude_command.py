"""Claude Code's commands: one message of the user's, with the arguments that follow the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.prompts.formats.format import Format

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate

ARGUMENTS = "ARGUMENTS"


def _read(text: str) -> PromptTemplate:
    from fourfold.prompts.claude_command import read_claude_command

    return read_claude_command(text)


CLAUDE_COMMAND = Format(
    "claude-command",
    _read,
    folders=(".claude/commands/**",),
    keys={
        "description": "what it is for",
        "argument-hint": "what to write after the command",
        "model": "a run asks for it, if it is an id",
        "allowed-tools": "for Claude Code alone",
        "disable-model-invocation": "for Claude Code alone",
    },
    opening="$",
    words={ARGUMENTS: "all that follows the command", "1": "the first of it"},
    has_readmes=True,
)
