"""The text edit that gives an input a default, and leaves the rest of the file as it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfold.prompts.formats import parse
from fourfold.prompts.front_matter import WITH_FRONT_MATTER, find_header
from fourfold.prompts.kinds import kind_named
from fourfold.source.problem import LineIndex, Range
from fourfold.source.yaml_nodes import plain_value, read_yaml

if TYPE_CHECKING:
    from fourfold.prompts.front_matter import FrontMatter
    from fourfold.source.yaml_nodes import Node

_EMPTY = {
    "integer": "0",
    "float": "0.0",
    "boolean": "false",
    "array": "[]",
    "object": "{}",
}


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replaces the text in `range` (empty for an insertion) by `new_text`."""

    range: Range
    new_text: str


@dataclass(frozen=True, slots=True)
class _Change:
    start: int
    end: int
    text: str


def default_edit(text: str, suffix: str, name: str) -> TextEdit | None:
    """The edit that adds an empty default for the input `name` to the front matter of `text`.

    `text` is the file as it is, with its own line ends, which the edit keeps to. None when the
    format has no front matter, the front matter is broken, or the input has a default.
    """
    suffix = suffix.lower()
    if suffix not in WITH_FRONT_MATTER:
        return None
    found = find_header(text, suffix)
    if found is None:
        start = 1 if text.startswith("\ufeff") else 0
        block = "".join(f"{line}\n" for line in ("---", *_block("", name, root=True), "---"))
        change: _Change | None = _Change(start, start, block)
    else:
        change = _change(text, found, name)
    if change is None:
        return None
    newline = "\r\n" if "\r\n" in text else "\n"
    new_text = change.text.replace("\n", newline)
    edited = text[: change.start] + new_text + text[change.end :]
    return (
        TextEdit(LineIndex(text).range(change.start, change.end), new_text)
        if _repairs(text, edited, suffix, name)
        else None
    )


def _repairs(text: str, edited: str, suffix: str, name: str) -> bool:
    """Whether the edit does what it is for, and breaks nothing: YAML has too many forms."""
    before, after = parse(text, suffix), parse(edited, suffix)
    declared = {variable.name: variable.fallback for variable in after.variables}
    kept = {variable.name for variable in before.variables} <= declared.keys()
    return kept and declared.get(name) is not None and len(after.problems) <= len(before.problems)


def _change(text: str, found: FrontMatter, name: str) -> _Change | None:
    root, error = read_yaml(found.yaml(text), found.yaml_start)
    if not found.closed or error is not None:
        return None
    if root is None:
        return _insert(found.yaml_end, "\n".join([*_block("", name, root=True), ""]))
    if root.kind != "mapping":
        return None
    inputs = root.get("inputs")
    if inputs is None:
        if root.flow:
            return _into_flow(root, f"inputs: {{{_flow_entry(name)}}}")
        lines = _block(_indent(text, root), name, root=True)
        return _insert(found.yaml_end, "\n".join([*lines, ""]))
    if inputs.is_null:
        if inputs.text:
            return _Change(inputs.start, inputs.end, f"{{{_flow_entry(name)}}}")
        lines = _block(_indent(text, root) + "  ", name)
        return _insert(inputs.start, "\n" + "\n".join(lines))
    if inputs.kind == "mapping":
        return _in_mapping(text, inputs, name)
    return _in_list(text, inputs, name) if inputs.kind == "sequence" else None


def _in_mapping(text: str, inputs: Node, name: str) -> _Change | None:
    entry = next(((k, v) for k, v in reversed(inputs.pairs) if k.text == name), None)
    if entry is None:
        if inputs.flow:
            return _into_flow(inputs, _flow_entry(name))
        indent = _indent(text, inputs)
        return _insert(inputs.start, "\n".join(_block(indent, name)).lstrip() + f"\n{indent}")
    key, value = entry
    if value.is_null:
        if value.text:
            return _Change(value.start, value.end, '""')
        indent = _indent(text, key) + "  "
        return _insert(value.start, f'\n{indent}kind: string\n{indent}default: ""')
    return _in_property(text, value)


def _in_list(text: str, inputs: Node, name: str) -> _Change | None:
    for item in reversed(inputs.items):
        named = item.get("name")
        if named is not None and named.text == name:
            return _in_property(text, item)
        if item.kind == "scalar" and item.text == name:
            indent = _indent(text, item)
            return _Change(
                item.start,
                item.end,
                f'name: {_key(name)}\n{indent}kind: string\n{indent}default: ""',
            )
    if inputs.flow:
        return _into_flow(inputs, f'{{name: {_key(name)}, kind: string, default: ""}}')
    indent = _indent(text, inputs)
    lines = [f"- name: {_key(name)}", f"{indent}  kind: string", f'{indent}  default: ""', indent]
    return _insert(inputs.start, "\n".join(lines))


def _in_property(text: str, node: Node) -> _Change | None:
    if node.kind != "mapping":
        return None
    kind = node.get("kind", "type")
    named = kind_named(kind.text) if kind is not None else None
    content = _EMPTY.get(named or "string", '""')
    present = node.get("default")
    if present is not None:
        if not present.is_null:
            return None
        blank = "" if present.text else " "
        return _Change(present.start, present.end, blank + content)
    added = f"default: {content}"
    if node.flow:
        return _into_flow(node, added)
    indent = _indent(text, node)
    if len(node.pairs) > 1:
        return _insert(node.pairs[1][0].start, f"{added}\n{indent}")
    only = node.pairs[0][1]
    line_end = text.find("\n", only.end)
    if only.kind == "scalar" and "\n" not in text[only.start : only.end] and line_end >= 0:
        line_end -= text[line_end - 1] == "\r"
        return _insert(line_end, f"\n{indent}{added}")
    return _insert(node.start, f"{added}\n{indent}")


def _insert(offset: int, new_text: str) -> _Change:
    return _Change(offset, offset, new_text)


def _into_flow(node: Node, entry: str) -> _Change:
    comma = ", " if node.pairs or node.items else ""
    return _insert(node.start + 1, entry + comma)


def _block(indent: str, name: str, *, root: bool = False) -> list[str]:
    """The lines that declare the input; with `root`, below a key `inputs` of their own."""
    if root:
        return [f"{indent}inputs:", *_block(indent + "  ", name)]
    return [f"{indent}{_key(name)}:", f"{indent}  kind: string", f'{indent}  default: ""']


def _flow_entry(name: str) -> str:
    return f'{_key(name)}: {{kind: string, default: ""}}'


def _key(name: str) -> str:
    """`name` as a YAML key; quoted unless YAML reads it as this very text."""
    if plain_value(name) == name and name.isidentifier():
        return name
    return json.dumps(name, ensure_ascii=False)


def _indent(text: str, node: Node) -> str:
    """Blanks as wide as the column that `node` starts in."""
    line_start = max(text.rfind("\n", 0, node.start), text.rfind("\r", 0, node.start)) + 1
    return " " * (node.start - line_start)
