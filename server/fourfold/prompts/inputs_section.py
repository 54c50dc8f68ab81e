"""The `inputs` of a Prompty file, and v1's `sample`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fourfold.prompts.kinds import (
    KINDS,
    RICH,
    MisfitError,
    Written,
    kind_named,
    kind_of,
    of_kind,
)
from fourfold.prompts.model_section import scalar
from fourfold.prompts.references import is_file, is_reference, part_of
from fourfold.prompts.template import PromptTemplateVariable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.source.report import Report
    from fourfold.source.yaml_nodes import Node

_JSON_FILE = re.compile(r"[\w./-]+\.json", re.IGNORECASE)
_PROPERTY_KEYS = {
    *("kind", "type", "default", "sample", "example", "required", "is_required"),
    *("nullable", "description", "enumValues", "items", "properties", "json_schema"),
}


def read_inputs(root: Node, report: Report) -> list[PromptTemplateVariable]:
    """The declared inputs in the order of the file, each name once."""
    found: dict[str, PromptTemplateVariable] = {}
    elsewhere = sample_file(root)
    for name, key, node in _entries(root.get("inputs"), report):
        found[name] = _variable(name, key, node, report)
    for name, key, value in _samples(root.get("sample"), report) if elsewhere is None else ():
        known = found.get(name) or _bare(name, key, report)
        if known.default is None:
            kind = known.kind if known.typed else None
            default = _value(value, kind, f"sample of {name}", report)
            known = _of_value(replace(known, default=default))
        found[name] = known
    return [_sampled(one, elsewhere) for one in found.values()]


def sample_file(root: Node) -> str | None:
    """The reference to a file that is v1's `sample`; None where the sample is no such thing."""
    node = root.get("sample")
    if node is None or node.kind != "scalar":
        return None
    if _JSON_FILE.fullmatch(node.text):  # as the first Prompty had it
        return f"${{file:{node.text}}}"
    return node.text if is_file(node.text) else None


def _sampled(variable: PromptTemplateVariable, elsewhere: str | None) -> PromptTemplateVariable:
    """The input with the value that the sample's file has for it."""
    if elsewhere is None or variable.default is not None:
        return variable
    return replace(variable, default=part_of(elsewhere, variable.name))


def _entries(node: Node | None, report: Report) -> Iterator[tuple[str, Node, Node]]:
    """Each input's name, the node that names it, and the node that describes it."""
    if node is None or node.is_null:
        return
    if node.kind == "mapping":
        for key, value in node.pairs:
            if key.kind == "scalar" and key.text:
                yield key.text, key, value
    elif node.kind == "sequence":
        for item in node.items:
            named = item.get("name")
            if named is not None and named.kind == "scalar" and named.text:
                yield named.text, named, item
            elif item.kind == "scalar" and item.text:
                yield item.text, item, item
            else:
                report.at(item, "An input needs a name; it is ignored.", "warning", "wrong-type")
    elif is_reference(node.text):
        report.at(
            node,
            "inputs are not read from another file: write them here; they are ignored.",
            "information",
            "reference",
        )
    else:
        report.wrong_type(node, "inputs", "a mapping or a list")


def _samples(node: Node | None, report: Report) -> Iterator[tuple[str, Node, Node]]:
    if node is None or node.is_null:
        return
    if node.kind != "mapping":
        report.wrong_type(node, "sample", "a mapping")
        return
    for key, value in node.pairs:
        if key.kind == "scalar" and key.text:
            yield key.text, key, value


def _variable(name: str, key: Node, node: Node, report: Report) -> PromptTemplateVariable:
    if node is key or node.is_null:
        return _bare(name, key, report)
    if node.kind == "mapping" and any(k.text in _PROPERTY_KEYS for k, _ in node.pairs):
        return _described(name, key, node, report)
    if node.kind == "mapping" and (not node.pairs or node.get("name") is not None):
        return _bare(name, key, report)
    default = _value(node, None, f"value of {name}", report)
    return _of_value(replace(_bare(name, key, report), default=default))


def _described(name: str, key: Node, node: Node, report: Report) -> PromptTemplateVariable:
    kind = _read_kind(node.get("kind", "type"), name, report)
    required = _flag(node.get("required", "is_required"), name, report)
    return _of_value(
        replace(
            _bare(name, key, report),
            kind=kind or "string",
            typed=kind is not None,
            required=required is True,
            optional=required is False or kind == "thread",
            default=_value(node.get("default", "sample"), kind, f"default of {name}", report),
            example=_value(node.get("example"), kind, f"example of {name}", report),
            description=scalar(node.get("description"), f"The description of {name}", report),
        )
    )


def _read_kind(node: Node | None, name: str, report: Report) -> str | None:
    written = scalar(node, f"The kind of {name}", report)
    if node is None or written is None:
        return None
    kind = kind_named(written)
    if kind is None:
        report.at(
            node,
            f"{written} is no kind of input: use one of {', '.join(sorted(KINDS))}; any value is "
            f"taken for {name}.",
            "warning",
            "unknown-kind",
            name,
        )
    elif kind in RICH:
        report.at(
            node,
            f"Only text is sent to a model today: the {kind} {name} is put in as text.",
            "information",
            "rich-kind",
            name,
        )
    return kind


def _flag(node: Node | None, name: str, report: Report) -> bool | None:
    if node is None or node.is_null:
        return None
    value = node.value() if node.kind == "scalar" else None
    if not isinstance(value, bool):
        report.wrong_type(node, f"required of {name}", "true or false")
        return None
    return value


def _value(node: Node | None, kind: str | None, what: str, report: Report) -> Any:
    """The value as its kind has it; without a kind as YAML has it."""
    if node is None or node.is_null:
        return None
    # `default: 12:30` and `default: yes` are texts where the input is one
    value = node.text if kind == "string" and node.kind == "scalar" else node.value()
    if kind is None or is_reference(value):
        return value
    try:
        return of_kind(kind, Written(value) if isinstance(value, str) else value)
    except MisfitError as takes:
        report.at(node, f"The {what} has to be {takes}.", "warning", "mistyped-value")
        return value


def _bare(name: str, key: Node, report: Report) -> PromptTemplateVariable:
    return PromptTemplateVariable(
        name,
        "string",
        required=False,
        default=None,
        example=None,
        description=None,
        range=report.node_range(key),
        typed=False,
    )


def _of_value(variable: PromptTemplateVariable) -> PromptTemplateVariable:
    """Without a kind of its own, the one of its value."""
    return variable if variable.typed else replace(variable, kind=kind_of(variable.fallback))
