"""Suites of node:test as tests of pytest: each of theirs is a subtest.

A single file runs by itself too: `node --test tests/editors/vscode/keys.test.mjs`, with the Node
that `make editors` installs.
"""

from __future__ import annotations

import faulthandler
import json
import os
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TOOLS = Path(os.environ.get("FOURFOLD_EDITORS") or Path.home() / ".cache/fourfold-editors")


def missing_browser() -> list[str]:
    """What a suite in a browser needs and this machine has not."""
    needed = {
        "Chromium": shutil.which("chromium") or shutil.which("chromium-browser"),
        "playwright-core": (TOOLS / "playwright/installed").exists(),
        "axe-core": (ROOT / "vscode-extension/node_modules/axe-core").exists(),
    }
    return [name for name, found in needed.items() if not found]


def run_suite(
    files: Iterable[Path], subtests: pytest.Subtests, passed: Callable[[str], None] = lambda _: None
) -> None:
    """Runs these files in one process, so that they share what takes long to start.

    `passed` is told the name of each test that has passed. One that fails is tried again there, by
    itself, and a warning says so: a browser has moments of its own.
    """
    faulthandler.cancel_dump_traceback_later()  # it would dump ours, which only waits
    command = [
        *(str(TOOLS / "node/bin/node"), "--test", "--test-isolation=none"),
        f"--test-reporter={HERE / 'vscode' / 'reporter.mjs'}",
        *sorted(map(str, files)),
    ]
    output: list[str] = []
    ended = 0
    with subprocess.Popen(
        command,
        env={**os.environ, "FOURFOLD_TRIES": "2"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as suite:
        assert suite.stdout is not None
        for line in suite.stdout:
            event = json.loads(line) if line.startswith("{") else {"output": line}
            if "output" in event:
                output.append(event["output"])
                continue
            if "again" in event:
                warnings.warn(event["again"], stacklevel=1)
                continue
            ended += 1
            with subtests.test(msg=event["name"], seconds=round(event["seconds"], 1)):
                if not event["passed"]:
                    pytest.fail(event["error"], pytrace=False)
                passed(event["name"])
    assert ended, "".join(output)
    assert suite.returncode == 0, "".join(output)
