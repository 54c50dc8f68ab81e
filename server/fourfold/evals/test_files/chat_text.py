"""promptfoo's prompts as texts: a chat in JSON or YAML becomes one with role sections."""

from __future__ import annotations

import json
import re
from typing import Any

from fourfold.errors import FourfoldError
from fourfold.evals.yaml_values import value_of
from fourfold.source.yaml_nodes import YamlError, read_yaml

_CHAT = re.compile(r"\s*(?:\[\s*\{|-\s+\{?\s*[\"']?(?:role|content)[\"']?\s*:)")
_ROLES = ("system", "developer", "user", "assistant")
_ROLE_LINE = re.compile(rf"^\s*#*\s*(?:{'|'.join(_ROLES)})\s*:\s*$", re.IGNORECASE | re.MULTILINE)
PLAIN, WITH_ROLES = ".txt", ".prompty"


def prompt_text(text: str) -> tuple[str, str]:
    """The text of a prompt, and the suffix that says how it is read.

    Raises FourfoldError for a chat that cannot be told as text.
    """
    if not _CHAT.match(text):
        return text, PLAIN
    messages = _messages(text)
    if not isinstance(messages, list) or not messages or not all(map(_is_message, messages)):
        raise FourfoldError(
            "A chat is a list of messages with a role and a text as content, before its variables "
            "are filled in: write it as a Prompty file."
        )
    parts = [f"{one['role']}:\n{one['content']}" for one in messages]
    return "\n\n".join(parts) + "\n", WITH_ROLES


def _messages(text: str) -> Any:
    try:
        if text.lstrip().startswith("["):
            return json.loads(text)
        node, error = read_yaml(text)
        return None if node is None or error is not None else value_of(node)
    except (ValueError, RecursionError, YamlError):
        return None


def _is_message(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.get("role") in _ROLES
        and isinstance(value.get("content"), str)
        # a line of its own that opens another message
        and _ROLE_LINE.search(value["content"]) is None
    )
