"""VS Code's prompt files: one message of the user's, with variables that are asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fourfold.prompts.formats.format import Format

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate, PromptTemplateVariable

_VARIABLE = re.compile(
    r"\$\{(?:input:(?P<input>[\w-]+)(?::(?P<hint>[^}\n]*))?"
    r"|(?P<editor>selection|selectedText|file|fileBasename|fileDirname|fileBasenameNoExtension"
    r"|workspaceFolder|workspaceFolderBasename))\}"
)
_REFERENCE = re.compile(r"(?<![\w#])#(tool|file):[\w./-]+")


def _read(text: str) -> PromptTemplate:
    from fourfold.prompts.tool_file import HINT, free_input, read_tool_file, slotted

    file = read_tool_file(text)
    file.say_unused({"model", HINT})
    for match in _REFERENCE.finditer(file.text):
        what = "No tool is offered to" if match[1] == "tool" else "The file is not read for"
        file.report.put(
            file.range(match.start(), match.end()),
            f"{what} the model: {match[0]} is sent as it stands.",
            "information",
            "not-resolved",
        )
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
