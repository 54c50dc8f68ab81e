"""Hostile tests behind each kind of wall: no key, no file of the user's, no network, and an end."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import venv
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.steps import test_run
from fourfold.steps.confinement import confined
from fourfold.user.secret import MASK, Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are those of Linux")

KEY = "sk-canary-0123456789abcdef"
LIMIT_S = 30.0
ALL = ["root", "user", "landlock"] if os.geteuid() == 0 else ["user", "landlock"]


@pytest.fixture(params=ALL)
def walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """One kind of wall, so that no other stands in for it; a key in the environment."""
    monkeypatch.setattr(confined, "walls_to_try", lambda: [request.param])
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    Secret(KEY)
    return str(request.param)


@pytest.fixture
def ancestor() -> Iterator[int]:
    """A process of the same user with the key in what was its environment from the start."""
    with subprocess.Popen(["sleep", "300"], env={"OPENAI_API_KEY": KEY}) as process:
        yield process.pid
        process.kill()


def run(workspace: Path, code: str, *, agrees: bool = False) -> dict[str, Any]:
    return test_run.run_tests(
        workspace, None, [{"path": "test_it.py", "content": code}], lambda _: agrees
    )


def assert_all_passed(tests: dict[str, Any], count: int) -> None:
    assert (tests["passed"], tests["failed"], tests["error"]) == (count, 0, None), tests["output"]


def test_no_key_is_within_reach(walls: str, ancestor: int, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(KEY, "utf-8")
    (tmp_path / ".env").write_text(f"OPENAI_API_KEY={KEY}", "utf-8")
    assert KEY.encode() in Path(f"/proc/{ancestor}/environ").read_bytes()
    tests = run(
        tmp_path,
        f"""
import glob, os, pathlib
KEY = {KEY[::-1]!r}[::-1].encode()

def read(place):
    try:
        return pathlib.Path(place).read_bytes()
    except OSError:
        return b""

def test_environment():
    assert KEY.decode() not in " ".join(os.environ.values())

def test_processes():
    found = [p for p in glob.glob("/proc/*/environ") if KEY in read(p)]
    found += [n for n in range(1, 40000) if KEY in read(f"/proc/{{n}}/environ")]
    assert not found and not read("/proc/{os.getpid()}/environ")

def test_memory():
    for n in {{os.getppid(), {os.getpid()}, {ancestor}}}:
        assert not read(f"/proc/{{n}}/maps") or n == os.getpid()

def test_tracing():
    import ctypes
    attach = 16
    for n in {{os.getppid(), {os.getpid()}, {ancestor}}}:
        assert ctypes.CDLL(None).ptrace(attach, n, 0, 0) == -1

def test_files():
    for place in ({str(tmp_path / "secret.txt")!r}, {str(tmp_path / ".env")!r}, "/etc/shadow"):
        assert not read(place)
    for place in ({str(Path.home())!r}, {str(Path.cwd())!r}):
        try:
            names = os.listdir(place)
        except OSError:
            names = []
        assert not {{".bashrc", ".profile", "README.md"}} & {{*names}}
""",
    )
    assert_all_passed(tests, 5)
    assert (tests["exposed"] is None) == (walls != "landlock")
    assert KEY not in str(tests)


def test_a_key_that_is_printed_all_the_same_is_masked(walls: str, tmp_path: Path) -> None:
    tests = run(tmp_path, f"def test_a():\n    print({KEY!r}); assert 0\n")
    assert MASK in tests["output"]
    assert KEY not in str(tests)


def test_nothing_outside_can_be_written_and_no_one_reached(walls: str, tmp_path: Path) -> None:
    stranger = socket.create_server(("127.0.0.1", 0))
    in_a_file = socket.socket(socket.AF_UNIX)
    in_a_file.bind(str(tmp_path / "socket"))
    in_a_file.listen()
    outside = [tmp_path / "made", Path.home() / "fourfold-made", Path("/usr/fourfold-made")]
    tests = run(
        tmp_path,
        f"""
import socket, pytest

@pytest.mark.parametrize("place", {[str(place) for place in outside]!r})
def test_writing(place):
    try:
        open(place, "w")
    except OSError:
        pass

def test_tcp():
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", {stranger.getsockname()[1]}), 2)

def test_udp():
    with pytest.raises(OSError):
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53))

def test_socket_in_a_file():
    with pytest.raises(OSError):
        socket.socket(socket.AF_UNIX).connect({str(tmp_path / "socket")!r})

def test_own_files(tmp_path):
    (tmp_path / "mine").write_text("x")
    open("beside", "w").write("x")
""",
    )
    stranger.close()
    in_a_file.close()
    assert_all_passed(tests, 7)
    assert not any(place.exists() for place in outside)


def test_own_servers_can_be_tested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "walls_to_try", lambda: ALL[:1])
    tests = run(
        tmp_path,
        "import socket\ndef test_a():\n    server = socket.create_server(('127.0.0.1', 0))\n"
        "    socket.create_connection(server.getsockname(), 5)\n",
    )
    assert_all_passed(tests, 1)


DAEMON = """
import os, sys, time
def daemon(mark):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        code = f"import time; time.sleep(300) #{mark}"
        os.execv(sys.executable, [sys.executable, "-S", "-c", code])
"""


@pytest.mark.parametrize("waits", [False, True], ids=["ends", "late"])
def test_nothing_outlives_the_tests(
    walls: str, waits: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_run, "SECONDS", 4.0 if waits else 60.0)
    mark = f"mark{os.getpid()}{walls}{waits}"
    began = time.monotonic()
    tests = run(
        tmp_path,
        f"{DAEMON}\ndef test_a():\n    daemon({mark!r})\n    time.sleep(0.3)\n"
        f"def test_b():\n    time.sleep({300 if waits else 0})\n",
    )
    assert time.monotonic() - began < LIMIT_S
    assert tests["passed"] == (1 if waits else 2), tests
    assert (tests["error"] == "The tests took longer than 4 s and were stopped.") == waits
    assert not _processes(mark)


def test_what_runs_ends_with_fourfold(walls: str, tmp_path: Path) -> None:
    mark = f"mark{os.getpid()}{walls}killed"
    code = f"{DAEMON}\ndef test_a():\n    daemon({mark!r})\n    time.sleep(300)\n"
    program = (
        "import pathlib, sys\n"
        "from fourfold.steps.confinement import confined\n"
        "from fourfold.steps import test_run\n"
        f"confined.walls_to_try = lambda: [{walls!r}]\n"
        f"files = [{{'path': 'test_it.py', 'content': {code!r}}}]\n"
        f"test_run.run_tests(pathlib.Path({str(tmp_path)!r}), None, files, lambda _: False)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as fourfold:
        _until(lambda: bool(_processes(mark)))
        fourfold.kill()
    _until(lambda: not _processes(mark))


def test_processes_and_files_have_limits(
    walls: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if walls != "root" and os.geteuid() == 0:
        processes = "def test_processes(): pass"  # the kernel sets root no such limit
    else:
        processes = """
def test_processes():
    started = []
    with pytest.raises(OSError):
        for _ in range(2000):
            started.append(os.fork())
            if not started[-1]:
                time.sleep(300)
    assert len(started) < 400
"""
    monkeypatch.setattr(test_run, "_MAX_WRITTEN", 1_000_000)
    tests = run(
        tmp_path,
        f"import os, pytest, signal, time\n{processes}\n"
        "def test_file():\n    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "    with pytest.raises(OSError), open('big', 'wb') as file:\n"
        "        file.write(bytes(2_000_000)); file.flush()\n",
    )
    assert_all_passed(tests, 2)


def test_with_no_walls_and_a_key_nothing_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confined, "walls_to_try", list)
    Secret(KEY)
    monkeypatch.setenv("SOME_KEY", KEY)
    tests = run(tmp_path, "def test_a(): pass")
    assert tests["error"] == confined.KEY_NEAR
    monkeypatch.delenv("SOME_KEY")
    tests = run(tmp_path, "def test_a(): pass")
    assert_all_passed(tests, 1)
    assert tests["exposed"] == confined.NO_WALLS


def test_the_workspaces_python_runs_only_after_a_yes(walls: str, tmp_path: Path) -> None:
    venv.create(tmp_path / ".venv", symlinks=True)
    packages = next((tmp_path / ".venv" / "lib").glob("python*/site-packages"))
    (packages / "beside.pth").write_text(f"{tmp_path / 'src'}\n")
    for name in ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments"):
        shutil.copytree(Path(pytest.__file__).parents[1] / name, packages / name)
    shutil.copy(Path(pytest.__file__).parents[1] / "py.py", packages)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "own_module.py").write_text("ANSWER = 42", "utf-8")
    (tmp_path / "src" / ".env").write_text(KEY, "utf-8")
    code = (
        "import os, pytest, sys, own_module\ndef test_a():\n    assert own_module.ANSWER == 42\n"
        f"    assert sys.prefix == {str(tmp_path / '.venv')!r}\n"
        "    with pytest.raises(OSError):\n"
        f"        open({str(tmp_path / 'src' / '.env')!r})\n"
    )
    refused = run(tmp_path, code)
    assert "answer yes when asked" in refused["error"]
    agreed = run(tmp_path, code, agrees=True)
    assert_all_passed(agreed, 1)


def _processes(mark: str) -> list[int]:
    found = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            command = (process / "cmdline").read_bytes() if process.name.isdigit() else b""
            if mark.encode() in command and b"time.sleep(300) #" in command:
                found.append(int(process.name))
    return found


def _until(there: Any) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not there():
        assert time.monotonic() < deadline
        time.sleep(0.02)
