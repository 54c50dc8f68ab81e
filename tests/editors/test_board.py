"""The board in real Chromium, as a file and served: the node suites of `board/`, test by test."""

from __future__ import annotations

import pytest

from editors.node_suite import HERE, missing_browser, run_suite

BOARD = HERE / "board"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", sorted(path.name for path in BOARD.glob("*.test.mjs")))
def test_board(name: str, subtests: pytest.Subtests) -> None:
    if lacking := missing_browser():
        pytest.skip(f"the tests of the board need {', '.join(lacking)}: run `make editors vsix`")
    run_suite(BOARD / name, subtests)
