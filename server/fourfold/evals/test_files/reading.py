"""Which kind of tests file a path is, and reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.evals.test_files.csv_file import read_csv_tests
from fourfold.evals.test_files.defaults import Defaults
from fourfold.evals.test_files.names import KINDS
from fourfold.evals.test_files.node_file import read_json_lines, read_json_tests, read_yaml_tests
from fourfold.evals.test_files.tests_file import Findings, TestsFile

if TYPE_CHECKING:
    from fourfold.evals.referenced_files import ReferencedFiles

_LARGEST = 4_000_000
_READERS = dict(
    zip(
        KINDS,
        (read_yaml_tests, read_yaml_tests, read_json_tests, read_json_lines, read_csv_tests),
        strict=True,
    )
)


def read_tests(
    name: str, text: str, files: ReferencedFiles, defaults: Defaults | None = None
) -> TestsFile:
    """The tests in `text`, of a file with this name. Never fails."""
    if len(text) > _LARGEST:
        findings = Findings(text[:1])
        message = f"A tests file has at most {_LARGEST:,} characters: split it."
        findings.error(0, 1, "too-large", message)
        return TestsFile([], findings.problems)
    reader = next(_READERS[end] for end in _READERS if name.lower().endswith(end))
    return reader(text, files, defaults or Defaults())
