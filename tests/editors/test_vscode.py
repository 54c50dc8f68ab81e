"""Fourfold in the real VS Code, through Chromium: the node suite of `vscode/`, test by test."""

from __future__ import annotations

import faulthandler
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

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
    "a window closed during a run leaves no process behind, and keeps what had arrived": ("quit",),
}
"""The scenarios that prove a feature of `features.py`, once they have passed."""

HERE = Path(__file__).parent / "vscode"
ROOT = HERE.parents[2]
TOOLS = Path(os.environ.get("FOURFOLD_EDITORS") or Path.home() / ".cache/fourfold-editors")
LIMIT_SECONDS = 400


def missing() -> list[str]:
    """What the suite needs and this machine has not."""
    needed = {
        "Chromium": shutil.which("chromium") or shutil.which("chromium-browser"),
        "VS Code": (TOOLS / "code-server/installed").exists(),
        "playwright-core": (TOOLS / "playwright/installed").exists(),
        "the VSIX": (ROOT / "vscode-extension/dist/fourfold.vsix").exists(),
    }
    return [name for name, found in needed.items() if not found]


@pytest.mark.timeout(LIMIT_SECONDS)
@pytest.mark.parametrize("name", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_vscode(name: str, subtests: pytest.Subtests, shown: Callable[[str], None]) -> None:
    if lacking := missing():
        pytest.skip(f"the tests in VS Code need {', '.join(lacking)}: run `make editors vsix`")
    faulthandler.cancel_dump_traceback_later()  # it would dump ours, which only waits
    command = [
        *(str(TOOLS / "node/bin/node"), "--test", "--test-isolation=none"),
        f"--test-reporter={HERE / 'reporter.mjs'}",
        str(HERE / name),
    ]
    output: list[str] = []
    ended = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as suite:
        assert suite.stdout is not None
        for line in suite.stdout:
            event = json.loads(line) if line.startswith("{") else {"output": line}
            if "output" in event:
                output.append(event["output"])
                continue
            ended += 1
            with subtests.test(msg=event["name"], seconds=round(event["seconds"], 1)):
                if not event["passed"]:
                    pytest.fail(event["error"], pytrace=False)
                for feature in SHOWN_BY.get(event["name"], ()):
                    shown(feature)
    assert ended, "".join(output)
    assert suite.returncode == 0, "".join(output)


def test_scenarios_that_prove_features_exist() -> None:
    scenarios = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("*.test.mjs"))
    assert [name for name in SHOWN_BY if name not in scenarios] == []
