"""Which versions are compared, and which documents make its pairs."""

from __future__ import annotations

import re

import pytest

from fourfold.errors import InvalidArgumentError
from fourfold.reports.comparison import ComparedVersion, Comparison, versions_to_compare
from fourfold.store.records import StepHistory
from reports.records import history, run, version


def numbers(*args: object) -> list[int]:
    return [v.number for v in versions_to_compare(*args)]  # type: ignore[arg-type]


def test_the_current_version_is_compared_with_the_newest_other() -> None:
    assert numbers(history(5, 4, 3, 2, current=3)) == [3, 5]
    assert numbers(history(5, 4, 3, 2, current=5)) == [5, 4]


@pytest.mark.parametrize(
    ("current", "parent", "expected"), [(5, 2, [5, 2]), (5, 1, [5, 4]), (3, 2, [3, 5])]
)
def test_what_was_just_made_is_compared_with_what_it_was_made_from(
    current: int, parent: int, expected: list[int]
) -> None:
    made = [version(n, parent=parent if n == current else None) for n in (5, 4, 3, 2)]
    assert numbers(StepHistory("requirement", current, tuple(made))) == expected


def test_versions_are_compared_in_the_order_asked_for() -> None:
    assert numbers(history(5, 4, 3, 2, current=3), [5, 2, 4]) == [5, 2, 4]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ([2, 9], "requirement has no v9; kept are v2, v3, v4, v5."),
        ([2], "2 to 4 different versions; requirement has v2, v3, v4, v5."),
        ([], "2 to 4 different versions"),
        ([2, 2], "2 to 4 different versions"),
        ([2, 3, 4, 5, 6], "2 to 4 different versions"),
    ],
)
def test_versions_that_cannot_be_compared(asked: list[int], message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=re.escape(message)) as caught:
        versions_to_compare(history(5, 4, 3, 2, current=3), asked)
    assert caught.value.field == "versions"


def test_a_single_version_has_nothing_to_be_compared_with() -> None:
    with pytest.raises(InvalidArgumentError, match="requirement has only v1; change the prompt"):
        versions_to_compare(history(1, current=1))


def test_pairs_hold_each_version_to_the_first_responses_first() -> None:
    compared = tuple(ComparedVersion(version(n), run(n)) for n in (3, 2, 5))
    made = Comparison("requirement", compared)
    assert made.title == "requirement: v3 ↔ v2 ↔ v5"
    assert made.versions == (3, 2, 5)
    assert [(pair.title, *pair.left[:2], *pair.right[:2]) for pair in made.pairs] == [
        ("requirement: v3 ↔ v2 (response)", "response", 3, "response", 2),
        ("requirement: v3 ↔ v5 (response)", "response", 3, "response", 5),
        ("requirement: v3 ↔ v2 (prompt)", "prompt", 3, "prompt", 2),
        ("requirement: v3 ↔ v5 (prompt)", "prompt", 3, "prompt", 5),
    ]


def test_responses_of_others_are_called_theirs() -> None:
    sides = (run(3), run(2, author="ann\x1b[31m"))
    compared = tuple(ComparedVersion(version(n), one) for n, one in zip((3, 2), sides, strict=True))
    assert [pair.title for pair in Comparison("requirement", compared).pairs] == [
        "requirement: v3 ↔ v2 by ann<U+001B>[31m (response)",
        "requirement: v3 ↔ v2 (prompt)",
    ]
