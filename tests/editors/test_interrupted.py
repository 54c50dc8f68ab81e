"""A run of the tests in VS Code that is interrupted leaves no VS Code and no browser behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from editors.node_suite import HERE, ROOT
from editors.test_vscode import missing
from support.processes import Ends, descendants

if TYPE_CHECKING:
    from collections.abc import Iterator

STARTS_WITHIN_SECONDS = 120.0
ENDS_WITHIN_SECONDS = 60.0

SUITE = f"""
import {{ scenario }} from {str(HERE / "vscode/scenario.mjs")!r};
scenario('a window is open for ever', async ({{ open }}) => {{
  await open();
  await new Promise(() => {{ setInterval(() => {{}}, 1000); }});
}});
"""
RUN = """
from pathlib import Path
from editors.node_suite import run_suite

def test_it(subtests):
    run_suite([Path(__file__).with_name("open.test.mjs")], subtests)
"""
CONFTEST = "from support.keeper import pytest_cmdline_main\n"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of orphans")


def is_started(processes: list[int]) -> bool:
    """Whether a window of VS Code is open: its extension host, and Chromium's page."""
    commands = [_command(process) for process in processes]
    wanted = ("--type=extensionHost", "--type=renderer")
    return all(any(part in command for command in commands) for part in wanted)


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""  # it has ended meanwhile


@pytest.fixture
def short() -> Iterator[str]:
    """A folder for what the run leaves, with a short name."""
    with tempfile.TemporaryDirectory(prefix="vsc-", ignore_cleanup_errors=True) as folder:
        yield folder


@pytest.mark.timeout(2 * STARTS_WITHIN_SECONDS)
@pytest.mark.parametrize(
    ("sent", "options"),
    [
        (signal.SIGINT, ()),
        (signal.SIGTERM, ("-p", "xdist", "-n1")),
        (signal.SIGKILL, ()),
    ],
    ids=["interrupt", "terminate-xdist", "kill"],
)
def test_vscode_ends_with_its_run(
    sent: signal.Signals, options: tuple[str, ...], tmp_path: Path, short: str
) -> None:
    if lacking := missing():
        pytest.skip(f"the tests in VS Code need {', '.join(lacking)}: run `make editors`")
    (tmp_path / "open.test.mjs").write_text(SUITE, encoding="utf-8")
    (tmp_path / "test_it.py").write_text(RUN, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-c", os.devnull, *options],
        cwd=tmp_path,
        env={
            **os.environ,
            "TMPDIR": short,  # sockets have short names
            "PYTHONPATH": f"{ROOT / 'tests'}:{ROOT / 'server'}",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_ADDOPTS": "",  # which may name what those plugins bring
        },
        stdout=subprocess.DEVNULL,
    )
    limit = time.monotonic() + STARTS_WITHIN_SECONDS
    while not is_started(processes := descendants(run.pid)):
        assert run.poll() is None, "the run has ended by itself"
        assert time.monotonic() < limit, "no window of VS Code opens"
        time.sleep(0.1)
    ends = Ends(processes)
    run.send_signal(sent)
    run.wait(ENDS_WITHIN_SECONDS)
    ends.wait(ENDS_WITHIN_SECONDS)
