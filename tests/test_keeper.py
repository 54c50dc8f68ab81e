"""However a run of the tests ends, no process that it has started is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.processes import Ends

HERE = Path(__file__).parent
LIMIT_SECONDS = 60.0

CONFTEST = "from support.keeper import pytest_cmdline_main\n"
RUN = """
import os, subprocess, sys, time
from pathlib import Path

DAEMON = '''
import os, time
if os.fork() == 0:
    os.setsid()
    print(os.getpid(), flush=True)
    os.close(1)
    time.sleep(300)
'''

def test_that_leaves_a_process():
    started = subprocess.run([sys.executable, "-c", DAEMON], stdout=subprocess.PIPE, check=True)
    Path("told").write_text(f"{os.getpid()} {int(started.stdout)}")
    if Path("waits").exists():
        time.sleep(300)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of orphans")


def start(folder: Path, *options: str) -> tuple[subprocess.Popen[bytes], int, int]:
    """A run of the tests, the process that runs its only one, and the one that this has left."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(RUN)
    os.mkfifo(folder / "told")
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-c", os.devnull, *options],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": f"{HERE}:{HERE.parent / 'server'}",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_ADDOPTS": "",  # which may name what those plugins bring
        },
        stdout=subprocess.DEVNULL,
    )
    tests, left = map(int, (folder / "told").read_text().split())
    return run, tests, left


def test_that_ended(tmp_path: Path) -> None:
    run, _, left = start(tmp_path)
    assert run.wait(LIMIT_SECONDS) == 0
    assert not Path(f"/proc/{left}").exists()


@pytest.mark.parametrize(
    ("sent", "code", "options"),
    [
        (signal.SIGINT, 2, ()),
        (signal.SIGTERM, 2, ()),
        (signal.SIGKILL, -9, ()),
        (signal.SIGKILL, -9, ("-p", "xdist", "-n1")),
    ],
    ids=["interrupt", "terminate", "kill", "kill-xdist"],
)
def test_that_was_ended(sent: int, code: int, options: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "waits").touch()
    run, tests, left = start(tmp_path, *options)
    ends = Ends([tests, left])
    run.send_signal(sent)
    assert run.wait(LIMIT_SECONDS) == code
    ends.wait(LIMIT_SECONDS)


def test_whose_pytest_was_killed(tmp_path: Path) -> None:
    (tmp_path / "waits").touch()
    run, tests, left = start(tmp_path)
    ends = Ends([left])
    os.kill(tests, signal.SIGKILL)
    assert run.wait(LIMIT_SECONDS) == 128 + signal.SIGKILL
    ends.wait(0)
