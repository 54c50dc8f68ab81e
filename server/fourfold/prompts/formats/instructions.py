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
    partial(_read, "skill"),
    names=("SKILL.md",),
    keys=_for_tools("license", "compatibility", "metadata", "allowed-tools"),
)
AGENT = Format(
    "agent",
    partial(_read, "agent"),
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
    partial(_read, "instructions"),
    suffixes=(".instructions.md",),
    names=("AGENTS.md", "CLAUDE.md"),
    paths=(".github/copilot-instructions.md",),
    keys=_for_tools("applyTo", "excludeAgent"),
)
