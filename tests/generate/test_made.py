"""What is described once is in every place that has a copy of it."""

from __future__ import annotations

import json
from importlib import import_module
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, ClassVar

import jsonschema_rs
import pytest

from fourfold.app.described import Answer, Command, Text, handler_name, read_command
from fourfold.errors import InvalidArgumentError
from fourfold.lsp.commands.names import MODULES
from generate import described, typescript
from generate.__main__ import made
from generate.command_line_page import json_options

ROOT = Path(__file__).parents[2]
MADE = made()


@pytest.mark.parametrize("path", MADE, ids=lambda path: path.name)
def test_the_committed_copy_is_the_one_of_now(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == MADE[path], "run `make generate`"


@pytest.mark.parametrize("name", MODULES)
def test_each_command_has_a_handler(name: str) -> None:
    module = import_module(f"fourfold.lsp.commands.{MODULES[name]}")
    assert iscoroutinefunction(getattr(module, handler_name(name)))


def test_the_schema_is_one() -> None:
    schema = json.loads((ROOT / "server/fourfold/protocol.schema.json").read_text("utf-8"))
    for name in schema["$defs"]:
        jsonschema_rs.validator_for({**schema, "$ref": f"#/$defs/{name}"})
    assert {"VersionList", "TestReport", "fourfold.runStep"} <= schema["$defs"].keys()


def test_a_field_that_is_added_is_missing_in_each_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dict(MADE)

    class ListVersions(described.commands()["fourfold.listVersions"][1]):
        more: Text | None = None

    class Model(described.answers()["Model"]):
        more: str

    known = {**described.commands(), "fourfold.listVersions": ("versions", ListVersions)}
    shapes = {**described.answers(), "Model": Model}
    for module in ("generate.protocol_page", "generate.typescript", "generate.json_schema"):
        monkeypatch.setattr(f"{module}.commands", lambda: known)
        monkeypatch.setattr(f"{module}.answers", lambda: shapes)
    after = made()
    behind = {path.name for path in after if after[path] != before[path]}
    assert behind == {"PROTOCOL.md", "protocol.schema.json", "protocol.ts"}


class Asked(Command):
    """A command of a test."""

    answer: ClassVar[Any] = Answer
    uri: Text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "uri"),
        ({"uri": None}, "uri"),
        ({"uri": ""}, "uri"),
        ({"uri": 3}, "uri"),
        ({"uri": "a", "url": "b"}, "url"),
    ],
)
def test_a_wrong_argument_is_named(given: dict, field: str) -> None:
    with pytest.raises(InvalidArgumentError) as raised:
        read_command(Asked, given)
    assert raised.value.field == field
    assert not str(raised.value).startswith(field)


def test_the_command_line_prints_shapes_that_there_are() -> None:
    printed = {path: option.answers for path, option in json_options()}
    assert printed["fourfold workflow run"] == ("EndedWorkflowRuns", "PlannedWorkflow")
    assert all(answers and set(answers) <= set(described.answers()) for answers in printed.values())


def test_types_are_written_as_typescript_has_them() -> None:
    kinds = {
        name: typescript._type(kind)
        for name, kind, _ in described.fields(described.answers()["WorkflowComparison"])
    }
    assert kinds == {
        "uri": "string",
        "title": "string",
        "runs": "[string, string]",
        "pairs": "WorkflowComparisonPair[]",
    }
