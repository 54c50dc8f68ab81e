"""What the tools put in for a part of a text where a run does not: each is told, and sent as it
stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NO_FILE = "No file is read for a prompt"


@dataclass(frozen=True, slots=True)
class Unresolved:
    """What to look for, and why nothing is put in; `in_code` says that it counts there too."""

    pattern: re.Pattern[str]
    because: str
    in_code: bool = False

    def search(self, text: str) -> list[re.Match[str]]:
        return list(self.pattern.finditer(text if self.in_code else _without_code(text)))


CLAUDE_COMMANDS = Unresolved(re.compile(r"!`[^`\n]+`"), "No command is run for a prompt", True)
CLAUDE_FILES = Unresolved(
    re.compile(r"(?<![\w`/@.])@(?:~/|\.{0,2}/)?(?:[\w.-]+/)*[\w-]+\.\w+(?![\w(.])"), _NO_FILE
)
CLAUDE_VALUES = Unresolved(
    re.compile(r"\$ARGUMENTS(?:\[[0-9]\])?(?!\w)|\$\{CLAUDE_[A-Z_]+\}"),
    "Only Claude Code knows what to put in here",
    True,
)
VSCODE_TOOLS = Unresolved(
    re.compile(r"(?<![\w#])#tool:[\w./-]*\w"), "No tool is offered to the model"
)
VSCODE_FILES = Unresolved(
    re.compile(
        r"(?<![\w#])#file:[\w./-]*\w"
        r"|(?<!!)\[[^\[\]\n]{0,200}\]\((?![a-zA-Z][\w+.-]*:|[#/])[^)\s]{1,200}\)"
    ),
    _NO_FILE,
)
VSCODE_VALUES = Unresolved(
    re.compile(r"\$\{(?:input:[^}\n]{1,200}|selection|selectedText|file\w*|workspaceFolder\w*)\}"),
    "Only VS Code knows what to put in here",
    True,
)

_CODE = re.compile(r"^[ \t]*+(```|~~~).*?^[ \t]*+\1|`[^`\n]+`", re.DOTALL | re.MULTILINE)


def _without_code(text: str) -> str:
    """The text with blanks where code stands, in which tools look for nothing."""
    return _CODE.sub(lambda code: " " * len(code[0]), text)
