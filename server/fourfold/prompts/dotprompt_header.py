"""The front matter of a Dotprompt file: the model, its configuration, inputs and output."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fourfold.prompts.formats.dotprompt import CONFIG
from fourfold.prompts.front_matter import FrontMatter
from fourfold.prompts.header import Header
from fourfold.prompts.kinds import kind_of
from fourfold.prompts.model_section import check_tools, is_number, is_texts, is_whole, scalar
from fourfold.prompts.picoschema import fields, json_schema
from fourfold.prompts.template import ModelReference, PromptTemplateVariable
from fourfold.prompts.tool_file import free_input
from fourfold.prompts.unused_keys import key_unused, say_unused

if TYPE_CHECKING:
    from fourfold.source.report import Report
    from fourfold.source.yaml_nodes import Node

# lines of a comment may stand before it, such as a licence
_OPENING = re.compile(r"(?:(?:#[^\n]*+|[ \t]*+)\n)*+(---)[ \t]*+(?:\n|\Z)")
_CLOSING = re.compile(r"^---[ \t]*+$", re.MULTILINE)
_KEYS = ("name", "description", "variant", "version", "model", "config", "input", "output", "tools")
_SINGLE = ": it is a single question and its answer"
_TYPES = {
    **{name: name for name in ("string", "integer", "boolean", "array", "object")},
    "number": "float",
}


def front_matter(text: str) -> FrontMatter | None:
    """Where the front matter of a text stands, before which there may be comments."""
    opening = _OPENING.match(text)
    if opening is None:
        return None
    start = opening.end()
    closing = _CLOSING.search(text, start)
    if closing is None:
        return FrontMatter(opening.start(1), start, len(text), len(text), closed=False)
    end = min(closing.end() + 1, len(text))
    return FrontMatter(opening.start(1), start, closing.start(), end, closed=True)


def read_keys(root: Node, report: Report) -> Header:
    """What its keys say; of each that a run does not use that is said."""
    say_unused(root, (*_KEYS, "metadata", "ext"), report, _SINGLE)
    check_tools(root.get("tools"), report)
    model = root.get("model")
    name = scalar(model, "model", report)
    return Header(
        name=scalar(root.get("name"), "name", report),
        description=scalar(root.get("description"), "description", report),
        model=ModelReference(name, range=report.node_range(model) if model and name else None),
        parameters=_config(_section(root, "config", report), report),
        response_format=_output(_section(root, "output", report), report),
        inputs=_inputs(_section(root, "input", report), report),
    )


def _section(root: Node, name: str, report: Report) -> Node | None:
    node = root.get(name)
    if node is None or node.is_null:
        return None
    if node.kind != "mapping":
        report.wrong_type(node, name, "a mapping")
        return None
    return node


def _config(node: Node | None, report: Report) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    for key, value in node.pairs if node is not None else ():
        content = value.value()
        neutral = CONFIG.get(key.text)
        if content is None:
            continue
        if neutral is None:
            key_unused(key, report, _SINGLE)
            continue
        fits, expected = is_number(content), "a number"
        if neutral == "stop":
            content = [content] if isinstance(content, str) else content
            fits, expected = is_texts(content), "a list of texts"
        elif neutral in ("max_output_tokens", "top_k"):
            fits, expected = is_whole(content), "a whole number"
        if fits:
            parameters[neutral] = content
        else:
            report.wrong_type(value, key.text, expected)
    return parameters


def _output(node: Node | None, report: Report) -> dict[str, Any] | None:
    if node is None:
        return None
    say_unused(node, ("format", "schema"), report, _SINGLE)
    kind, schema = node.get("format"), node.get("schema")
    name = scalar(kind, "format", report) or ("json" if schema is not None else "text")
    if name != "json":
        if name != "text" and kind is not None:
            message = f"Only json is asked of the model: {name} is left to the text."
            report.at(kind, message, "information", "output-format")
        return None
    wanted = None if schema is None or schema.is_null else json_schema(schema, report)
    if wanted is None or wanted.get("type") != "object":
        return {"type": "json_object"}
    return {"type": "json_schema", "json_schema": {"name": "output", "schema": wanted}}


def _inputs(node: Node | None, report: Report) -> list[PromptTemplateVariable]:
    if node is None:
        return []
    say_unused(node, ("default", "schema"), report, _SINGLE)
    schema, given = node.get("schema"), node.get("default")
    if schema is not None and schema.kind == "scalar" and not schema.is_null:
        message = f"{schema.text} is a schema that only an application knows: any input is taken."
        report.at(schema, message, "information", "unknown-type")
    defaults: dict[str, Any] = {}
    if given is not None and given.kind == "mapping":
        defaults = given.value()
    found = []
    for one in fields(schema, report):
        type_ = one.schema.get("type")
        if isinstance(type_, list):
            type_ = next((it for it in type_ if it != "null"), None)
        kind = _TYPES.get(type_) if isinstance(type_, str) else None
        default = defaults.pop(one.name, None)
        found.append(
            PromptTemplateVariable(
                name=one.name,
                kind=kind or kind_of(default),
                required=one.required,
                default=default,
                example=None,
                description=one.schema.get("description"),
                range=report.node_range(one.key),
                typed=kind is not None,
                optional=not one.required,
            )
        )
    for key, _ in given.pairs if given is not None else ():
        if key.text in defaults:
            value = defaults.pop(key.text)
            free = free_input(key.text, report.node_range(key), optional=True)
            found.append(replace(free, kind=kind_of(value), default=value, declared=True))
    return found
