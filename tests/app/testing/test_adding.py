"""Values that are kept under a name: a test at the end of the file beside the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fourfold.app.testing.adding import add_test
from fourfold.app.testing.choosing import placed_tests
from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from support.workspace import Workspace

VALUES: list[dict[str, Any]] = [
    {"topic": "one"},
    {"topic": "", "more": "two\n\n  lines: #\n"},
    {"topic": ["a", "b"]},
    {"topic": {"a": [1, None, True]}, "amount": 0.5},
    {"topic": "yes", "more": "010", "other": "größe – 👍"},
]


def named(workspace: Workspace) -> dict[str, dict[str, Any]]:
    """The values of each test that can be run."""
    tests = placed_tests(workspace.project, workspace.file())
    return {placed.case.name: dict(placed.case.variables) for _, placed in tests}


def test_values_mean_the_same_when_they_are_read_again(workspace: Workspace) -> None:
    file = workspace.file()
    for number, values in enumerate(VALUES):
        path = add_test(workspace.project, file, f"number {number}", values)
        assert path.name == "a.tests.yaml"
    assert named(workspace) == {f"number {number}": one for number, one in enumerate(VALUES)}


def test_what_stands_in_the_file_stays_as_it_is(workspace: Workspace) -> None:
    path = workspace.folder / "prompts" / "a.tests.yaml"
    before = "# mine\n- description: first\n  vars: {topic: 'x'}\n  assert: [{type: is-json}]  # y"
    path.write_text(before, encoding="utf-8")
    add_test(workspace.project, workspace.file(), "second", {"topic": "y"})
    assert path.read_text(encoding="utf-8").startswith(before + "\n- ")
    assert list(named(workspace)) == ["first", "second"]


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("a.tests.csv", "topic\nx\n", {"topic": "y"}),
        ("a.tests.json", "[]", {"topic": "y"}),
        ("a.tests.yaml", "tests:\n- vars: {topic: x}\nmore: 1\n", {"topic": "y"}),
        ("a.tests.yaml", "  - vars: {topic: x}\n", {"topic": "y"}),
        ("a.tests.yaml", "[", {"topic": "y"}),
        ("a.tests.yaml", "- description: taken\n  vars: {topic: x}\n", {"topic": "y"}),
        ("a.tests.yaml", "", {"topic": "file://secret.txt"}),
        ("a.tests.yaml", "", {"topic": "file://*"}),
    ],
)
def test_a_file_that_takes_no_more_is_left_alone(
    workspace: Workspace, name: str, text: str, values: dict[str, Any]
) -> None:
    path = workspace.folder / "prompts" / name
    if text:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(FourfoldError):
        add_test(workspace.project, workspace.file(), "taken", values)
    assert (path.read_text(encoding="utf-8") if path.exists() else "") == text
