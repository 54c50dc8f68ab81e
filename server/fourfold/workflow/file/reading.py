"""From the text of a `workflow.yaml` to a `WorkflowConfig`, however broken the text is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.prompts.model_section import scalar
from fourfold.source.budget import Budget
from fourfold.source.report import Report
from fourfold.source.yaml_nodes import Node, read_yaml
from fourfold.text.same import normalize
from fourfold.workflow.file.configuration import NOWHERE, StepConfig, WorkflowConfig, default_title
from fourfold.workflow.file.step_sections import read_inputs, read_options, read_response

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CHARACTERS = 256 * 1024
MAX_STEP_DEPTH = 16
_DEEP = {"options", "inputs", "response"}


def read(text: str) -> WorkflowConfig:
    """What `text` says; positions are those of the text with LF line ends and no BOM."""
    text = normalize(text)
    report = Report(text)
    if len(text) > MAX_CHARACTERS:
        report.add(
            0,
            0,
            f"This workflow.yaml is longer than {MAX_CHARACTERS:,} characters and is not read: "
            "shorten it.",
            "error",
            "workflow-too-large",
        )
        return WorkflowConfig(problems=report.problems())
    root, error = read_yaml(text)
    if error is not None:
        report.add(
            error.offset,
            error.offset,
            f"This YAML cannot be read from here on: {error}.",
            "error",
            "yaml",
        )
    return _workflow(root, report)


def _workflow(root: Node | None, report: Report) -> WorkflowConfig:
    if root is None or root.is_null:
        return WorkflowConfig(problems=report.problems())
    if root.kind != "mapping":
        report.wrong_type(root, "workflow.yaml", "a mapping with name, model and steps")
        return WorkflowConfig(problems=report.problems())
    sections = dict(_entries(root, report))
    name = scalar(sections.get("name"), "name", report)
    model_node = sections.get("model")
    model = scalar(model_node, "model", report)
    steps = _Steps(report).read(sections.get("steps"), "", 1)
    # what several aliases stand for is reported once
    problems = tuple(dict.fromkeys(report.problems()))
    where = NOWHERE if model_node is None else report.node_range(model_node)
    return WorkflowConfig(name, model, steps, problems, where)


class _Steps:
    def __init__(self, report: Report) -> None:
        self._report = report
        self._budget = Budget(report)

    def read(self, node: Node | None, parent: str, depth: int) -> tuple[StepConfig, ...]:
        if node is None or node.is_null:
            return ()
        if node.kind != "mapping":
            self._report.wrong_type(node, "steps", "a mapping from the step's name to its settings")
            return ()
        if not self._budget.covers_pairs(node):
            return ()
        steps = []
        for key, name, value in _pairs(node, self._report):
            if not name or "/" in name:
                why = (
                    "A step is named by the last part of its id: write a sub-step below steps of "
                    "its step"
                )
            elif depth > MAX_STEP_DEPTH:
                why = f"Steps go at most {MAX_STEP_DEPTH} levels deep: move it up"
            else:
                steps.append(self._step(key, parent + name, value, depth))
                continue
            self._report.at(key, f"{why}; this one is ignored.", "error", "workflow-step")
        return tuple(steps)

    def _step(self, key: Node, step_id: str, node: Node, depth: int) -> StepConfig:
        where = self._report.node_range(key)
        title = default_title(step_id)
        if node.kind != "mapping" and not node.is_null:
            self._report.wrong_type(node, step_id, "a mapping with the step's settings")
        if node.kind != "mapping" or not self._budget.covers_pairs(node):
            return StepConfig(step_id, where, title)
        sections = {
            name: value
            for name, value in _entries(node, self._report)
            if name not in _DEEP or self._budget.covers(value)
        }
        type_node, model_node = sections.get("type"), sections.get("model")
        return StepConfig(
            id=step_id,
            range=where,
            title=scalar(sections.get("title"), "title", self._report) or title,
            model=scalar(model_node, "model", self._report),
            model_range=NOWHERE if model_node is None else self._report.node_range(model_node),
            options=read_options(sections.get("options"), self._report),
            inputs=read_inputs(sections.get("inputs"), self._report),
            response=read_response(sections.get("response"), self._report),
            steps=self.read(sections.get("steps"), f"{step_id}/", depth + 1),
            type=scalar(type_node, "type", self._report),
            type_range=where if type_node is None else self._report.node_range(type_node),
        )


def _entries(node: Node, report: Report) -> Iterator[tuple[str, Node]]:
    for _, name, value in _pairs(node, report):
        yield name, value


def _pairs(node: Node, report: Report) -> Iterator[tuple[Node, str, Node]]:
    """The pairs whose key is a text, as `(key, its text, value)`; of equal keys the last one."""
    last: dict[str, Node] = {key.text: key for key, _ in node.pairs if key.kind == "scalar"}
    for key, value in node.pairs:
        if key.kind != "scalar":
            report.wrong_type(key, "A key", "a text")
        elif last[key.text] is key:
            yield key, key.text, value
        elif key.start >= node.start:
            # a key from further up came in by `<<`, to be replaced
            line = report.lines.position(last[key.text].start).line + 1
            report.at(
                key,
                f"{key.text} is there again on line {line}, and this one is ignored: remove one "
                "of the two.",
                "error",
                "workflow-duplicate-key",
                key.text,
            )
