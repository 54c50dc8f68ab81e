"""`testData` and `evaluators` of GitHub Models' prompt files, graded as `gh models eval` does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fourfold.evals.cases import Assertion, TestCase
from fourfold.evals.test_files.defaults import Defaults
from fourfold.evals.test_files.tests_file import Findings, TestsFile
from fourfold.source.yaml_nodes import YamlError, read_yaml

if TYPE_CHECKING:
    from fourfold.source.yaml_nodes import Node

EXPECTED = "expected"
_TRIMMED = "output.trim()"
_LOWERED = "output.trim().toLowerCase()"


def read_github_tests(text: str) -> TestsFile:
    """The tests of a prompt file. Never fails; what is wrong with its prompt is said elsewhere."""
    findings = Findings(text)
    found = TestsFile([], findings.problems)
    root, _ = read_yaml(text)
    data = root.get("testData") if root is not None else None
    if root is None or data is None or data.kind != "sequence":
        return found
    refused: list[str] = []
    evaluators = root.get("evaluators")
    nodes = evaluators.items if evaluators is not None else []
    assertions = [_assertion(node, findings, refused) for node in nodes]
    # `expected` is for evaluators; a prompt need not have it.
    unused = f"{{{{{EXPECTED}}}}}" not in text
    for number, node in enumerate(data.items, 1):
        why = refused[0] if refused else None
        values: dict[str, Any] = {}
        try:
            value = node.value()
            values = value if isinstance(value, dict) else {}
        except YamlError as error:
            why = findings.error(node.start, node.end, "yaml", f"This cannot be read: {error}.")
        if node.kind != "mapping":
            why = findings.error(node.start, node.end, "shape", "A test is a mapping of variables.")
        if unused:
            values.pop(EXPECTED, None)
        case = TestCase(f"test {number}", values, tuple(one for one in assertions if one))
        span = (node.start, node.end)
        places = {key.text: (key.start, key.end) for key, _ in node.pairs}
        found.add(Defaults().cases(case, _AS_WRITTEN, span, why, findings, places), findings)
    return found


_AS_WRITTEN = {"disableVarExpansion": True}


def _assertion(node: Node, findings: Findings, refused: list[str]) -> Assertion | None:
    """What one evaluator asks; its texts are held against each other without the blanks around
    them, and but for `equals` in any case of letters."""
    name = node.get("name")
    metric = name.text if name is not None and name.kind == "scalar" else None
    text = node.get("string")
    for key, value in text.pairs if text is not None else ():
        if value.kind != "scalar" or not value.text:
            continue
        wanted = value.text
        match key.text:
            case "equals":
                return Assertion("equals", value=wanted, metric=metric, transform=_TRIMMED)
            case "contains":
                return Assertion("icontains", value=wanted, metric=metric)
            case "startsWith":
                return Assertion(
                    "starts-with", value=wanted.lower(), metric=metric, transform=_LOWERED
                )
            case "endsWith":
                pattern = f"{re.escape(wanted.lower())}$"
                return Assertion("regex", value=pattern, metric=metric, transform=_LOWERED)
    if text is None and node.get("uses", "llm") is not None:
        message = (
            "A model that judges in GitHub's way is not asked here: assert llm-rubric in a tests "
            "file beside the prompt."
        )
    else:
        message = "An evaluator has a string with equals, contains, startsWith or endsWith."
    refused.append(findings.error(node.start, node.end, "evaluator", message))
    return None
