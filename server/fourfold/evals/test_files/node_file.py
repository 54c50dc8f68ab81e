"""Tests in YAML and JSON: a list of tests, or a mapping with `tests` and `defaultTest`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.evals.test_files.case_reader import CaseReader
from fourfold.evals.test_files.json_nodes import read_json_nodes
from fourfold.evals.test_files.tests_file import Findings, TestsFile, lines_of
from fourfold.source.yaml_nodes import read_yaml

if TYPE_CHECKING:
    from fourfold.evals.referenced_files import ReferencedFiles
    from fourfold.evals.test_files.defaults import Defaults
    from fourfold.source.yaml_nodes import Node, YamlError

_KEYS = ("tests", "defaultTest")


def read_yaml_tests(text: str, files: ReferencedFiles, defaults: Defaults) -> TestsFile:
    """The tests of a YAML file; `defaults` are those of the file that names it."""
    return _read(text, read_yaml(text), files, defaults)


def read_json_tests(text: str, files: ReferencedFiles, defaults: Defaults) -> TestsFile:
    """The tests of a JSON file."""
    return _read(text, read_json_nodes(text), files, defaults)


def read_json_lines(text: str, files: ReferencedFiles, defaults: Defaults) -> TestsFile:
    """A test on each line; blank lines are none."""
    findings = Findings(text)
    reader = CaseReader(findings, files)
    found = TestsFile([], findings.problems)
    offset = 0
    for line in lines_of(text):
        content = line.strip()
        if content:
            start = offset + line.index(content)
            node, error = read_json_nodes(content, start)
            if node is None:
                unreadable(findings, error, start + len(content))
            else:
                found.add(reader.cases(node, len(found.cases) + 1, defaults), findings)
        offset += len(line)
    return found


def _read(
    text: str,
    nodes: tuple[Node | None, YamlError | None],
    files: ReferencedFiles,
    defaults: Defaults,
) -> TestsFile:
    root, error = nodes
    findings = Findings(text)
    reader = CaseReader(findings, files)
    found = TestsFile([], findings.problems)
    if error is not None:
        unreadable(findings, error, len(text))
        return found
    if root is None or root.is_null:
        return found
    tests = root
    if root.kind == "mapping":
        if root.get("defaultTest") is not None:
            defaults = reader.defaults(root.get("defaultTest"))
        for key, _ in root.pairs:
            if key.text not in _KEYS:
                findings.error(
                    key.start, key.end, "unknown-key", f"There is no {key.text} in a tests file."
                )
        tests = root.get("tests") or root
    if tests.kind != "sequence":
        findings.error(tests.start, tests.end, "shape", "A tests file is a list of tests.")
        return found
    for number, node in enumerate(tests.items, 1):
        found.add(reader.cases(node, number, defaults), findings)
    return found


def unreadable(findings: Findings, error: YamlError | None, end: int) -> None:
    start = min(error.offset if error else 0, end)
    findings.error(start, min(start + 1, end), "yaml", f"The file cannot be read here: {error}.")
