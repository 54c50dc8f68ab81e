"""Tests in CSV: a row for each, a column for each variable, and some whose names begin with `__`.

`__expected` (or `__expected1`, `__expected2`…) holds assertions, `__providerOutput` a recorded
response, `__description`, `__threshold` and `__metric` what their names say, `__metadata:KEY` a
piece of metadata (`KEY[]` a list), `__config:__expectedN:threshold` that assertion's threshold.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.evals.cases import TestCase
from fourfold.evals.missing import MISSING
from fourfold.evals.test_files.csv_cells import assertion_of
from fourfold.evals.test_files.tests_file import Findings, TestsFile, lines_of
from fourfold.evals.test_files.variables import read_variable

if TYPE_CHECKING:
    from fourfold.evals.referenced_files import ReferencedFiles
    from fourfold.evals.test_files.defaults import Defaults
    from fourfold.evals.test_files.tests_file import PlacedCase

_EXPECTED = re.compile(r"__expected(\d*)")
_METADATA = "__metadata:"
_CONFIG = re.compile(r"__config:__expected(\d*):threshold")
_KNOWN = ("__providerOutput", "__description", "__threshold", "__metric")
_LIST_COMMA = re.compile(r"(?<!\\),")


@dataclass(frozen=True, slots=True)
class _Row:
    cells: dict[str, str]
    start: int
    end: int


def read_csv_tests(text: str, files: ReferencedFiles, defaults: Defaults) -> TestsFile:
    """The tests of a CSV file; cells are separated by commas, or by semicolons where the first line
    has no comma."""
    findings = Findings(text)
    found = TestsFile([], findings.problems)
    header, rows = _rows(text, findings)
    unusable = None
    for name in header:
        if name.startswith("__") and not _is_known(name):
            start = text.index(name)
            message = f"There is no column {name} in a tests file."
            unusable = findings.error(start, start + len(name), "unknown-key", message)
    places = _places(header, text)
    for number, row in enumerate(rows, 1):
        found.add(_cases(row, number, unusable, findings, files, defaults, places), findings)
    return found


def _places(header: list[str], text: str) -> dict[str, tuple[int, int]]:
    """Where the names of variables stand, in the first line."""
    found, at = {}, 0
    for name in header:
        start = text.find(name, at)
        if start >= 0 and name and not name.startswith("__"):
            found[name] = (start, start + len(name))
        at = max(at, start + len(name))
    return found


def _cases(
    row: _Row,
    number: int,
    refused: str | None,
    findings: Findings,
    files: ReferencedFiles,
    defaults: Defaults,
    places: dict[str, tuple[int, int]],
) -> list[PlacedCase]:
    cells = row.cells
    variables = {}
    for name, value in cells.items():
        if name.startswith("__"):
            continue
        try:
            variables[name] = read_variable(value, files)
        except FourfoldError as error:
            refused = findings.error(row.start, row.end, "file", str(error))
    metric = cells.get("__metric") or None
    assertions = []
    for name, cell in cells.items():
        if _EXPECTED.fullmatch(name) and cell.strip():
            assertion = assertion_of(cell)
            threshold = _number(cells.get(f"__config:{name}:threshold", ""))
            if threshold is None:
                threshold = assertion.threshold
            assertions.append(replace(assertion, metric=metric, threshold=threshold))
    case = TestCase(
        cells.get("__description") or f"test {number}",
        variables,
        tuple(assertions),
        _number(cells.get("__threshold", "")),
        recorded=cells.get("__providerOutput") or MISSING,
        metadata=_metadata(cells),
    )
    return defaults.cases(case, {}, (row.start, row.end), refused, findings, places)


def _is_known(name: str) -> bool:
    if name in _KNOWN or name.startswith(_METADATA):
        return True
    return any(pattern.fullmatch(name) for pattern in (_EXPECTED, _CONFIG))


def _rows(text: str, findings: Findings) -> tuple[list[str], list[_Row]]:
    """The names of the columns, and the rows with their places; a quoted cell may hold lines."""
    content = text.removeprefix("\ufeff")
    lines = lines_of(content)
    starts = [len(text) - len(content)]
    for line in lines:
        starts.append(starts[-1] + len(line))
    separator = "," if not lines or "," in lines[0] or ";" not in lines[0] else ";"
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=False)
    header: list[str] = []
    rows = []
    before = 0
    try:
        for cells in reader:
            start, end = starts[before], starts[min(reader.line_num, len(lines))]
            before = reader.line_num
            if not header:
                header = [name.strip() for name in cells]
            elif any(cells):
                rows.append(_Row(dict(zip(header, cells, strict=False)), start, end - 1))
    except csv.Error as error:
        start = starts[min(before, len(lines))]
        findings.error(start, start + 1, "csv", f"The file cannot be read here: {error}.")
    return header, rows


def _number(text: str) -> float | None:
    try:
        return float(text) if text.strip() else None
    except ValueError:
        return None


def _metadata(cells: dict[str, str]) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for name, value in cells.items():
        if name.startswith(_METADATA) and value:
            key = name.removeprefix(_METADATA)
            if key.endswith("[]"):
                items = _LIST_COMMA.split(value)
                found[key[:-2]] = [item.strip().replace("\\,", ",") for item in items]
            else:
                found[key] = value
    return found
