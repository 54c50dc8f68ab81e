"""What is kept of runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from fourfold.store.errors import StoreError
from fourfold.store.records import Run, Score
from fourfold.text.same import content_hash

if TYPE_CHECKING:
    from support.workspace import Workspace

STARTED = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)
RUN = Run(
    id="0000000000000001",
    step="a",
    version=1,
    model="m",
    status="running",
    hash=content_hash("A"),
    test="t",
    repeat=2,
    started=STARTED,
    inputs={"größe": [1, None]},
    messages=[{"role": "user", "content": "Hi\0\n"}],
    parameters={"temperature": 0.5},
)


@pytest.fixture
def store(workspace: Workspace):
    workspace.save("A")
    workspace.project.store.insert_runs([RUN], ["f"])
    return workspace.project.store


def test_a_run_is_found_as_it_was_stored(store):
    assert store.find_run(RUN.id) == RUN
    assert store.find_run("unknown") is None


def test_what_changes_while_it_goes_on_is_stored(store):
    done = replace(
        RUN,
        status="succeeded",
        first_token_ms=1.5,
        duration_ms=20.25,
        input_tokens=3,
        output_tokens=4,
        cost_usd=0.0001,
        error="cut off",
        error_kind="misfit",
        finish_reason="length",
        truncated=True,
        previous="0000000000000000",
        used_examples=("name",),
        adjustments=("max_tokens was sent as max_completion_tokens.",),
        parameters={"max_completion_tokens": 5},
        response="whole",
        output="o",
        value="[1]",
    )
    store.update_run(done)
    assert store.find_run(RUN.id) == done


def test_a_part_of_a_response_is_kept(store):
    store.checkpoint({RUN.id: "half an", "gone": "x"})
    assert store.find_run(RUN.id).response == "half an"
    assert store.find_run(RUN.id).status == "running"


def test_a_history_counts_runs_and_shows_the_last_without_its_response(store):
    store.insert_runs([replace(RUN, id="0000000000000002", response="long")], ["f"])
    (version,) = store.history("a").versions
    assert version.run_count == 2
    assert (version.last_run.id, version.last_run.response) == ("0000000000000002", "")


def test_the_run_that_speaks_for_a_version_is_the_newest_with_a_response(store):
    store.insert_runs([replace(RUN, id="0000000000000002")], ["f"])
    assert store.latest_run("a", 1).id == "0000000000000002"
    store.checkpoint({RUN.id: "half"})
    assert store.latest_run("a", 1).id == RUN.id
    assert store.latest_run("a", 2) is None


def test_an_identical_run_counts_once_it_succeeded_and_was_really_sent(store):
    assert store.find_identical("f") is None
    done = replace(RUN, status="succeeded", response="Hi")
    store.update_run(done)
    assert store.find_identical("f").id == RUN.id
    copy = replace(done, id="0000000000000002", cached=True)
    store.insert_runs([copy], ["f"])
    assert store.find_identical("f").id == RUN.id
    assert store.find_identical("g") is None


def test_a_run_whose_version_is_pushed_out_goes_with_it_also_while_it_goes_on(
    workspace: Workspace, store
):
    for text in "BCDE":
        workspace.save(text)
    store.update_run(replace(RUN, status="succeeded"))
    assert (store.find_run(RUN.id).version, store.find_run(RUN.id).status) == (1, "succeeded")
    workspace.save("F")
    store.update_run(replace(RUN, status="succeeded"))
    store.checkpoint({RUN.id: "late"})
    assert store.find_run(RUN.id) is None


def test_a_text_is_run_also_where_its_version_is_gone_and_has_a_number_while_it_is_kept(
    workspace: Workspace, store
):
    of_text = replace(RUN, version=None, id="0000000000000002")
    for place, text in enumerate("BCDEF"):
        store.insert_runs([replace(of_text, id=f"at{place}")], ["f"])
        workspace.save(text)
    store.insert_runs([of_text], ["f"])
    assert store.find_run("at4") is None, "it went with its version"
    store.update_run(replace(of_text, status="succeeded", response="There."))
    found = store.find_run(of_text.id)
    assert (found.version, found.label, found.response) == (None, f"text {RUN.hash[:7]}", "There.")
    workspace.save("A")
    assert store.find_run(of_text.id).version == store.history("a").current


@pytest.mark.parametrize("changes", [{"version": 2}, {"step": "unknown"}])
def test_a_run_of_a_version_that_is_not_kept_is_refused(store, changes: dict):
    other = replace(RUN, id="0000000000000002")
    with pytest.raises(StoreError):
        store.insert_runs([other, replace(RUN, id="0000000000000003", **changes)], ["f", "f"])
    assert store.find_run(other.id) is None


def test_a_response_that_is_not_whole_stands_for_no_other(store):
    for index, changes in enumerate(
        [
            {"truncated": True},
            {"finish_reason": "length"},
            {"finish_reason": "refusal"},
            {"response": "", "finish_reason": "stop"},
            {"response": " \t\r\n"},
        ]
    ):
        run = replace(RUN, id=f"part{index}", status="succeeded", **{"response": "Hi", **changes})
        store.insert_runs([run], ["f"])
        assert store.find_identical("f") is None
    whole = replace(RUN, id="whole", status="succeeded", finish_reason="stop", response="Hi")
    store.insert_runs([whole], ["f"])
    assert store.find_identical("f").id == "whole"


def test_the_newest_is_the_last_that_was_stored_whatever_its_clock_said(store):
    earlier = replace(RUN, id="0000000000000000", status="succeeded", response="newer")
    store.insert_runs([earlier], ["f"])
    assert [run.id for run in store.runs_of_version("a", 1)] == [earlier.id, RUN.id]
    assert store.history("a").versions[0].last_run.id == earlier.id
    assert store.newest_runs()["a"].id == earlier.id


def test_the_newest_fifty_of_a_text_are_kept_and_what_something_refers_to(store):
    plain = replace(RUN, test=None)
    for index in range(3):
        store.insert_runs([replace(plain, id=f"early{index}", status="succeeded")], ["f"])
    later = replace(plain, id="later", status="succeeded", previous="early1")
    store.insert_runs([later], ["f"])
    store.keep_scores({"early2": [Score("early2", "0", "contains", False, True, 1.0, "so")]})
    for index in range(60):
        store.insert_runs([replace(plain, id=f"run{index}", status="succeeded")], ["f"])
    kept = {run.id for run in store.runs_of_version("a", 1)}
    # RUN goes on, and the try before `later` was kept until `later` itself had gone.
    assert {RUN.id, "early2"} <= kept
    assert {"early0", "later", "run9"}.isdisjoint(kept)
    assert {f"run{index}" for index in range(10, 60)} <= kept


def test_what_answers_a_test_is_kept_and_pushes_out_none(workspace: Workspace, store):
    endings = {
        "answered": {"status": "succeeded"},
        "late": {"status": "failed", "error_kind": "timed_out"},
        "unfit": {"status": "failed", "error_kind": "misfit"},
        "unreached": {"status": "failed", "error_kind": "unreachable"},
        "cancelled": {"status": "cancelled", "error_kind": "cancelled"},
    }
    plain = [replace(RUN, id=f"plain{at}", test=None, status="succeeded") for at in range(50)]
    store.insert_runs(plain, ["f"] * 50)
    for name, ending in endings.items():
        store.insert_runs([replace(RUN, id=name, **ending)], [name])
    store.insert_runs([replace(RUN, id=f"more{at}") for at in range(60)], ["f"] * 60)
    assert len(store.runs_of_version("a", 1)) == 1 + 50 + 5 + 60
    store.insert_runs([replace(one, id=f"new{one.id}") for one in plain], ["f"] * 50)
    kept = {run.id for run in store.runs_of_version("a", 1)}
    assert kept & endings.keys() == {"answered", "late", "unfit"}
    assert "plain0" not in kept
    for name in endings:
        found = store.find_evidence("a", RUN.hash, name)
        assert (found is not None) == (name in ("answered", "late", "unfit"))
    assert store.find_evidence("a", "another", "answered") is None


def test_the_first_answer_of_a_test_is_the_one_that_counts(store):
    for name in ("first", "second"):
        store.insert_runs([replace(RUN, id=name, status="succeeded", response=name)], ["f"])
    assert store.find_evidence("a", RUN.hash, "f").response == "first"


def test_the_tries_before_a_run(store):
    runs = [
        replace(
            RUN, id=f"try{index}", status="failed", previous=f"try{index - 1}" if index else None
        )
        for index in range(4)
    ]
    store.insert_runs(runs, ["f"] * 4)
    assert [run.id for run in store.find_run("try3").tries] == ["try0", "try1", "try2"]
    assert store.find_run("try0").tries == ()
