"""Dotprompt: front matter with Picoschema, and a Handlebars text with roles."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fourfold.prompts.formats.format import Format

if TYPE_CHECKING:
    from fourfold.prompts.front_matter import FrontMatter
    from fourfold.prompts.handlebars_source import HandlebarsSource
    from fourfold.prompts.header import Header
    from fourfold.prompts.template import PromptTemplate, PromptTemplateVariable
    from fourfold.source.report import Report
    from fourfold.source.yaml_nodes import Node

# lines of a comment may stand before it, such as a licence
_OPENING = re.compile(r"(?:(?:#[^\n]*+|[ \t]*+)\n)*+(---)[ \t]*+(?:\n|\Z)")
_CLOSING = re.compile(r"^---[ \t]*+$", re.MULTILINE)
_KEYS = ("name", "description", "variant", "version", "model", "config", "input", "output", "tools")
_CONFIG = {
    "temperature": "temperature",
    "topP": "top_p",
    "topK": "top_k",
    "maxOutputTokens": "max_output_tokens",
    "stopSequences": "stop",
}
_TYPES = {
    **{name: name for name in ("string", "integer", "boolean", "array", "object")},
    "number": "float",
}
_LOST = {
    "media": "Only text is sent to a model today: of this its address is put in.",
    "section": "A run does not use sections: nothing is put in here.",
}


def _read(text: str) -> PromptTemplate:
    from fourfold.prompts.handlebars_body import HandlebarsBody
    from fourfold.prompts.handlebars_source import read_handlebars
    from fourfold.prompts.header import Header, read_found
    from fourfold.prompts.template import PromptTemplate
    from fourfold.source.report import Report

    report = Report(text)
    found = front_matter(text)
    header, offset = Header(), 0
    if found is not None:
        header, offset = read_found(found, report, _header), found.body_start
    body = text[offset:]
    if found is not None:
        offset += len(body) - len(body.lstrip())
        body = body.strip()
    source = read_handlebars(body)
    variables = header.inputs
    if source.fault is not None:
        fault = source.fault
        report.add(offset + fault.start, offset + fault.end, fault.message, "error", fault.code)
    elif not header.broken:
        variables = _used(source, header.inputs, offset, report)
        _say_of_calls(source, offset, report)
    return PromptTemplate(
        format="dotprompt",
        name=header.name,
        description=header.description,
        model=header.model,
        parameters=header.parameters,
        response_format=header.response_format,
        variables=tuple(variables),
        problems=report.problems(),
        body=HandlebarsBody(
            body, report.lines.position(offset).line, tuple(sorted(source.partials))
        ),
        accepts_defaults=None,
    )


def front_matter(text: str) -> FrontMatter | None:
    """Where the front matter of a text stands, before which there may be comments."""
    from fourfold.prompts.front_matter import FrontMatter

    opening = _OPENING.match(text)
    if opening is None:
        return None
    start = opening.end()
    closing = _CLOSING.search(text, start)
    if closing is None:
        return FrontMatter(opening.start(1), start, len(text), len(text), closed=False)
    end = min(closing.end() + 1, len(text))
    return FrontMatter(opening.start(1), start, closing.start(), end, closed=True)


def _header(root: Node, report: Report) -> Header:
    from fourfold.prompts.header import Header
    from fourfold.prompts.model_section import check_tools, scalar
    from fourfold.prompts.template import ModelReference

    for key, _ in root.pairs:
        if key.kind == "scalar" and key.text not in (*_KEYS, "metadata", "ext"):
            _unused(key, report)
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


def _unused(key: Node, report: Report) -> None:
    message = f"A run does not use {key.text}: it is a single question and its answer."
    report.at(key, message, "information", "unused-key", key.text)


def _config(node: Node | None, report: Report) -> dict[str, Any]:
    from fourfold.prompts.model_section import is_number, is_texts, is_whole

    parameters: dict[str, Any] = {}
    for key, value in node.pairs if node is not None else ():
        content = value.value()
        neutral = _CONFIG.get(key.text)
        if content is None:
            continue
        if neutral is None:
            _unused(key, report)
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
    from fourfold.prompts.model_section import scalar
    from fourfold.prompts.picoschema import json_schema

    if node is None:
        return None
    for key, _ in node.pairs:
        if key.kind == "scalar" and key.text not in ("format", "schema"):
            _unused(key, report)
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
    from fourfold.prompts.kinds import kind_of
    from fourfold.prompts.picoschema import fields
    from fourfold.prompts.template import PromptTemplateVariable
    from fourfold.prompts.tool_file import free_input

    if node is None:
        return []
    for key, _ in node.pairs:
        if key.kind == "scalar" and key.text not in ("default", "schema"):
            _unused(key, report)
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


def _used(
    source: HandlebarsSource,
    declared: list[PromptTemplateVariable],
    offset: int,
    report: Report,
) -> list[PromptTemplateVariable]:
    """The declared inputs, then what the text uses besides."""
    from fourfold.prompts.tool_file import free_input

    variables = list(declared)
    names = {variable.name for variable in declared}
    for used in source.variables:
        if used.name in names:
            continue
        start, end = offset + used.start, offset + used.end
        if declared:
            report.add(
                start,
                end,
                f"{used.name} is not in the schema of the input.",
                "warning",
                "undeclared-input",
                used.name,
            )
        where = report.lines.range(start, end)
        variables.append(free_input(used.name, where, optional=used.optional))
    for variable in declared:
        if variable.name not in source.names and not source.partials:
            report.put(
                variable.range,
                f"The text does not use the input {variable.name}.",
                "information",
                "unused-input",
                variable.name,
            )
    return variables


def _say_of_calls(source: HandlebarsSource, offset: int, report: Report) -> None:
    from fourfold.prompts.handlebars_source import HELPERS

    for name, start, end in source.calls:
        if name in _LOST:
            report.add(offset + start, offset + end, _LOST[name], "information", "not-resolved")
        elif name not in HELPERS and name not in ("if", "unless", "each", "with"):
            report.add(
                offset + start,
                offset + end,
                f"{name} is no helper of Dotprompt's, so the prompt cannot be rendered: write it "
                "without.",
                "error",
                "unknown-helper",
                name,
            )


DOTPROMPT = Format(
    "dotprompt",
    _read,
    suffixes=(".prompt",),
    keys={
        "name": "what the prompt is called",
        "description": "what it is for",
        "variant": "which of several with this name",
        "model": "the model's id",
        "config": "how it answers",
        **{f"config.{name}": "sent to the model" for name in _CONFIG},
        "input": "what the text asks for",
        "input.schema": "its names and types, in Picoschema",
        "input.default": "values by name",
        "output": "what is asked of the model",
        "output.format": "text or json",
        "output.schema": "the JSON, in Picoschema",
        "tools": "not offered to the model today",
        "metadata": "anything",
    },
    opening="{{",
    words={
        'role "system"': "begins a message",
        'role "user"': "begins a message",
        'role "model"': "begins a message",
        "history": "where the conversation so far would stand",
        "json": "a value as JSON",
    },
)
