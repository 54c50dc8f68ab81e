"""Reads a prompt file of VS Code's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fourfold.prompts.tool_file import HINT, free_input, read_tool_file, slotted
from fourfold.prompts.unresolved import VSCODE_FILES, VSCODE_TOOLS

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate, PromptTemplateVariable

_VARIABLE = re.compile(
    r"\$\{(?:input:(?P<input>[\w-]+)(?::(?P<hint>[^}\n]{0,200}))?"
    r"|(?P<editor>selection|selectedText|file|fileBasename|fileDirname|fileBasenameNoExtension"
    r"|workspaceFolder|workspaceFolderBasename))\}"
)


def read_vscode_prompt(text: str) -> PromptTemplate:
    """What a normalised text holds. Never raises."""
    file = read_tool_file(text)
    file.say_unused({"model", HINT})
    file.say_unresolved(VSCODE_TOOLS, VSCODE_FILES)
    parts, slots = slotted(file, _VARIABLE, lambda match: str(match["input"] or match["editor"]))
    variables: dict[str, PromptTemplateVariable] = {}
    for name, match in slots:
        editor = f"What VS Code puts in as {match[0]}." if match["editor"] else None
        description = match["hint"] or editor
        known = variables.get(name)
        if known is None or (known.description is None and description):
            where = file.range(match.start(), match.end()) if known is None else known.range
            variables[name] = free_input(name, where, description=description)
    return file.template("vscode-prompt", [("user", parts)], variables.values())
