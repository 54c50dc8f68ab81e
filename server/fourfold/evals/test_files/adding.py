"""Adds a test to a tests file, and leaves the rest of the text as it is."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from fourfold.errors import FourfoldError
from fourfold.evals.as_text import as_text
from fourfold.evals.test_files.json_nodes import read_json_nodes
from fourfold.evals.values import FILE
from fourfold.source.yaml_nodes import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.source.yaml_nodes import Node

_BROKEN = "it cannot be read as it is, so no test is added to it: mend it first"


class Insertion(NamedTuple):
    """`text` at an offset of the file, with its line ends."""

    offset: int
    text: str


class NewTest(NamedTuple):
    """The inputs of a test that is to be written, and what it is called."""

    name: str
    variables: Mapping[str, Any]

    def as_mapping(self) -> dict[str, Any]:
        """As promptfoo's schema has it. A list stays one value."""
        made: dict[str, Any] = {"description": self.name, "vars": dict(self.variables)}
        if any(isinstance(one, list) for one in self.variables.values()):
            made["options"] = {"disableVarExpansion": True}
        return made | {"assert": []}


def insertion(file: str, text: str, test: NewTest) -> Insertion:
    """What adds a test, which asserts nothing yet, behind the last one of a file with this name.

    FourfoldError where the file cannot be read, or cannot say what the test does.
    """
    for name, value in test.variables.items():
        if isinstance(value, str) and value.startswith(FILE):
            raise FourfoldError(
                f"{name} begins with {FILE}, which a tests file takes for the name of a file: "
                "write the test yourself."
            )
    newline = "\r\n" if "\r\n" in text else "\n"
    kind = file.rpartition(".")[2]
    if kind in ("yaml", "yml"):
        made = _in_yaml(file, text, test)
    elif kind == "json":
        made = _in_json(file, text, test)
    else:
        line = _csv_row(file, text, test) if kind == "csv" else _json(test.as_mapping())
        made = Insertion(len(text), _apart(text) + f"{line}\n")
    return made._replace(text=made.text.replace("\n", newline))


def _apart(text: str) -> str:
    """A line end, where the text before has none."""
    return "" if not text or text.endswith("\n") else "\n"


def _in_yaml(file: str, text: str, test: NewTest) -> Insertion:
    root, error = read_yaml(text)
    if error is not None:
        raise FourfoldError(f"{file}: {_BROKEN}.")
    tests = root.get("tests") if root is not None and root.kind == "mapping" else root
    if root is None or root.is_null:
        return Insertion(len(text), _apart(text) + _item(test, ""))
    if tests is None or tests.is_null:  # a mapping that has none yet
        if root.get("tests") is not None or root.flow:
            raise FourfoldError(f"{file}: {_BROKEN}.")
        end = _line_end(text, _last(root).end)
        return Insertion(end, _apart(text[:end]) + "tests:\n" + _item(test, "  "))
    if tests.kind != "sequence":
        raise FourfoldError(f"{file}: {_BROKEN}.")
    if tests.flow:
        return _in_brackets(text, tests, _flow(test.as_mapping()), newlines=False)
    end = _line_end(text, _last(tests).end)
    line = text.rfind("\n", 0, tests.items[0].start) + 1
    indent = re.match(r" *", text[line:])
    return Insertion(end, _apart(text[:end]) + _item(test, indent[0] if indent else ""))


def _in_json(file: str, text: str, test: NewTest) -> Insertion:
    if not text.strip():
        return Insertion(len(text), f"[\n  {_json(test.as_mapping())}\n]\n")
    root, _ = read_json_nodes(text)
    tests = root.get("tests") if root is not None and root.kind == "mapping" else root
    if tests is None or tests.kind != "sequence":
        raise FourfoldError(f"{file}: {_BROKEN}.")
    return _in_brackets(text, tests, _json(test.as_mapping()), newlines=True)


def _in_brackets(text: str, tests: Node, written: str, *, newlines: bool) -> Insertion:
    if not tests.items:
        return Insertion(tests.start + 1, written)
    first, last = tests.items[0], tests.items[-1]
    line = text.rfind("\n", 0, first.start) + 1
    before = text[line : first.start]
    own_line = newlines and line > tests.start and not before.strip()
    return Insertion(last.end, f",\n{before}{written}" if own_line else f", {written}")


def _csv_row(file: str, text: str, test: NewTest) -> str:
    first = text.removeprefix("\ufeff").split("\n", 1)[0].rstrip("\r")
    separator = "," if "," in first or ";" not in first else ";"
    header = [name.strip() for name in next(csv.reader([first], delimiter=separator), [])]
    missing = [name for name in test.variables if name not in header]
    if missing:
        raise FourfoldError(f"{file} has no column {missing[0]}: add it to the first line.")
    cells = {name: as_text(value) for name, value in test.variables.items()}
    cells["__description"] = test.name
    row = io.StringIO()
    writer = csv.writer(row, delimiter=separator, lineterminator="")
    writer.writerow([cells.get(name, "") for name in header])
    return row.getvalue()


def _item(test: NewTest, indent: str) -> str:
    """The test as an item of a list in YAML."""
    made = test.as_mapping()
    lines = [f"- description: {_flow(test.name)}", "  vars:"]
    for name, value in test.variables.items():
        lines += [f"    {_yaml_key(name)}: {_yaml(value, '      ')}"]
    lines += [f"  {key}: {_flow(made[key])}" for key in ("options", "assert") if key in made]
    return "".join(f"{indent}{line}\n" if line else "\n" for line in "\n".join(lines).split("\n"))


def _yaml_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][\w-]*", name, re.ASCII) else _flow(name)


def _yaml(value: Any, indent: str) -> str:
    """A text of several lines as a block where that can say it, anything else as JSON, which YAML
    understands."""
    if not isinstance(value, str) or "\n" not in value or not _fits_block(value):
        return _flow(value)
    kept = value.removesuffix("\n")
    sign = "|" if kept != value else "|-"
    return f"{sign}\n" + "\n".join(f"{indent}{line}" if line else "" for line in kept.split("\n"))


def _fits_block(text: str) -> bool:
    first, kept = text[:1], text.removesuffix("\n")
    plain = first not in ("", " ", "\t", "\n") and not kept.endswith("\n")
    return plain and re.sub(r"[\n\t]", "", text).isprintable()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _flow(value: Any) -> str:
    """JSON as YAML reads it, which takes what is not printable only as an escape."""
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in _json(value))


def _last(node: Node) -> Node:
    """The innermost node with which `node` ends: where a block ends YAML does not say."""
    while not node.flow and (node.items or node.pairs):
        node = node.items[-1] if node.items else node.pairs[-1][1]
    return node


def _line_end(text: str, at: int) -> int:
    """Behind the line that ends with, or before, an offset."""
    if at and text[at - 1 : at] == "\n":
        return at
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1
