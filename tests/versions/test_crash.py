"""A process that saves is killed at random moments: what it was told is kept, stays kept."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from support.workspace import Workspace

ROUNDS = 20
SAVER = """
import sys
from pathlib import Path
from support.workspace import Workspace

workspace = Workspace(Path(sys.argv[1]))
begin = int(sys.argv[2])
for number in range(begin, begin + 100_000):
    text = f"text {number} " * (number % 400)  + str(number)
    workspace.project.save(workspace.file(), text, "save")
    print(number, workspace.history().current, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a killed process there is another matter")
def test_a_killed_process_loses_no_version_that_it_reported(workspace: Workspace):
    workspace.save("seed")
    workspace.project.close()
    chance = random.Random(4)
    acknowledged = {1: "seed"}
    begin = 0
    for _ in range(ROUNDS):
        begin = save_and_kill(workspace, begin, chance.randrange(1, 60), acknowledged)
        workspace.assert_whole()
        with Workspace(workspace.folder) as after:
            history = after.history()
            numbers = [version.number for version in history.versions]
            newest = max(acknowledged)
            # One more may have been committed without being reported.
            assert history.current == numbers[0] in (newest, newest + 1)
            assert numbers == list(range(numbers[0], max(0, numbers[0] - 4), -1))
            for version in history.versions:
                if version.number in acknowledged:
                    assert version.text.split()[-1] == acknowledged[version.number]
            acknowledged[numbers[0]] = history.versions[0].text.split()[-1]


def save_and_kill(workspace: Workspace, begin: int, saves: int, acknowledged: dict) -> int:
    """Kills a saver in the middle of what it does after so many saves; the next text's number."""
    with subprocess.Popen(
        [sys.executable, "-c", SAVER, str(workspace.folder), str(begin)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    ) as process:
        lines = [process.stdout.readline() for _ in range(saves)]
        process.kill()
        lines += process.stdout.readlines()
    for line in lines:
        if line.endswith("\n"):
            text, version = line.split()
            acknowledged[int(version)] = text
            begin = int(text) + 2
    return begin
