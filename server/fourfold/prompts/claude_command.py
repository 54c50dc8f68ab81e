"""Reads a command of Claude Code's."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

from fourfold.prompts.body import Slot, as_text
from fourfold.prompts.formats.claude_command import ARGUMENTS
from fourfold.prompts.tool_file import HINT, free_input, read_tool_file, slotted
from fourfold.prompts.unresolved import CLAUDE_COMMANDS, CLAUDE_FILES

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate

_PLACEHOLDER = re.compile(r"(?<![\\\w$])\$(?:ARGUMENTS(?:\[([0-9])\])?(?!\w)|([0-9])(?!\w|[.,]\d))")


def read_claude_command(text: str) -> PromptTemplate:
    """What a normalised text holds. Never raises."""
    file = read_tool_file(text)
    file.say_unused({"model", HINT})
    file.say_unresolved(CLAUDE_COMMANDS, CLAUDE_FILES)
    parts, slots = slotted(file, _PLACEHOLDER, _name)
    hint = file.words(HINT)
    if not slots:
        # as Claude Code does where a command does not say where they go
        parts.append(Slot(ARGUMENTS, before=f"\n\n{ARGUMENTS}: "))
    names = {name: file.range(match.start(), match.end()) for name, match in reversed(slots)}
    whole = ARGUMENTS in names
    where = names.pop(ARGUMENTS, file.range(0, 0))
    variables = [
        free_input(ARGUMENTS, where, description=hint, optional=not whole),
        *(free_input(name, names[name], description=hint) for name in sorted(names)),
    ]
    # where $0 is used it is the first one, else $1 is
    first = 0 if "0" in names else 1
    return file.template(
        "claude-command",
        [("user", parts)],
        variables,
        lambda values: _completed(values, sorted(names), first),
    )


def _name(match: re.Match[str]) -> str:
    """`$ARGUMENTS[0]` is `$0`."""
    return match[1] or match[2] or ARGUMENTS


def _completed(values: dict[str, Any], names: list[str], first: int) -> dict[str, Any]:
    """Each argument from all of them, and all of them from each, as far as they are not given."""
    values = dict(values)
    whole = values.get(ARGUMENTS)
    if whole is None and names and all(name in values for name in names):
        values[ARGUMENTS] = " ".join(as_text(values[name]) for name in names)
    elif whole is not None and names:
        words = _words(str(whole))
        for name in names:
            place = int(name) - first
            values.setdefault(name, words[place] if place < len(words) else "")
    return values


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # a quote that does not end
        return text.split()
