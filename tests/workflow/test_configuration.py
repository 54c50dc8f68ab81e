"""What a workflow.yaml means, however it is written."""

from __future__ import annotations

from textwrap import dedent

import pytest

from fourfold.workflow.file.configuration import (
    ResponseConfig,
    WorkflowConfig,
    default_title,
    parse,
)

WORKFLOW = dedent(
    """\
    name: Automated Coding
    model: gpt-5-mini
    steps:
      requirement:
        title: The requirement
        steps:
          refine:
            model: gpt-5
            inputs:
              draft: {step: requirement}
            steps:
              deeper:
      architecture_design:
        options: {temperature: 0.2, maxOutputTokens: 900}
        inputs:
          requirement: {step: requirement/refine}
          conventions: {file: docs/conventions.md}
          language: {value: Python}
        response: {kind: json, schema: {type: object}, retries: 2}
    """
)


def test_the_whole_file_is_read() -> None:
    workflow = parse(WORKFLOW)

    assert workflow.problems == ()
    assert workflow.name == "Automated Coding"
    assert [step.id for step in workflow.walk()] == [
        "requirement",
        "requirement/refine",
        "requirement/refine/deeper",
        "architecture_design",
    ]
    design = workflow.step("architecture_design")
    assert design is not None
    assert {name: (source.kind, source.value) for name, source in design.inputs.items()} == {
        "requirement": ("step", "requirement/refine"),
        "conventions": ("file", "docs/conventions.md"),
        "language": ("value", "Python"),
    }
    assert design.response == ResponseConfig("json", {"type": "object"}, 2)
    assert design.options == {
        "temperature": 0.2,
        "max_output_tokens": 900,
    }
    assert all(not step.options for step in workflow.walk() if step is not design)


def test_ranges_point_at_the_step_and_at_the_source_of_an_input() -> None:
    refine = parse(WORKFLOW).step("requirement/refine")

    assert refine is not None
    assert (refine.range.start.line, refine.range.start.character) == (6, 6)
    assert (refine.range.end.line, refine.range.end.character) == (6, 12)
    draft = refine.inputs["draft"].range
    assert (draft.start.line, draft.start.character, draft.end.character) == (9, 24, 35)


@pytest.mark.parametrize(
    ("step", "model"), [("requirement/refine", "gpt-5"), ("requirement", None)]
)
def test_a_step_may_ask_for_a_model_of_its_own(step: str, model: str | None) -> None:
    workflow = parse(WORKFLOW)
    said = workflow.step(step)
    assert said is not None
    assert (said.model, workflow.model) == (model, "gpt-5-mini")


def test_without_the_file_nothing_is_asked_for() -> None:
    workflow = WorkflowConfig()

    assert workflow.model is None
    assert workflow.title("requirement/refine") == "Refine"
    assert workflow.ordered(["b", "a/c", "a"]) == ["a", "a/c", "b"]


def test_steps_that_the_file_does_not_name_are_listed_after_the_others_by_path() -> None:
    listed = parse(WORKFLOW).ordered(
        [
            "zebra",
            "requirement_x",
            "requirement/other",
            "architecture_design",
            "requirement/refine",
            "requirement",
        ]
    )

    assert listed == [
        "requirement",
        "requirement/refine",
        "architecture_design",
        "requirement/other",
        "requirement_x",
        "zebra",
    ]


@pytest.mark.parametrize(
    ("step", "title"),
    [
        ("requirement", "The requirement"),
        ("requirement/refine", "Refine"),
        ("architecture_design", "Architecture design"),
    ],
)
def test_a_title_is_the_files_else_made_from_the_id(step: str, title: str) -> None:
    assert parse(WORKFLOW).title(step) == title


@pytest.mark.parametrize(
    ("step", "title"),
    [("a-b_c", "A b c"), ("x/élan", "Élan"), ("GPT notes", "GPT notes"), ("__", "__"), ("", "")],
)
def test_default_titles(step: str, title: str) -> None:
    assert default_title(step) == title


def test_keys_are_names_whatever_yaml_takes_them_for() -> None:
    workflow = parse("steps: {1: , yes: , 2024-01-01: , 0x10: }")

    assert [step.id for step in workflow.steps] == ["1", "yes", "2024-01-01", "0x10"]
    assert workflow.problems == ()


def test_unknown_keys_are_left_alone() -> None:
    workflow = parse("later: {x: 1}\nsteps:\n  a:\n    colour: red\n    response: {shape: round}\n")

    assert workflow.problems == ()
    assert [step.id for step in workflow.steps] == ["a"]


def test_what_aliases_and_merge_keys_share_is_read() -> None:
    workflow = parse(
        dedent(
            """\
            shared: &shared {model: gpt-5, title: Shared}
            steps:
              a: *shared
              b:
                <<: *shared
                title: Own
            """
        )
    )

    assert workflow.problems == ()
    assert [(step.model, step.title) for step in workflow.steps] == [
        ("gpt-5", "Shared"),
        ("gpt-5", "Own"),
    ]


def test_line_ends_and_a_byte_order_mark_make_no_difference() -> None:
    assert parse("\ufeff" + WORKFLOW.replace("\n", "\r\n")) == parse(WORKFLOW)


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "---\n", "~", "steps:", "name:"])
def test_a_file_without_content_is_no_problem(text: str) -> None:
    assert parse(text) == WorkflowConfig()
