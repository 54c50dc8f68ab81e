"""What the document of a response says when its run did not succeed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fourfold.reports.response_document import response_document
from fourfold.text.figures import local_time
from reports.records import SAVED, run, version

LATER = SAVED + timedelta(minutes=2)
THEN, NOW = local_time(SAVED), local_time(LATER)


def test_a_whole_answer_stands_alone() -> None:
    assert response_document(version(3), run(3)) == "Hello!\n"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "failed", "error": "Out of credit."}, "failed: Out of credit."),
        ({"status": "failed", "error": None}, "failed: no reason is known."),
        ({"status": "failed", "error": "two\nlines of *it*"}, r"failed: two lines of \*it\*"),
        ({"status": "cancelled"}, "was cancelled."),
        ({"status": "running"}, "goes on in another program."),
    ],
)
@pytest.mark.parametrize("arrived", ["", "Hel"])
def test_an_older_answer_is_marked_below_how_the_newer_run_ended(
    fields: dict[str, str], said: str, arrived: str
) -> None:
    newer = run(3, arrived, id="run9", started=LATER, **fields)
    parts = response_document(version(3), run(3), newer).split("\n\n")
    expected = [f"> The run of {NOW} {said}", arrived, f"Answer of {THEN}, v3:", "Hello!\n"]
    assert parts == [part for part in expected if part]


def test_a_part_of_an_answer_is_not_shown_as_a_whole_one() -> None:
    cut = run(3, "Hel", status="cancelled")
    assert response_document(version(3), cut).split("\n\n") == [
        f"> The run of {THEN} was cancelled. What had arrived:",
        "Hel\n",
    ]


def test_an_answer_that_is_arriving_is_shown_as_far_as_it_is() -> None:
    assert response_document(version(3), run(3, "Hel", status="running")) == "Hel"


def test_a_part_of_an_older_answer_is_not_called_one() -> None:
    newer = run(3, "", id="run9", started=LATER, status="cancelled")
    older = run(3, "Hel", status="failed", error="Out of credit.")
    assert response_document(version(3), older, newer).split("\n\n") == [
        f"> The run of {NOW} was cancelled.",
        f"> The run of {THEN} failed: Out of credit. What had arrived:",
        "Hel\n",
    ]


def test_what_was_never_sent_has_no_time() -> None:
    newer = run(3, "", id="run9", started=None, status="cancelled")
    assert response_document(version(3), run(3), newer).startswith("> The last run was cancelled.")
