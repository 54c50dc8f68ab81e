"""A requirement becomes a list with criteria, in whichever form a model writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fourfold.steps.requirement import RequirementStep
from fourfold.steps.responses.errors import ResponseError
from support.steps import make_step

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = """\
## Goal
Finance gets the orders of a month as a file, to work on them in Excel.

## Requirements
- R1: The system must export all orders of one calendar month with number, date and total.
- R2: A month without orders must give a file with only the header line. (assumed)

## Acceptance criteria
- R1: Given 3 orders in May and 1 in June, when May is exported, then the file has 3 orders.
- R2: Given no orders in May, when May is exported, then the file has only the header line.
"""


@pytest.fixture
def step(tmp_path: Path) -> RequirementStep:
    step = make_step(tmp_path, "requirement")
    assert type(step) is RequirementStep
    return step


def listed(step: RequirementStep, response: str) -> list[tuple[str, str, list[str]]]:
    value = step.process_response(response)
    assert value["markdown"] == response
    return [(it["id"], it["text"], it["criteria"]) for it in value["requirements"]]


def test_the_form_that_the_sample_asks_for(step: RequirementStep) -> None:
    value = step.process_response(SAMPLE)

    assert value == {
        "markdown": SAMPLE,
        "requirements": [
            {
                "id": "R1",
                "text": "The system must export all orders of one calendar month with number, date "
                "and total.",
                "criteria": [
                    "Given 3 orders in May and 1 in June, when May is exported, then the file has "
                    "3 orders."
                ],
            },
            {
                "id": "R2",
                "text": "A month without orders must give a file with only the header line. "
                "(assumed)",
                "criteria": [
                    "Given no orders in May, when May is exported, then the file has only the "
                    "header line."
                ],
            },
        ],
        "criteria": [],
    }


FORMS: list[tuple[str, list[tuple[str, str, list[str]]]]] = [
    ("1. Do A.\n2. Do B.\n", [("R1", "Do A.", []), ("R2", "Do B.", [])]),
    ("* One\n* **R1**: Two\n* Three", [("R2", "One", []), ("R1", "Two", []), ("R3", "Three", [])]),
    (
        "- REQ-1.2 (must): Export\n- [FR-3] Import",
        [("REQ-1.2", "Export", []), ("FR-3", "Import", [])],
    ),
    (
        "The system should limit calls.\nAlways.\n\nIt must answer 429.",
        [("R1", "The system should limit calls. Always.", []), ("R2", "It must answer 429.", [])],
    ),
    ("R1: a thing\nR2: another", [("R1", "a thing", []), ("R2", "another", [])]),
    (
        "- Limit\n  - Given a\n  - When b\n  - Then c\n  - Given d\n  - at once",
        [("R1", "Limit", ["Given a, when b, then c", "Given d", "at once"])],
    ),
    ("R1: Limit\nGiven a,\nWhen b,\nThen c.", [("R1", "Limit", ["Given a, when b, then c."])]),
    ("- Limit\n- Given a\n- When b\n- Then c", [("R1", "Limit", ["Given a, when b, then c"])]),
    (
        "### R1: Limit\n\nAlways.\n\n#### Acceptance criteria\n\n- a\n- b\n\n### R2\n\nOther",
        [("R1", "Limit", ["Always.", "a", "b"]), ("R2", "Other", [])],
    ),
    (
        "Sure! Here are the requirements:\n\n- One\n- Two",
        [("R1", "One", []), ("R2", "Two", [])],
    ),
    (
        "**Goal:** be fast\n\n**Requirements:**\n- one\n- two\n**Acceptance Criteria:**\n- R2: y",
        [("R1", "one", []), ("R2", "two", ["y"])],
    ),
    (
        "- Limit\n  **Acceptance criteria:**\n  - a\n  - b",
        [("R1", "Limit", ["a", "b"])],
    ),
    (
        "## R1: A\n### Acceptance criteria\n- x\n## R2: B\n### Acceptance criteria\n- y",
        [("R1", "A", ["x"]), ("R2", "B", ["y"])],
    ),
    ("# Requirements\n- a\n\n# Out of scope\n- b\n\n# Open questions\n- c?", [("R1", "a", [])]),
    ("# Functional\n- a\n# Other things\n- b", [("R1", "a", [])]),
    ("# Export\n- a\n# Import\n- b", [("R1", "a", []), ("R2", "b", [])]),
    (
        "- When asked, it must answer.\n- When not asked, it must wait.",
        [("R1", "When asked, it must answer.", []), ("R2", "When not asked, it must wait.", [])],
    ),
    (
        "- Jobs run.\n- Background jobs end.\n- Scenario: x\n- Given a\n- Then b",
        [
            ("R1", "Jobs run.", []),
            ("R2", "Background jobs end.", ["Scenario: x", "Given a, then b"]),
        ],
    ),
    (
        "**R1: A**\n\n**Acceptance criteria:**\n- x\n\n**R2: B**\n**Acceptance criteria**\n- y",
        [("R1", "A", ["x"]), ("R2", "B", ["y"])],
    ),
    ("**Limit calls.**\n\n**Log them.**", [("R1", "Limit calls.", []), ("R2", "Log them.", [])]),
    ("- R1: a\n- R1: b", [("R1", "a", []), ("R2", "b", [])]),
]


@pytest.mark.parametrize(("response", "expected"), FORMS, ids=lambda it: str(it)[:30])
def test_other_forms(
    step: RequirementStep, response: str, expected: list[tuple[str, str, list[str]]]
) -> None:
    assert listed(step, response) == expected


def test_criteria_that_name_no_statement_are_kept(step: RequirementStep) -> None:
    value = step.process_response("- a\n- b\n\n## Acceptance criteria\n- fast\n- R9: small")
    assert value["criteria"] == ["fast", "R9: small"]
    assert "For all of them:\n\n- fast\n- R9: small" in step.describe(value)


@pytest.mark.parametrize(
    "response",
    ["", "  \n", "## Goal\nBe fast.\n\n## Open questions\n- Why?", "# Requirements", "```\nx\n```"],
)
def test_without_a_statement_it_does_not_fit(step: RequirementStep, response: str) -> None:
    with pytest.raises(ResponseError, match="holds no requirement") as error:
        step.process_response(response)
    assert "## Requirements" in error.value.hint


def test_the_document_lists_statements_with_their_criteria(step: RequirementStep) -> None:
    described = step.describe(step.process_response("- R1: Limit\n  - a\n- R2: Log"))
    assert described == "### 2 requirements\n\n- **R1**: Limit\n  - a\n- **R2**: Log"


def test_a_later_prompt_addresses_into_it(step: RequirementStep, tmp_path: Path) -> None:
    value: Any = step.process_response(SAMPLE)
    prompt = (
        "{{ requirement }}|{{ requirement.requirements[1].id }}|{{ requirement.requirements[0]"
        ".criteria }}"
    )
    later = make_step(tmp_path, "later", prompt=prompt)

    (message,) = later.construct_prompt({"requirement": value})
    text, identifier, criteria = message["content"].split("|")
    assert (text, identifier) == (SAMPLE, "R2")
    assert criteria.startswith('[\n  "Given 3 orders')


def test_a_configured_kind_is_honoured(tmp_path: Path) -> None:
    wrapped = make_step(tmp_path, "requirement", kind="markdown").process_response(
        "```markdown\n- a\n```"
    )
    assert wrapped["markdown"] == "- a\n"
    as_json = make_step(tmp_path, "requirement", kind="json").process_response('{"own": 1}')
    assert as_json == {"own": 1}
    assert make_step(tmp_path, "requirement").describe(as_json) == ""


@pytest.mark.parametrize(
    "response",
    ["- " * 100_000, "- R1: x\n" * 50_000, "given " * 150_000, "#" * 900_000, "**" * 450_000],
    ids=["nested", "many", "given", "hashes", "stars"],
)
def test_hostile_responses_end(step: RequirementStep, response: str) -> None:
    try:
        assert step.process_response(response)["requirements"]
    except ResponseError as error:
        assert str(error)  # noqa: PT017


def test_a_small_model_lists_everything_below_its_goal(step: RequirementStep) -> None:
    response = "## Goal\nLimit the calls of our API.\n- At most 100 a minute.\n- Say when.\n"
    assert [text for _, text, _ in listed(step, response)] == [
        "Limit the calls of our API.",
        "At most 100 a minute.",
        "Say when.",
    ]
