"""Reads a prompt file of GitHub Models."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from fourfold.prompts.body import FilledBody, FilledMessage, Slot
from fourfold.prompts.formats.github_models import NAME, PARAMETERS, ROLES
from fourfold.prompts.kinds import kind_of
from fourfold.prompts.model_section import is_number, is_texts, is_whole, scalar
from fourfold.prompts.template import ModelReference, PromptTemplate, PromptTemplateVariable
from fourfold.prompts.unused_keys import say_unused
from fourfold.source.report import Report
from fourfold.source.yaml_nodes import YamlError, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.prompts.body import Role
    from fourfold.source.yaml_nodes import Node

_VARIABLE = re.compile(r"\{\{([\w.-]+)\}\}")
_OTHER = re.compile(r"\{\{(?![\w.-]+\}\})([^{}\n]{1,200})\}\}")
_NAME = re.compile(r"[\w.-]+")
_TESTS = ("testData", "evaluators")
_KEYS = (
    *("name", "description", "model", "modelParameters", "messages"),
    *("responseFormat", "jsonSchema", *_TESTS),
)


def read_github_models(text: str) -> PromptTemplate:
    """What a normalised text holds. Never raises."""
    report = Report(text)
    root, error = read_yaml(text)
    try:
        if error is None and root is not None and root.kind == "mapping":
            return _template(root, report)
    except YamlError as too_large:
        error = too_large
    report = Report(text)
    if error is not None:
        start = max(0, min(error.offset, len(text.rstrip()) - 1))
        line_end = text.find("\n", start)
        end = line_end if line_end >= 0 else len(text)
        report.add(start, end, f"The file is not valid YAML: {error}.", "error", "yaml")
    elif root is not None and not root.is_null:
        message = "The file must be a mapping with messages: write messages: and a list below it."
        report.at(root, message, "error", "yaml-mapping")
    return _template(None, report)


def _template(root: Node | None, report: Report) -> PromptTemplate:
    def get(key: str) -> Node | None:
        return root.get(key) if root is not None else None

    _say_unused(root, _KEYS, report)
    filled, variables = _messages(root, report)
    model = get("model")
    name = scalar(model, "model", report)
    return PromptTemplate(
        format=NAME,
        name=scalar(get("name"), "name", report),
        description=scalar(get("description"), "description", report),
        model=ModelReference(name, range=report.node_range(model) if model and name else None),
        parameters=_parameters(get("modelParameters"), report),
        response_format=_response_format(root, report),
        variables=tuple(variables),
        problems=report.problems(),
        body=FilledBody(tuple(filled)),
        accepts_defaults=None,
    )


def _say_unused(node: Node | None, used: tuple[str, ...], report: Report) -> None:
    say_unused(node, used, report, f": GitHub's prompt files have {', '.join(used)} here")


def _messages(
    root: Node | None, report: Report
) -> tuple[list[FilledMessage], list[PromptTemplateVariable]]:
    found: list[FilledMessage] = []
    variables: dict[str, PromptTemplateVariable] = {}
    examples = _examples(root)
    node = root.get("messages") if root is not None else None
    if root is not None and (node is None or node.kind != "sequence" or not node.items):
        report.at(
            node or root,
            "The prompt has no messages: write messages: and below it - role: user, content: ….",
            "error",
            "no-messages",
        )
    for item in node.items if node is not None else ():
        content = item.get("content")
        role = _role(item, report)
        if content is None or content.kind != "scalar":
            report.at(content or item, "A message needs a content: a text.", "error", "message")
            continue
        parts: list[str | Slot] = []
        for part, name in _parts(content, report):
            parts.append(part)
            if name is not None and name not in variables:
                variables[name] = _variable(name, content, examples, report)
        found.append(FilledMessage(role, tuple(parts)))
    return found, list(variables.values())


def _role(item: Node, report: Report) -> Role:
    node = item.get("role")
    role = node.text.lower() if node is not None and node.kind == "scalar" else ""
    if role not in ROLES:
        report.at(
            node or item,
            f"A message needs a role: {', '.join(ROLES[:-1])} or {ROLES[-1]}.",
            "error",
            "role",
        )
        return "user"
    return cast("Role", role)


def _parts(content: Node, report: Report) -> Iterator[tuple[str | Slot, str | None]]:
    text = "" if content.is_null else content.text
    done = 0
    for match in _VARIABLE.finditer(text):
        yield text[done : match.start()], None
        yield Slot(match[1]), match[1]
        done = match.end()
    yield text[done:], None
    for match in _OTHER.finditer(report.text, content.start, content.end):
        name = match[1].strip()
        because = (
            f"since GitHub has no blanks in it: write {{{{{name}}}}}."
            if _NAME.fullmatch(name)
            else "since GitHub knows nothing there but a name."
        )
        message = f"{match[0]} is sent as it stands, {because}"
        report.add(match.start(), match.end(), message, "information", "not-resolved")


def _variable(
    name: str, content: Node, examples: dict[str, Any], report: Report
) -> PromptTemplateVariable:
    written = f"{{{{{name}}}}}"
    start = report.text.find(written, content.start, content.end)
    example = examples.get(name)
    return PromptTemplateVariable(
        name=name,
        kind=kind_of(example),
        required=False,
        default=None,
        example=example,
        description=None,
        range=report.lines.range(start, start + len(written))
        if start >= 0
        else report.node_range(content),
        declared=False,
        typed=False,
    )


def _examples(root: Node | None) -> dict[str, Any]:
    """The values of the first test, which a run without inputs is tried with."""
    tests = root.get("testData") if root is not None else None
    if tests is None or not tests.items or tests.items[0].kind != "mapping":
        return {}
    value: dict[str, Any] = tests.items[0].value()
    return value


def _parameters(node: Node | None, report: Report) -> dict[str, Any]:
    if node is None or node.is_null:
        return {}
    if node.kind != "mapping":
        report.wrong_type(node, "modelParameters", "a mapping")
        return {}
    _say_unused(node, tuple(PARAMETERS), report)
    parameters: dict[str, Any] = {}
    whole = ("maxTokens", "maxCompletionTokens", "seed")
    for key, value in node.pairs:
        neutral = PARAMETERS.get(key.text)
        content = value.value()
        if neutral is None or content is None:
            continue
        if key.text == "stop":
            content = [content] if isinstance(content, str) else content
            fits, expected = is_texts(content), "a text or a list of texts"
        elif key.text in whole:
            fits, expected = is_whole(content), "a whole number"
        else:
            fits, expected = is_number(content), "a number"
        if not fits:
            report.wrong_type(value, key.text, expected)
        elif key.text == "maxCompletionTokens":
            # neutral names have but one for a limit, and a file may mean this one
            parameters["additional"] = {neutral: content}
        else:
            parameters[neutral] = content
    return parameters


def _response_format(root: Node | None, report: Report) -> dict[str, Any] | None:
    node = root.get("responseFormat") if root is not None else None
    kind = scalar(node, "responseFormat", report)
    schema = root.get("jsonSchema") if root is not None else None
    if node is None or kind is None or kind == "text":
        return None
    if kind == "json_object":
        return {"type": "json_object"}
    if kind != "json_schema":
        report.wrong_type(node, "responseFormat", "text, json_object or json_schema")
        return None
    wanted = _schema(schema) if schema is not None else None
    if wanted is None:
        report.at(
            schema or node,
            "json_schema needs a jsonSchema, JSON with a name and a schema; it is not asked for.",
            "warning",
            "json-schema",
        )
        return None
    return {"type": "json_schema", "json_schema": wanted}


def _schema(node: Node) -> dict[str, Any] | None:
    try:
        value = json.loads(node.text) if node.kind == "scalar" else node.value()
    except (ValueError, RecursionError):
        return None
    named = isinstance(value, dict) and isinstance(value.get("name"), str)
    return value if named and isinstance(value.get("schema"), dict) else None
