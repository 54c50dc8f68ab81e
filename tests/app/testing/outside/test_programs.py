"""Programs that checks are written in, as real processes, well-meaning and hostile."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.app.testing.outside.programs import Programs
from fourfold.evals.outside import CallProgram, CannotJudgeError, ProgramFailedError

if TYPE_CHECKING:
    from fourfold.user.consent import Question

PROGRAM = """\
import os, subprocess, sys, time
import helper

def get_assert(output, context):
    return {"pass": output == helper.WANTED, "score": 1, "reason": context["vars"]["who"]}

async def later(output, context):
    return 0.5

def prints(output, context):
    print("x" * 10_000_000); print("y", file=sys.stderr); os.write(1, b"{}")
    return True

def endless(output, context):
    while True: pass

def sleeps(output, context):
    time.sleep(99)

def eats(output, context):
    return len(bytearray(8 << 30))

def forks(output, context):
    os.fork(); os.fork()
    return True

def stays(output, context):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(77)"], start_new_session=True)
    return True

def bomb(output, context):
    while True: os.fork()

def ends(output, context):
    os._exit(3)

def huge(output, context):
    return "x" * 5_000_000

def nan(output, context):
    return float("nan")

def odd(output, context):
    return object

def deep(output, context):
    value = []
    for _ in range(100_000): value = [value]
    return value

def reads(output, context):
    return open(output).read()

def writes(output, context):
    open(output, "w").write("x")
    return True

def calls(output, context):
    import socket
    socket.create_connection(("127.0.0.1", int(output)), timeout=2)
    return True

def environment(output, context):
    return sorted(os.environ)
"""
NODE = """\
const up = require('up');
module.exports = (output, context) => up(output) + context.vars.who;
module.exports.endless = () => { for (;;); };
module.exports.eats = () => { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)); };
module.exports.throws = () => { throw new Error('boom'); };
module.exports.nan = () => NaN;
module.exports.prints = () => { console.log('{"value": false}'); return true; };
"""


async def agree(_: Question) -> bool:
    return True


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    made = tmp_path / "workspace"
    (made / "node_modules" / "up").mkdir(parents=True)
    (made / "node_modules" / "up" / "index.js").write_text("module.exports = s => s.toUpperCase()")
    (made / "tests").mkdir()
    (made / "tests" / "helper.py").write_text("WANTED = 'hello'\n")
    (made / "tests" / "check.py").write_text(PROGRAM)
    (made / "tests" / "check.cjs").write_text(NODE)
    (made / ".env").write_text("KEY=private")
    return made


async def call(
    folder: Path, function: str, output: Any = "hello", name: str = "check.py", **limits: Any
) -> Any:
    path = folder / "tests" / name
    language: Any = "python" if name.endswith(".py") else "javascript"
    request = CallProgram(language, "", path, function, output, {"vars": {"who": "Ada"}})
    return (await Programs(folder, agree, **limits).call(request)).value


async def test_a_function_of_a_file_that_imports_another(folder: Path) -> None:
    found = await call(folder, "get_assert")
    assert found == {"pass": True, "score": 1, "reason": "Ada"}
    assert await call(folder, "later") == 0.5
    assert await call(folder, "prints") is True


@pytest.mark.parametrize(
    ("function", "why"),
    [
        ("endless", "it did not end within 2 s"),
        ("sleeps", "it did not end within 2 s"),
        ("eats", "it needed more than 1,024 MiB of memory"),
        ("bomb", "BlockingIOError|did not end|ended before it gave a value"),
        ("ends", r"it ended before it gave a value \(exit code 3\)"),
        ("huge", "its value is larger than 1 MiB"),
        ("nan", "ValueError: it gives nan, which is no number to go by"),
        ("deep", "RecursionError"),
        ("nothing", "NameError: there is no function nothing"),
    ],
)
async def test_a_hostile_program_gives_no_value(folder: Path, function: str, why: str) -> None:
    with pytest.raises(ProgramFailedError, match=why):
        await call(folder, function, seconds=2.0)
    assert await call(folder, "later") == 0.5  # the next one is not held up


async def test_what_it_starts_ends_with_it(folder: Path) -> None:
    assert await call(folder, "forks") is True
    assert await call(folder, "stays") is True
    for process in Path("/proc").glob("[0-9]*/cmdline") if sys.platform == "linux" else ():
        try:
            assert b"time.sleep(77)" not in process.read_bytes()
        except OSError:
            continue


@pytest.mark.skipif(sys.platform != "linux", reason="there are walls on Linux alone")
async def test_it_reads_the_folder_and_nothing_of_the_users(folder: Path) -> None:
    assert (await call(folder, "reads", str(folder / "tests" / "helper.py"))).startswith("WANTED")
    for private in (folder / ".env", Path.home() / ".bashrc", Path(os.environ["XDG_DATA_HOME"])):
        with pytest.raises(ProgramFailedError, match="Error"):
            await call(folder, "reads", str(private))
    with pytest.raises(ProgramFailedError, match="Error"):
        await call(folder, "writes", str(folder / "tests" / "new.txt"))
    assert not (folder / "tests" / "new.txt").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="there are walls on Linux alone")
async def test_it_reaches_no_network_and_no_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_PRIVATE_THING", "x")
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(ProgramFailedError, match="Error"):
        await call(folder, "calls", str(port))
    server.close()
    assert "MY_PRIVATE_THING" not in await call(folder, "environment")


async def test_nothing_runs_before_the_user_agrees(folder: Path) -> None:
    asked: list[str] = []

    async def refuse(question: Question) -> bool:
        asked.append(question.text)
        return False

    request = CallProgram("python", "def main(o, c): return True", None, "main", "x", {})
    for ask in (None, refuse):
        programs = Programs(folder, ask)
        for _ in range(3):
            with pytest.raises(CannotJudgeError, match="and you have not agreed to that: run the"):
                await programs.call(request)
    assert asked == [
        f"Tests of {folder} want to run programs of their own. Run what is in that folder, now and"
        " in future?"
    ]
    for trusted in (folder, folder.parent):
        assert (await Programs(folder, None, trusted=[trusted]).call(request)).value is True
    with pytest.raises(CannotJudgeError):
        await Programs(folder, None, trusted=[folder / "tests"]).call(request)
    assert (await Programs(folder, agree).call(request)).value is True
    assert (await Programs(folder, None).call(request)).value is True  # from now on


NO_NODE = pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node here")


@NO_NODE
async def test_javascript_that_imports_packages_runs_in_node(folder: Path) -> None:
    assert await call(folder, "", name="check.cjs") == "HELLOAda"
    assert await call(folder, "prints", name="check.cjs") is True


@NO_NODE
@pytest.mark.parametrize(
    ("function", "why"),
    [
        ("endless", "it did not end within 5 s"),
        ("eats", "ended before it gave a value"),
        ("throws", "Error: boom"),
        ("nan", "it gives NaN, which is no number to go by"),
        ("nothing", "it exports no function nothing"),
    ],
)
async def test_hostile_javascript_in_node(folder: Path, function: str, why: str) -> None:
    with pytest.raises(ProgramFailedError, match=why):
        await call(folder, function, name="check.cjs", seconds=5.0, memory=64 << 20)


async def test_without_node_it_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(CannotJudgeError, match="there is no Node on the PATH for that"):
        await call(folder, "", name="check.cjs")
