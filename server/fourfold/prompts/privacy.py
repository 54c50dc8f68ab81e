"""Whether a prompt asks to stay with its user: `metadata: {fourfold: {private: true}}`."""

from __future__ import annotations

from fourfold.prompts.front_matter import find_front_matter
from fourfold.prompts.header import MAX_FRONT_MATTER
from fourfold.source.yaml_nodes import YamlError, read_yaml

_WORD = "private"


def is_private(text: str) -> bool:
    """Of a prompt of any format, in front matter or, where it has none, as YAML all of it. What may
    ask for it and cannot be read asks for it."""
    if _WORD not in text:
        return False
    found = find_front_matter(text)
    yaml = found.yaml(text) if found is not None else text
    if _WORD not in yaml:
        return False
    if len(yaml) > MAX_FRONT_MATTER:
        return True
    root, error = read_yaml(yaml)
    if error is not None:
        return found is not None
    try:
        node = root.get("metadata", "fourfold", _WORD) if root is not None else None
        return node is not None and node.value() is not False
    except YamlError:
        return True
