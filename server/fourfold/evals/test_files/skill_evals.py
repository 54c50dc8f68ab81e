"""`evals/evals.json` beside a SKILL.md: tasks for the skill, and what is expected of the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.evals.assertions.registry import names
from fourfold.evals.cases import Assertion, TestCase
from fourfold.evals.test_files.defaults import Defaults
from fourfold.evals.test_files.json_nodes import read_json_nodes
from fourfold.evals.test_files.node_file import unreadable
from fourfold.evals.test_files.tests_file import Findings, TestsFile
from fourfold.prompts.tool_file import TASK

if TYPE_CHECKING:
    from fourfold.source.yaml_nodes import Node

_JUDGED = "llm-rubric"
_HELD = {
    "contains": ("contains", False),
    "not-contains": ("contains", True),
    "regex": ("regex", False),
}
"""Types of expectations that need no judge, where one has a `value` or a `pattern`."""

_WORDS = ("text", "description", "check", "assertion", "criterion", "expectation")
"""Under which an expectation that is no text says what it is, in files that people have."""


def read_skill_evals(text: str) -> TestsFile:
    """The tests of a skill: its task is the variable `task`, and a model judges each expectation.
    Never fails."""
    findings = Findings(text)
    found = TestsFile([], findings.problems)
    root, error = read_json_nodes(text)
    if root is None:
        unreadable(findings, error, len(text))
        return found
    evals = root.get("evals")
    if evals is None or evals.kind != "sequence":
        findings.error(root.start, root.end, "shape", "evals is a list of tasks for the skill.")
        return found
    for number, node in enumerate(evals.items, 1):
        wanted = _expectations(node)
        why = _refused(node, wanted, findings)
        name, task = node.get("name", "eval_name", "id"), node.get("prompt")
        case = TestCase(
            f"eval {name.text if name is not None else number}",
            {TASK: task.text if task is not None else ""},
            tuple(wanted or ()),
        )
        found.add(Defaults().cases(case, {}, (node.start, node.end), why, findings), findings)
    return found


def _expectations(node: Node) -> list[Assertion] | None:
    """What is expected, one by one; None where something of it says nothing."""
    listed = node.get("expectations", "assertions")
    whole = node.get("expected_output")
    nodes = listed.items if listed is not None else []
    nodes = nodes or ([whole] if whole is not None and not whole.is_null else [])
    found = [_expectation(one) for one in nodes if one.kind != "scalar" or one.text.strip()]
    return None if None in found else [one for one in found if one is not None]


def _expectation(node: Node) -> Assertion | None:
    if node.kind == "scalar":
        return Assertion(_JUDGED, value=node.text)
    kind, value = node.get("type"), node.get("value", "pattern")
    held = _HELD.get(kind.text.replace("_", "-")) if kind is not None else None
    if held is not None and value is not None and value.kind == "scalar":
        type_, negated = held
        return Assertion(type_, negated=negated, value=value.text)
    words = node.get(*_WORDS)
    if words is None or words.kind != "scalar" or not words.text.strip():
        return None
    return Assertion(_JUDGED, value=words.text)


def _refused(node: Node, wanted: list[Assertion] | None, findings: Findings) -> str | None:
    task, files = node.get("prompt"), node.get("files")
    if task is None or task.kind != "scalar" or not task.text.strip():
        message = "A task has a prompt, which is a text."
    elif wanted is None:
        message = "Each expectation is a text, or has one as its text or description."
    elif files is not None and files.items:
        message = "No agent is run here that could read files: put their content into the prompt."
    elif any(one.type == _JUDGED for one in wanted) and _JUDGED not in names():
        message = f"There is no assertion of the type {_JUDGED}, which judges expectations."
    else:
        return None
    return findings.error(node.start, node.end, "eval", message)
