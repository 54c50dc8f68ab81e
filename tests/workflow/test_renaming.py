"""A step's new name in workflow.yaml: all of its places, and nothing else."""

from __future__ import annotations

import pytest
import yaml

from fourfold.source.problem import Position
from fourfold.workflow.file.configuration import parse
from fourfold.workflow.file.places import place_at
from fourfold.workflow.file.renaming import last_part_range, rename_edits, type_edit


def renamed(text: str, old: str, new: str) -> str:
    lines = text.split("\n")
    edits = rename_edits(lines, parse(text), old, new)
    for edit in sorted(edits, key=lambda it: it.range, reverse=True):
        start, end = edit.range.start, edit.range.end
        line = lines[start.line]
        lines[start.line] = line[: start.character] + edit.text + line[end.character :]
    return "\n".join(lines)


TEXT = """\
# requirement comes first
name: requirement   # not a step
steps:
  requirement:   # its key
    title: requirement
    steps:
      refine:
        inputs:
          draft: {step: requirement}   # the draft
          requirement: {value: requirement}
  requirement_x:
    inputs:
      a: {step: 'requirement/refine'}
      b: {step: "requirement" }
      c: {file: requirement}
"""


def test_every_place_and_nothing_else_changes() -> None:
    assert (
        renamed(TEXT, "requirement", "need")
        == """\
# requirement comes first
name: requirement   # not a step
steps:
  need:   # its key
    title: requirement
    steps:
      refine:
        inputs:
          draft: {step: need}   # the draft
          requirement: {value: requirement}
  requirement_x:
    inputs:
      a: {step: 'need/refine'}
      b: {step: "need" }
      c: {file: requirement}
"""
    )


def test_a_sub_step_keeps_its_parent() -> None:
    changed = renamed(TEXT, "requirement/refine", "requirement/sharpen")

    assert "      sharpen:\n" in changed
    assert "a: {step: 'requirement/sharpen'}" in changed
    assert changed.count("refine") == 0
    assert parse(changed).step("requirement/sharpen") is not None


@pytest.mark.parametrize(
    "name", ["a b", "it's", 'say "so"', "x: y", "#1", "é日", "- x", "yes", "1"]
)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_any_name_is_spelled_so_that_it_is_read(name: str, quote: str) -> None:
    text = f"steps:\n  {quote}old{quote}:\n  b: {{inputs: {{x: {{step: {quote}old{quote}}}}}}}\n"
    changed = renamed(text, "old", name)
    workflow = parse(changed)

    assert workflow.problems == ()
    assert [step.id for step in workflow.walk()] == [name, "b"]
    assert workflow.steps[1].inputs["x"].value == name
    yaml.safe_load(changed)


def test_what_an_anchor_names_is_changed_once() -> None:
    text = (
        "steps:\n  &k old: {}\n  b: {inputs: &i {x: {step: &s old}}}\n"
        "  c: {inputs: *i }\n  d: {inputs: {x: {step: *s }}}\n"
    )
    changed = renamed(text, "old", "new")

    assert changed == text.replace("old", "new")
    assert parse(changed).problems == ()


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (
            "steps:\n  a:   # key\n    # why\n    title: A\n  b:\n",
            "steps:\n  a:   # key\n    type: t\n    # why\n    title: A\n  b:\n",
        ),
        ("steps:\n    a:\n    b:\n", "steps:\n    a:\n      type: t\n    b:\n"),
        ("steps:\n  a:", "steps:\n  a:\n    type: t"),
        ("steps:\n  a: &x\n      title: A\n", "steps:\n  a: &x\n      type: t\n      title: A\n"),
        ("steps: {'a': {title: A}}", "steps: {'a': {type: t, title: A}}"),
        ("steps:\n  a: { }\n", "steps:\n  a: {type: t }\n"),
        ("x: &x {title: A}\nsteps:\n  a: *x\n", None),
    ],
)
def test_a_step_is_given_a_type(text: str, changed: str | None) -> None:
    step = parse(text).step("a")
    assert step is not None
    edit = type_edit(text.split("\n"), step, "t")

    assert (edit is None) == (changed is None)
    if edit is not None and changed is not None:
        lines = text.split("\n")
        line, column = edit.range.start.line, edit.range.start.character
        lines[line] = lines[line][:column] + edit.text + lines[line][column:]
        assert "\n".join(lines) == changed
        given = parse(changed).step("a")
        assert given is not None
        assert (given.type, given.title) == ("t", step.title)


@pytest.mark.parametrize(
    ("text", "column", "part"),
    [
        ("steps: {requirement: }", 10, "requirement"),
        ("steps: {'requirement': }", 10, "requirement"),
        ("steps: {a: {inputs: {x: {step: requirement/refine}}}}", 32, "refine"),
        ('steps: {a: {inputs: {x: {step: "b/requirement"}}}}', 45, "requirement"),
        ("steps: {a: {inputs: {x: {step: &x b}}}}", 32, "b"),
    ],
)
def test_the_last_part_is_what_is_renamed(text: str, column: int, part: str) -> None:
    place = place_at(parse(text), Position(0, column))

    assert place is not None
    where = last_part_range([text], place)
    assert text[where.start.character : where.end.character] == part
