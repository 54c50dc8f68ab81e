"""`make team`, end to end: three editors see the verdict of a matrix that workers carry out, and
nothing is left of any of it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.postgres import programs

REPOSITORY = Path(__file__).parents[2]
LIMIT = 300


@pytest.mark.timeout(LIMIT + 5)
def test_all_editors_watch_one_verdict_and_nothing_is_left() -> None:
    programs()
    ended = subprocess.run(
        [sys.executable, "-m", "tests.demo.team"],
        cwd=REPOSITORY,
        capture_output=True,
        encoding="utf-8",
        timeout=LIMIT,
        check=False,
    )
    told = ended.stdout
    assert (ended.returncode, ended.stderr) == (0, ""), told
    assert "4 workers wait for calls" in told
    assert told.count("'s editor is open on the prompt (") == 3
    shown = re.search(r"All of them show the same verdict: v3 (\d+) % .* · by ann", told)
    assert shown is not None
    assert "better than v1 and v2" in shown[0]
    assert "triage: v3 is better than v1 and v2" in told
    made = re.search(r"(\d+) calls were made of 600", told)
    assert made is not None
    assert int(made[1]) < 600  # certain before the end
    folder = re.search(r"runs in (/\S+), for this alone", told)
    assert folder is not None
    assert not Path(folder[1]).exists()
