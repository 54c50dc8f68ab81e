"""Figures as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fourfold.text import figures


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [
        (None, "–"),
        (0, "0.0 s"),
        (42, "0.04 s"),
        (310, "0.3 s"),
        (1234, "1.2 s"),
        (59_940, "1 min 0 s"),
        (125_000, "2 min 5 s"),
    ],
)
def test_seconds(milliseconds: float | None, shown: str) -> None:
    assert figures.seconds(milliseconds) == shown


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ([], ""),
        ([7], "v7"),
        ([2, 1], "v1–v2"),
        ([5, 4, 3, 1], "v1, v3–v5"),
        ([1, 3, 5, 9], "v1, v3, v5, v9"),
    ],
)
def test_versions(numbers: list[int], shown: str) -> None:
    assert figures.versions(numbers) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (None, "–"),
        (0, "$0"),
        (0.00002, "<$0.0001"),
        (0.0004, "$0.0004"),
        (0.12, "$0.1200"),
        (1234.5, "$1,234.50"),
    ],
)
def test_dollars(amount: float | None, shown: str) -> None:
    assert figures.dollars(amount) == shown


def test_counts() -> None:
    assert figures.tokens(1) == "1 token"
    assert figures.tokens(12_340) == "12,340 tokens"
    assert figures.counted(None, "token") == "– tokens"
    assert figures.line_changes(3, 1200) == "+3 −1,200"


def test_a_result_leaves_out_what_is_not_known() -> None:
    assert figures.result(1234, 340, 0.0004) == "1.2 s · 340 tokens · $0.0004"
    assert figures.result(1234, None, None) == "1.2 s"
    assert figures.result(None, None, None) == ""


def test_local_time() -> None:
    assert figures.local_time(datetime(2026, 11, 22, 17, 39, 59, tzinfo=UTC)) == "2026-11-22 17:39"
    assert figures.local_time(None) == "–"
