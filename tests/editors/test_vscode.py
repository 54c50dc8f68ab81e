"""Fourfold in the real VS Code, through Chromium: the node suites of `vscode/`, test by test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from editors.node_suite import HERE as EDITORS
from editors.node_suite import ROOT, TOOLS, missing_browser, run_suite

if TYPE_CHECKING:
    from collections.abc import Callable

EDITOR = "VS Code 1.139"

SHOWN_BY = {
    "five saved texts leave v2 to v5, and each can be put back": (
        "history",
        "save",
        "switch",
        "undo",
    ),
    "a response streams in beside the prompt, and the lens gets its figures": ("run", "response"),
    "two responses stand side by side; those that are missing are run first": ("compare",),
    "all four versions run at once, seen in the tree, and one is cancelled": ("cancel",),
    "keys and inputs are completed, and what is wrong is told": ("mistakes", "completion"),
    "a window closed during a run leaves no process behind, and keeps what had arrived": ("quit",),
}
"""The scenarios that prove a feature of `features.py`, once they have passed."""

HERE = EDITORS / "vscode"
LIMIT_SECONDS = 1800


def missing() -> list[str]:
    """What the suite needs and this machine has not."""
    needed = {
        "VS Code": (TOOLS / "code-server/installed").exists(),
        "the VSIX": (ROOT / "vscode-extension/dist/fourfold.vsix").exists(),
    }
    return [*missing_browser(), *(name for name, found in needed.items() if not found)]


@pytest.mark.timeout(LIMIT_SECONDS)
@pytest.mark.flaky(reruns=0)  # each of its tests has its second try there
def test_vscode(subtests: pytest.Subtests, shown: Callable[[str], None]) -> None:
    if lacking := missing():
        pytest.skip(f"the tests in VS Code need {', '.join(lacking)}: run `make editors`")

    def passed(scenario: str) -> None:
        for feature in SHOWN_BY.get(scenario, ()):
            shown(feature)

    run_suite(HERE.glob("*.test.mjs"), subtests, passed)


def test_scenarios_that_prove_features_exist() -> None:
    scenarios = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("*.test.mjs"))
    assert [name for name in SHOWN_BY if name not in scenarios] == []
