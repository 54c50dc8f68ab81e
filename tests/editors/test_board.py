"""The board in real Chromium, as a file and served: the node suites of `board/`, test by test."""

from __future__ import annotations

import pytest

from editors.node_suite import HERE, missing_browser, run_suite

BOARD = HERE / "board"


@pytest.mark.timeout(900)
@pytest.mark.flaky(reruns=0)  # each of its tests has its second try there
def test_board(subtests: pytest.Subtests) -> None:
    if lacking := missing_browser():
        pytest.skip(f"the tests of the board need {', '.join(lacking)}: run `make editors`")
    run_suite(BOARD.glob("*.test.mjs"), subtests)
