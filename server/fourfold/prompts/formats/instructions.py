"""Files that tell a model how to work: skills, agents and instructions of coding tools."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fourfold.prompts.formats.format import Format

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate


def _read(format_: str, text: str) -> PromptTemplate:
    from fourfold.prompts.tool_file import instructions

    return instructions(text, format_)


def _read_skill(text: str) -> PromptTemplate:
    from fourfold.prompts.tool_file import instructions
    from fourfold.prompts.unresolved import CLAUDE_COMMANDS, CLAUDE_VALUES

    return instructions(text, "skill", CLAUDE_COMMANDS, CLAUDE_VALUES)


def _read_claude_memory(text: str) -> PromptTemplate:
    from fourfold.prompts.tool_file import instructions
    from fourfold.prompts.unresolved import CLAUDE_FILES

    return instructions(text, "instructions", CLAUDE_FILES)


def _read_of_vscode(format_: str, text: str) -> PromptTemplate:
    from fourfold.prompts.tool_file import instructions
    from fourfold.prompts.unresolved import VSCODE_FILES, VSCODE_TOOLS, VSCODE_VALUES

    return instructions(text, format_, VSCODE_TOOLS, VSCODE_FILES, VSCODE_VALUES)


_KEYS = {
    "name": "what it is called",
    "description": "what it is for, and when",
    "model": "a run asks for it, if it is an id",
    "argument-hint": "what a task has to say",
}


def _for_tools(*keys: str) -> dict[str, str]:
    return {**_KEYS, **dict.fromkeys(keys, "for the tool alone")}


SKILL = Format(
    "skill",
    _read_skill,
    names=("SKILL.md",),
    keys=_for_tools("license", "compatibility", "metadata", "allowed-tools"),
)
AGENT = Format(
    "agent",
    partial(_read_of_vscode, "agent"),
    suffixes=(".agent.md",),
    keys=_for_tools("tools", "agents", "handoffs", "mcp-servers", "target"),
)
CLAUDE_AGENT = Format(
    "claude-agent",
    partial(_read, "claude-agent"),
    folders=(".claude/agents/*",),
    keys=_for_tools("tools", "disallowedTools", "permissionMode", "color"),
    has_readmes=True,
)
INSTRUCTIONS = Format(
    "instructions",
    partial(_read_of_vscode, "instructions"),
    suffixes=(".instructions.md",),
    paths=(".github/copilot-instructions.md",),
    keys=_for_tools("applyTo", "excludeAgent"),
)
MEMORY = Format("instructions", partial(_read, "instructions"), names=("AGENTS.md",), keys=_KEYS)
CLAUDE_MEMORY = Format("instructions", _read_claude_memory, names=("CLAUDE.md",), keys=_KEYS)

INSTRUCTING = (CLAUDE_AGENT, SKILL, AGENT, INSTRUCTIONS, MEMORY, CLAUDE_MEMORY)
