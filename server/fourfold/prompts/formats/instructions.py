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


SKILL = Format("skill", partial(_read, "skill"), names=("SKILL.md",))
AGENT = Format("agent", partial(_read, "agent"), suffixes=(".agent.md",))
CLAUDE_AGENT = Format(
    "claude-agent", partial(_read, "claude-agent"), folders=(".claude/agents/*",), has_readmes=True
)
INSTRUCTIONS = Format(
    "instructions",
    partial(_read, "instructions"),
    suffixes=(".instructions.md",),
    names=("AGENTS.md", "CLAUDE.md"),
    paths=(".github/copilot-instructions.md",),
)
