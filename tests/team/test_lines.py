"""What others write is taken only where it is as Fourfold writes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.errors import FourfoldError
from fourfold.store.facts import SharedRun
from fourfold.store.records import Rating, Run, Score
from fourfold.team import lines, reading
from fourfold.team.lines import RatingLine, RunLine, ScoreLine

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)
ID, HASH = "0" * 16, "a" * 32
RUN = Run(
    ID,
    "a",
    3,
    "größe/4",
    "failed",
    HASH,
    test="t",
    repeat=2,
    error="No.",
    error_kind="misfit",
    truncated=True,
    started=NOW,
    first_token_ms=0.5,
    duration_ms=1e300,
    input_tokens=2**53,
    cost_usd=0.1,
    previous=ID,
    used_examples=("x",),
    adjustments=("y",),
    inputs={"n": 1, "deep": {"list": [None, True, 1.5, "\u2028"]}},
    messages=({"role": "user", "content": "\0 😀"},),
    parameters={"stop": ["a"]},
    response="r",
    recipe="stays here",
    output="stays here",
    value="1",
)


def back(line: lines.Line) -> lines.AnyLine:
    data = lines.write_line(line)
    assert data.count(b"\n") == 1
    return lines.read_line(data)


def test_what_leaves_comes_back_but_for_what_is_of_one_workspace() -> None:
    line = back(lines.run_line(SharedRun(RUN, HASH), "me"))
    assert isinstance(line, RunLine)
    run, request = lines.run_of(line)
    assert request == HASH
    assert (run.author, run.version, run.recipe, run.output, run.value) == (
        "me",
        None,
        "",
        "",
        None,
    )
    for name in ("id", "step", "hash", "model", "inputs", "messages", "started", "duration_ms"):
        assert getattr(run, name) == getattr(RUN, name) or list(getattr(RUN, name)), name
    assert run.inputs == RUN.inputs
    assert list(run.messages) == list(RUN.messages)
    score = Score(ID, "0", "equals", True, None, None, "why", "1", "m", 0.5)
    line = back(lines.score_line(score))
    assert isinstance(line, ScoreLine)
    assert lines.score_of(line) == score
    rating = Rating(ID, "ann", -1, "so", NOW)
    line = back(lines.rating_line(rating))
    assert isinstance(line, RatingLine)
    assert lines.rating_of(line) == rating


GOOD: dict[str, Any] = {
    "kind": "run",
    "id": ID,
    "step": "a",
    "hash": HASH,
    "request": HASH,
    "by": "ann",
    "model": "m",
    "status": "succeeded",
}


@pytest.mark.parametrize(
    "odd",
    [
        {"id": ID + "\n"},
        {"id": "../../etc"},
        {"hash": HASH.upper()},
        {"by": ""},
        {"by": None},
        {"status": "running"},
        {"repeat": 0},
        {"repeat": 2**40},
        {"inputTokens": -1},
        {"inputTokens": 2**60},
        {"started": "2026-01-01T00:00:00"},
        {"started": "yesterday"},
        {"errorKind": "worse"},
        {"messages": [{"role": "user", "content": 1}]},
        {"messages": [{"name": "user"}]},
        {"response": None},
        {"costUsd": "free"},
        {"kind": "database"},
    ],
    ids=str,
)
def test_an_odd_value_is_no_line(odd: dict[str, Any]) -> None:
    assert isinstance(lines.read_line(json.dumps(GOOD).encode()), RunLine)
    with pytest.raises(lines.LineError):
        lines.read_line(json.dumps(GOOD | odd).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"{",
        b'{"kind": "run", "id": "\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        json.dumps(GOOD).replace('"m"', "1e999").encode(),
    ],
    ids=lambda data: str(data[:12]),
)
def test_what_is_no_json_is_no_line(data: bytes) -> None:
    with pytest.raises(lines.LineError):
        lines.read_line(data)


def test_deep_values_are_refused_or_taken_but_never_stop_the_process() -> None:
    deep = json.dumps(GOOD).replace(
        '"m"', '"m", "inputs": {"x": ' + "[" * 5_000 + "]" * 5_000 + "}"
    )
    with pytest.raises(lines.LineError):
        lines.read_line(deep.encode())


HEADER = json.dumps(
    {"kind": "fourfold", "format": 1, "by": "ann", "written": "2026-01-01T00:00:00Z"}
)


def read(tmp_path: Path, *written: str) -> list[Any]:
    file = tmp_path / "given.jsonl"
    file.write_text("\n".join(written), encoding="utf-8")
    return list(reading.read_lines(file))


def test_files_may_be_put_together(tmp_path: Path) -> None:
    run = json.dumps(GOOD)
    assert len(read(tmp_path, HEADER, run, "", HEADER, run, "")) == 2


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ([], "is empty"),
        (["", " "], "is empty"),
        ([json.dumps(GOOD)], "Line 1"),
        ([HEADER.replace("1", "2", 1)], "format 2"),
        ([HEADER, "{}"], "Line 2"),
        ([HEADER, json.dumps(GOOD), "no"], "Line 3"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, written: list[str], said: str) -> None:
    with pytest.raises(FourfoldError, match=said):
        read(tmp_path, *written)


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LINE_BYTES", 1_000)
    with pytest.raises(FourfoldError, match=r"Line 2 of .* more than 1,000 bytes"):
        read(tmp_path, HEADER, json.dumps(GOOD | {"response": "x" * 2_000}))
