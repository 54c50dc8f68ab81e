"""JSON as nodes with places, the same as those of YAML."""

from __future__ import annotations

import json
import re
from json import decoder

from fourfold.source.yaml_nodes import MAX_DEPTH, Node, YamlError

_SCAN_TEXT = vars(decoder)["scanstring"]  # which its types do not name
_BLANK = re.compile(r"[ \t\n\r]*")
_WORD = re.compile(r"[-+.\w]+")


def read_json_nodes(source: str, offset: int = 0) -> tuple[Node | None, YamlError | None]:
    """The root node of `source`, which stands at `offset`; or what is wrong with it."""
    try:
        json.loads(source)
        root, _ = _value(source, _BLANK.match(source).end(), offset, MAX_DEPTH)  # type: ignore[union-attr]
    except json.JSONDecodeError as error:
        return None, YamlError(f"it is not JSON: {error.msg}", offset + error.pos)
    except (RecursionError, ValueError):
        return None, YamlError(f"it is nested more than {MAX_DEPTH} levels deep", offset)
    except YamlError as error:
        return None, error
    return root, None


def _value(text: str, start: int, offset: int, depth: int) -> tuple[Node, int]:
    """The value that begins at `start`, and where what follows it begins. The text is JSON."""
    if not depth:
        raise YamlError(f"it is nested more than {MAX_DEPTH} levels deep", offset + start)
    first = text[start]
    if first == '"':
        content, end = _SCAN_TEXT(text, start + 1)
        return Node("scalar", offset + start, offset + end, content), _after(text, end)
    if first not in "{[":
        end = _WORD.match(text, start).end()  # type: ignore[union-attr]
        node = Node("scalar", offset + start, offset + end, text[start:end], plain=True)
        return node, _after(text, end)
    node = Node("mapping" if first == "{" else "sequence", offset + start, 0, flow=True)
    place = _after(text, start + 1)
    while text[place] not in "}]":
        item, place = _value(text, place, offset, depth - 1)
        if first == "{":
            value, place = _value(text, _after(text, place + 1), offset, depth - 1)
            node.pairs.append((item, value))
        else:
            node.items.append(item)
        if text[place] == ",":
            place = _after(text, place + 1)
    node.end = offset + place + 1
    return node, _after(text, place + 1)


def _after(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place
