"""Ids of runs, and the progress of a group of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fourfold.runs.ids import RunIds
from fourfold.runs.progress import Progress, progress
from fourfold.store.records import Run

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_ids_are_short_and_sort_by_time() -> None:
    ids = RunIds()
    made = [ids.new(NOW + timedelta(milliseconds=n // 100)) for n in range(1000)]
    assert made == sorted(made)
    assert len(set(made)) == 1000
    assert {len(id_) for id_ in made} == {16}
    assert all(id_.isalnum() and id_ == id_.lower() for id_ in made)


def test_ids_go_on_when_the_clock_steps_back() -> None:
    ids = RunIds()
    later = ids.new(NOW)
    assert ids.new(NOW - timedelta(hours=1)) > later


def test_ids_of_two_processes_sort_by_time() -> None:
    assert RunIds().new(NOW) < RunIds().new(NOW + timedelta(milliseconds=2))


def run(status: str, **fields: object) -> Run:
    return Run("id", "step", 1, "model", status, **fields)  # type: ignore[arg-type]


def test_progress_counts_ended_runs_and_estimates_what_streams() -> None:
    made = progress(
        [
            run("succeeded", output_tokens=100),
            run("failed", response="x" * 9),
            run("running", response="x" * 40),
            run("queued"),
        ]
    )
    assert made == Progress(done=2, total=4, failed=1, tokens=113)
    assert made.percentage == 50
    assert not made.finished


def test_no_runs_are_done() -> None:
    assert progress([]).finished
    assert progress([]).percentage == 100
