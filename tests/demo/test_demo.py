"""The demo, end to end: what it tells is what happened."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
LIMIT = 300


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """The command as a CI would run it, with keys around that the demo must not use."""
    environment = {
        **os.environ,
        "COLUMNS": "80",
        "OPENAI_API_KEY": "sk-test-0123456789abcdef",
        "OPENAI_BASE_URL": "http://127.0.0.1:9",
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=LIMIT,
        check=False,
    )


@pytest.mark.timeout(LIMIT + 5)
def test_the_main_job_from_the_first_save_to_the_last_undo() -> None:
    ended = run("-m", "tests.demo")
    assert (ended.returncode, ended.stderr) == (0, "")
    story = ended.stdout
    told = [
        "v1 · current ▾ │ ▶ Run",
        "Before the save the editor says: v1 + unsaved",
        "v2 of v1–v2 · current ▾ │ ▶ Run │ ▶▶ Run all 2 │ ⇄ Compare",
        "v5 of v2–v5 · current ▾",
        "v1 was pushed out, v2–v5 remain",
        "v3 of v2–v5 · current ▾",
        "Buffer: changed by 1 edit.",
        "File on disk: the same text as the buffer.",
        "of 4 done",
        "v2  ",
        "triage: v3 ↔ v5",
        "(first word ",
        "Response of v3",
        "Response of v5",
        "Prompt v3 → v5",
        "Which is better?",
        "True rate",
        "The verdict, after ",
        "v5 of v2–v5 · current ▾",
        "v4 of v1–v4 · current ▾",
        "Buffer and file have followed.",
        "The workflow: one step feeds the next",
        "of 6 done",
        "Automated Coding after",
        *(rf"{title} " for title in ("Requirement", "Architecture and design", "Test generation")),
        "follows is stale at once",
        "Refine the requirement   stale",
        "What to do next",
    ]
    at = 0
    for fact in told:
        assert fact in story[at:], f"{fact!r} is not told, or not at its place:\n{story}"
        at = story.index(fact, at)
    # Whether it is certain after so many calls is the small model's business, and that it says so.
    verdict = story[story.index("The verdict, after ") :]
    assert re.search(r"is better than|are equal|Not decided", verdict), verdict
    # Which of them run into the limit of tokens is the small model's business.
    ended_as = re.findall(r"^ *v[2-5] +(succeeded|failed) ", story, re.MULTILINE)
    assert len(ended_as) == 4
    assert "\x1b" not in story, "a log has no colours"
    assert max(map(len, story.splitlines())) <= 80
    found = re.search(r"The server runs as process (\d+), in (.+)\.", story)
    assert found is not None
    assert not Path(found[2]).exists()
    if sys.platform != "win32":
        with pytest.raises(ProcessLookupError):
            os.kill(int(found[1]), 0)


def test_without_the_embedded_model_it_says_how_to_get_it() -> None:
    program = (
        "import runpy, fourfold.llm.embedded_files as files\n"
        "files.find = lambda: None\n"
        "runpy.run_module('tests.demo', run_name='__main__')\n"
    )
    ended = run("-c", program)
    assert ended.returncode == 3
    assert "`make demo`" in ended.stderr
    assert ended.stdout == ""
