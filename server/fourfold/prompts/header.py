"""The front matter of a prompt file, Prompty v2 or v1, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fourfold.prompts.front_matter import FrontMatter, find_header
from fourfold.prompts.inputs_section import read_inputs, sample_file
from fourfold.prompts.model_section import check_tools, read_model, scalar
from fourfold.prompts.outputs_section import read_outputs
from fourfold.prompts.template import ModelReference
from fourfold.prompts.unused_keys import ABOUT_IT, say_unused
from fourfold.source.report import Report
from fourfold.source.yaml_nodes import YamlError, read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.prompts.template import PromptTemplateVariable
    from fourfold.source.yaml_nodes import Node

MAX_FRONT_MATTER = 200_000
_KEYS = ABOUT_IT | {
    *("displayName", "model", "inputs", "outputs", "template", "tools"),
    "sample",  # v1's
}
# nunjucks is what the TypeScript runtime of Prompty calls its Jinja
_JINJA = {"jinja2", "jinja", "nunjucks", "*", ""}


@dataclass(slots=True)
class Header:
    """What the front matter says; `broken` when not all of it could be read."""

    name: str | None = None
    description: str | None = None
    model: ModelReference = field(default_factory=ModelReference)
    parameters: dict[str, Any] = field(default_factory=dict)
    response_format: dict[str, Any] | None = None
    inputs: list[PromptTemplateVariable] = field(default_factory=list)
    sample_file: str | None = None
    """The reference to the file that has values for all inputs, also for those not declared."""

    broken: bool = False


def read_header(text: str, suffix: str, report: Report) -> tuple[Header | None, int]:
    """The front matter of `text`, None when it has none, and the offset of what follows it."""
    found = find_header(text, suffix)
    if found is None:
        return None, 0
    return read_found(found, report, _read_mapping), found.body_start


def read_found(
    found: FrontMatter, report: Report, read: Callable[[Node, Report], Header]
) -> Header:
    """The front matter that stands there, what its keys say read by `read`."""
    if not found.closed:
        report.add(
            found.opening,
            found.opening + 3,
            "The front matter has no end: close it with a line ---.",
            "error",
            "front-matter-unterminated",
        )
        return Header(broken=True)
    yaml = found.yaml(report.text)
    if len(yaml) > MAX_FRONT_MATTER:
        report.add(
            found.opening,
            found.opening + 3,
            f"The front matter has more than {MAX_FRONT_MATTER:,} characters: shorten it.",
            "error",
            "too-large",
        )
        return Header(broken=True)
    root, error = read_yaml(yaml, found.yaml_start)
    if error is None and (root is None or root.is_null):
        return Header()
    if error is None and root is not None and root.kind != "mapping":
        report.at(
            root,
            "The front matter must be a mapping of keys to values, such as name: ….",
            "error",
            "front-matter-mapping",
        )
        return Header(broken=True)
    header = Header()
    # of a mapping that breaks off, only the break is worth a report
    details = report if error is None else Report(report.text)
    try:
        if root is not None and root.kind == "mapping":
            header = read(root, details)
    except YamlError as too_large:
        error = error or too_large
    if error is not None:
        _report_yaml(error, found, report)
        header.broken = True
    return header


def _report_yaml(error: YamlError, found: FrontMatter, report: Report) -> None:
    # at the end of the YAML, the last character is what the user can see
    written = found.yaml(report.text).rstrip()
    start = max(found.yaml_start, min(error.offset, found.yaml_start + len(written) - 1))
    line_end = report.text.find("\n", start)
    report.add(
        start,
        line_end if line_end >= 0 else len(report.text),
        f"The front matter is not valid YAML: {error}.",
        "error",
        "front-matter",
    )


def _read_mapping(root: Node, report: Report) -> Header:
    """Keys that Prompty does not know are no fault, and only said not to be used."""
    model, parameters = read_model(root.get("model"), report)
    _check_template(root.get("template"), report)
    check_tools(root.get("tools"), report)
    metadata = root.get("metadata")
    if metadata is not None and not metadata.is_null and metadata.kind != "mapping":
        report.wrong_type(metadata, "metadata", "a mapping")
    scalar(root.get("displayName"), "displayName", report)
    header = Header(
        name=scalar(root.get("name"), "name", report),
        description=scalar(root.get("description"), "description", report),
        model=model,
        parameters=parameters,
        response_format=read_outputs(root.get("outputs"), report),
        inputs=read_inputs(root, report),
        sample_file=sample_file(root),
    )
    say_unused(root, _KEYS, report)
    return header


def _check_template(node: Node | None, report: Report) -> None:
    """v2's `{format: {kind}}`, v1's `{type}` and the bare name all have to say Jinja."""
    if node is None or node.is_null:
        return
    chosen: Node | None = node
    if node.kind == "mapping":
        chosen = node.get("format", "type")
        if chosen is not None and chosen.kind == "mapping":
            chosen = chosen.get("kind")
    if chosen is None or chosen.is_null:
        return
    if chosen.kind != "scalar":
        report.wrong_type(chosen, "template", "the name of a format, or a mapping")
    elif chosen.text.lower() not in _JINJA:
        report.at(
            chosen,
            f"Only jinja2 templates can be rendered, and this one is {chosen.text}: rewrite it "
            "with jinja2.",
            "error",
            "template-format",
        )
