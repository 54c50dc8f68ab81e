"""A response that is Markdown, which models like to wrap in a code block."""

from __future__ import annotations

import re

from fourfold.text.same import normalize

_OPENING = re.compile(r"(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*?)[ \t]*")
_WRAPPERS = {"markdown", "md"}


def read_markdown(response: str) -> str:
    """`response` without the one ```` ```markdown ```` fence that wraps all of it, if one does.

    Models seldom give the wrapper a longer fence than the code blocks inside it, so a fence with
    a language opens a block here, and one without closes the last that was opened.
    """
    lines = normalize(response).strip().split("\n")
    opening = _OPENING.fullmatch(lines[0])
    if opening is None or opening["info"].lower() not in _WRAPPERS:
        return response
    open_fences = [opening["fence"]]
    for number, line in enumerate(lines[1:], 1):
        fence = _OPENING.fullmatch(line.strip())
        if fence is None:
            continue
        if not fence["info"] and _closes(fence["fence"], open_fences[-1]):
            open_fences.pop()
            if not open_fences:
                wraps = number == len(lines) - 1
                return "\n".join(lines[1:-1]) + "\n" if wraps else response
        elif fence["info"]:
            open_fences.append(fence["fence"])
    return response


def _closes(fence: str, opening: str) -> bool:
    return fence[0] == opening[0] and len(fence) >= len(opening)
