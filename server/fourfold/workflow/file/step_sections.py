"""The parts of one step in `workflow.yaml`: its options, its inputs and its response."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast, get_args

from fourfold.prompts.model_section import read_parameters, scalar
from fourfold.source.yaml_nodes import Node, YamlError
from fourfold.steps.responses.reading import KINDS
from fourfold.workflow.file.configuration import (
    NOWHERE,
    InputSource,
    ResponseConfig,
    SourceKind,
)
from fourfold.workflow.file.schema_places import SchemaPlaces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.source.report import Report
    from fourfold.steps.responses.reading import ResponseKind

_SOURCES = get_args(SourceKind)
_MAX_RETRIES = 10


def read_options(node: Node | None, report: Report) -> Mapping[str, Any]:
    """The options, named as in a Prompty file, under their neutral names."""
    options = _mapping(node, "options", report)
    if options is None:
        return MappingProxyType({})
    try:
        return MappingProxyType(read_parameters(options, report))
    except YamlError as error:
        _too_large(options, error, report)
        return MappingProxyType({})


def read_inputs(node: Node | None, report: Report) -> Mapping[str, InputSource]:
    """Where each input comes from; an input that says it in no known way is left out."""
    inputs = _mapping(node, "inputs", report)
    found: dict[str, InputSource] = {}
    for key, value in inputs.pairs if inputs is not None else ():
        source = _source(key, value, report) if key.kind == "scalar" else None
        if source is not None:
            found[key.text] = source
    return MappingProxyType(found)


def read_response(node: Node | None, report: Report) -> ResponseConfig:
    """How the response is read; what is wrong in it is as if it were not there."""
    response = _mapping(node, "response", report)
    if response is None:
        return ResponseConfig()
    kind_node = response.get("kind")
    kind = scalar(kind_node, "kind", report)
    if kind_node is not None and kind is not None and kind not in KINDS:
        report.at(
            kind_node,
            f"{kind} is no kind of response: use one of {', '.join(KINDS)}.",
            "error",
            "workflow-response-kind",
        )
        kind = None
    schema_node = _mapping(response.get("schema"), "schema", report)
    schema = None if schema_node is None else _value(schema_node, report)
    folder_node = response.get("folder")
    return ResponseConfig(
        kind=cast("ResponseKind", kind or "text"),
        schema=schema,
        retries=_retries(response.get("retries"), report),
        folder=scalar(folder_node, "folder", report),
        folder_range=NOWHERE if folder_node is None else report.node_range(folder_node),
        schema_places=None if schema_node is None else SchemaPlaces(schema_node, report),
    )


def _source(key: Node, node: Node, report: Report) -> InputSource | None:
    given = [(name.text, value) for name, value in node.pairs if name.text in _SOURCES]
    if len(given) != 1:
        report.at(
            key,
            f"Say where {key.text} comes from in one way: {{step: …}}, {{file: …}} or "
            "{value: …}.",
            "error",
            "workflow-input-source",
            key.text,
        )
        return None
    (kind, value), where = given[0], report.node_range(key)
    if kind == "value":
        return InputSource("value", _value(value, report), report.node_range(value), where)
    text = scalar(value, kind, report)
    if not text:
        if value.kind == "scalar":
            report.wrong_type(value, kind, "a text")
        return None
    return InputSource(cast("SourceKind", kind), text, report.node_range(value), where)


def _retries(node: Node | None, report: Report) -> int:
    if node is None or node.is_null:
        return 0
    value = node.value() if node.kind == "scalar" else None
    if type(value) is not int or not 0 <= value <= _MAX_RETRIES:
        report.wrong_type(node, "retries", f"a whole number from 0 to {_MAX_RETRIES}")
        return 0
    return value


def _mapping(node: Node | None, key: str, report: Report) -> Node | None:
    if node is None or node.is_null:
        return None
    if node.kind != "mapping":
        report.wrong_type(node, key, "a mapping")
        return None
    return node


def _value(node: Node, report: Report) -> Any:
    try:
        return node.value()
    except YamlError as error:
        _too_large(node, error, report)
        return None


def _too_large(node: Node, error: YamlError, report: Report) -> None:
    report.at(node, f"This is not read, because {error}.", "error", "workflow-too-large")
