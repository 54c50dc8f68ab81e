"""YAML values as version 1.2 reads them: `no` and `on` are texts, and 010 is ten.

Test files of promptfoo are read that way; prompts are read by the rules of 1.1 (`yaml_nodes`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fourfold.source.yaml_nodes import expanded

if TYPE_CHECKING:
    from fourfold.source.yaml_nodes import Node

_MAX_VALUES = 500_000
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_BASED = re.compile(r"0o([0-7]{1,300})|0x([0-9a-fA-F]{1,300})")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def value_of(node: Node) -> Any:
    """Text, bool, int, float, None, list or dict with text keys.

    Raises YamlError where aliases make it too large.
    """
    return expanded(node, scalar, [_MAX_VALUES])


def scalar(text: str) -> Any:
    """A plain scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if based := _BASED.fullmatch(text):
        octal, hexadecimal = based.groups()
        return int(octal, 8) if octal else int(hexadecimal, 16)
    return float(text) if _FLOAT.fullmatch(text) else text
