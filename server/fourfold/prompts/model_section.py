"""The `model` of a Prompty file: which model, where, and with which parameters."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from fourfold.prompts.references import is_reference, reference_default
from fourfold.prompts.template import ModelReference
from fourfold.prompts.unused_keys import key_unused, say_unused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fourfold.source.report import Report
    from fourfold.source.yaml_nodes import Node

# the names of Prompty v1, which are those of the OpenAI API
_OLD_NAMES = {
    "max_tokens": "maxOutputTokens",
    "top_p": "topP",
    "top_k": "topK",
    "frequency_penalty": "frequencyPenalty",
    "presence_penalty": "presencePenalty",
    "stop": "stopSequences",
}
NEUTRAL_NAMES = {
    "temperature": "temperature",
    "maxOutputTokens": "max_output_tokens",
    "topP": "top_p",
    "topK": "top_k",
    "frequencyPenalty": "frequency_penalty",
    "presencePenalty": "presence_penalty",
    "seed": "seed",
    "stopSequences": "stop",
    "additionalProperties": "additional",
}
"""Prompty's options, but for `reasoningEffort`, which goes to the model as it is."""

# what only makes sense with tools, which are not offered
_TOOLS = {
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "functions",
    "function_call",
    "allowMultipleToolCalls",
}
_KEYS = ("id", "provider", "apiType", "connection", "options", "api", "configuration", "parameters")
_CONNECTION = (
    *("kind", "endpoint", "azure_endpoint", "base_url"),
    *("type", "azure_deployment", "model", "name"),
)
_SECRET_KEY = re.compile(
    r"api_?-?key|\bkey$|_key$|token$|secret|password|authorization", re.IGNORECASE
)
_MAX_INTEGER = 2**63


def read_model(node: Node | None, report: Report) -> tuple[ModelReference, dict[str, Any]]:
    """The model and its parameters, v1 keys read as the v2 keys that replaced them."""
    if node is None or node.is_null:
        return ModelReference(), {}
    if node.kind == "scalar":
        return ModelReference(id=node.text, range=report.node_range(node)), {}
    if node.kind != "mapping":
        report.wrong_type(node, "model", "a name or a mapping")
        return ModelReference(), {}
    say_unused(node, _KEYS, report)
    _check_keys(node, report)
    old = node.get("configuration")
    connection = _mapping(node.get("connection", "configuration"), "model.connection", report)
    _check_api(node.get("apiType", "api"), report)
    provider = scalar(node.get("provider"), "model.provider", report)
    named = node.get("id")
    identity = scalar(named, "model.id", report)
    endpoint = None
    if connection is not None:
        for key, _ in connection.pairs:
            if key.text not in _CONNECTION and not _SECRET_KEY.search(key.text):
                key_unused(key, report)
        endpoint = scalar(
            connection.get("endpoint", "azure_endpoint", "base_url"), "endpoint", report
        )
        if old is connection:
            provider = provider or scalar(connection.get("type"), "type", report)
            deployment = connection.get("azure_deployment", "model", "name")
            if not identity:
                named, identity = deployment, scalar(deployment, "model", report)
    options = _mapping(node.get("options", "parameters"), "model.options", report)
    old_options = node.get("parameters")
    parameters = {} if options is None else read_parameters(options, report, old_options)
    where = report.node_range(named) if named is not None else None
    return ModelReference(identity, provider, endpoint, where), parameters


def read_parameters(
    options: Node, report: Report, old_options: Node | None = None
) -> dict[str, Any]:
    """The parameters under their neutral names; `old_options` are those of v1, if there are any."""
    cleaned = _options(options, old_options, report)
    return _parameters(cleaned) if cleaned else {}


def scalar(node: Node | None, key: str, report: Report) -> str | None:
    """The text of a value that has to be one; anything else is reported and None."""
    if node is None or node.is_null:
        return None
    if node.kind != "scalar":
        report.wrong_type(node, key, "a text")
        return None
    return node.text


def check_tools(tools: Node | None, report: Report) -> None:
    """Says of tools, wherever a file has them, that they are not offered."""
    if tools is None or tools.is_null:
        return
    if tools.kind == "scalar" and not is_reference(tools.text):
        report.wrong_type(tools, "tools", "a mapping or a list")
    elif tools.kind == "scalar" or tools.items or tools.pairs:
        report.at(tools, "Tools are not offered to the model today.", "information", "tools")


def _parameters(options: dict[str, Any]) -> dict[str, Any]:
    """Prompty's options under neutral names."""
    parameters = {
        neutral: options[name] for name, neutral in NEUTRAL_NAMES.items() if name in options
    }
    if "reasoningEffort" in options:
        additional = parameters.get("additional", {})
        parameters["additional"] = {"reasoning_effort": options["reasoningEffort"], **additional}
    return parameters


def _options(options: Node, old: Node | None, report: Report) -> dict[str, Any]:
    """The options as Prompty v2 names them, without those of a wrong type."""
    cleaned: dict[str, Any] = {}
    additional: dict[str, Any] = {}
    for key, value in options.pairs:
        name = _OLD_NAMES.get(key.text, key.text)
        content = value.value()
        if content is None or key.text in _TOOLS:
            if key.text in ("tools", "functions"):
                check_tools(value, report)
            continue
        if is_reference(content):
            report.at(
                value,
                f"{key.text} cannot be a reference: write its value here; it is ignored.",
                "warning",
                "reference",
            )
        elif name == "stopSequences" and isinstance(content, str):
            cleaned[name] = [content]
        elif (rule := _EXPECTED.get(name) or _SENT_AS_NAMED.get(name)) is not None:
            expected, accepts = rule
            if not accepts(content):
                report.wrong_type(value, key.text, expected)
            else:
                (additional if name in _SENT_AS_NAMED else cleaned)[name] = content
        elif options is old:
            # v1 sent whatever it did not know on to the model
            additional[name] = content
        else:
            key_unused(key, report, ": what only some models take goes below additionalProperties")
    if (given := options.get("additionalProperties")) is not None:
        for name in ("tools", "functions"):
            check_tools(given.get(name), report)
    additional = {**additional, **cleaned.pop("additionalProperties", {})}
    additional = _without_secrets({k: v for k, v in additional.items() if k not in _TOOLS})
    return {**cleaned, "additionalProperties": additional} if additional else cleaned


def _without_secrets(content: Any) -> Any:
    """What is kept with each run holds no key, wherever the file has put one."""
    if isinstance(content, dict):
        return {
            key: _without_secrets(value)
            for key, value in content.items()
            if not _SECRET_KEY.search(key)
        }
    return [_without_secrets(item) for item in content] if isinstance(content, list) else content


def is_whole(content: Any) -> bool:
    return type(content) is int and abs(content) < _MAX_INTEGER


def is_number(content: Any) -> bool:
    return is_whole(content) or (type(content) is float and math.isfinite(content))


def is_texts(content: Any) -> bool:
    return isinstance(content, list) and all(isinstance(text, str) for text in content)


_EXPECTED: dict[str, tuple[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(
        ("temperature", "topP", "frequencyPenalty", "presencePenalty"), ("a number", is_number)
    ),
    **dict.fromkeys(("maxOutputTokens", "topK", "seed"), ("a whole number", is_whole)),
    "stopSequences": ("a list of texts", is_texts),
    "additionalProperties": ("a mapping", lambda content: isinstance(content, dict)),
    "reasoningEffort": ("a text", lambda content: isinstance(content, str)),
}


# neutral names have but one for a limit, and a file may mean this one
_SENT_AS_NAMED = {"max_completion_tokens": ("a whole number", is_whole)}


def _mapping(node: Node | None, key: str, report: Report) -> Node | None:
    if node is None or node.is_null:
        return None
    if node.kind == "mapping":
        return node
    if node.kind == "scalar" and is_reference(node.text):
        report.at(
            node,
            f"{key} is not read from another file: write it here; it is ignored.",
            "information",
            "reference",
        )
    else:
        report.wrong_type(node, key, "a mapping")
    return None


def _check_api(node: Node | None, report: Report) -> None:
    kind = scalar(node, "model.apiType", report)
    if node is not None and kind is not None and kind.lower() != "chat":
        report.at(
            node,
            f"Only chat models are run today: {kind} is run as chat.",
            # another way to ask the same models
            "information" if kind.lower() == "responses" else "warning",
            "api-type",
        )


def _check_keys(model: Node, report: Report) -> None:
    for key, value in _scalars(model):
        if not _SECRET_KEY.search(key.text) or value.is_null or not value.text.strip():
            continue
        if is_reference(value.text) and reference_default(value.text) is None:
            continue
        report.at(
            value,
            "A key in a prompt file ends up in git, and is never used: take it out, and set an "
            "environment variable or your own config.toml instead.",
            "warning",
            "literal-key",
        )


def _scalars(node: Node) -> Iterator[tuple[Node, Node]]:
    pending = [node]
    seen: set[int] = set()
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        pending.extend(current.items)
        for key, value in current.pairs:
            if value.kind == "scalar":
                yield key, value
            else:
                pending.append(value)
