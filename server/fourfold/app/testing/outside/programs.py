"""Runs the programs that checks are written in, where the user trusts the folder that has them."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from fourfold.evals.outside import CannotJudgeError, ProgramFailedError, Reply
from fourfold.steps.confinement.confined import Installation, installation, run_confined
from fourfold.user.consent import Consents, Question
from fourfold.user.secret import without_secrets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.evals.outside import CallProgram
    from fourfold.user.consent import AskUser

SECONDS = 30.0
MEMORY = 1 << 30
LARGEST = 1 << 20
"""Seconds, bytes of memory, and bytes of its value that a program has for one response."""

_FILE = 50_000_000
_LONGEST_MESSAGE = 300
_PYTHON = Path(__file__).with_name("program_worker.py")
_NODE = Path(__file__).with_name("program_worker.mjs")


class Programs:
    """The programs of one workspace `folder`, each call in a process of its own behind walls.

    It reads the folder, but for what is hidden there, and the interpreter, and writes nothing
    that stays. As many go on at once as there are processors.
    """

    def __init__(
        self,
        folder: Path,
        ask: AskUser | None,
        *,
        trusted: Sequence[Path] = (),
        seconds: float = SECONDS,
        memory: int = MEMORY,
    ) -> None:
        """What lies in a folder of `trusted` may be run without being asked for."""
        self._folder = folder.resolve()
        self._trusted = any(self._folder.is_relative_to(one.resolve()) for one in trusted)
        self._ask = ask
        self._seconds = seconds
        self._memory = memory
        self._consents = Consents("programs")
        self._refused = False
        self._room = asyncio.Semaphore(os.cpu_count() or 1)

    async def call(self, call: CallProgram) -> Reply:
        """What the function gives. Raises ProgramFailedError, and CannotJudgeError where it may not
        be called."""
        await self._require()
        async with self._room:
            return Reply(await asyncio.to_thread(self._carried_out, call))

    async def _require(self) -> None:
        if self._trusted:
            return
        question = Question(
            f"Tests of {self._folder} want to run programs of their own. Run what is in that "
            "folder, now and in future?",
            "Run them",
            "Do not run them",
        )
        given = partial(self._consents.given, str(self._folder), question, self._ask)
        if self._refused or not await given():
            self._refused = True
            raise CannotJudgeError(
                f"it runs a program of {self._folder}, and you have not agreed to that: run the "
                "tests in a terminal and answer yes when asked, or name the folder in "
                "trustedFolders of your config.toml"
            )

    def _carried_out(self, call: CallProgram) -> object:
        with tempfile.TemporaryDirectory(
            prefix="fourfold-check-", ignore_cleanup_errors=True
        ) as it:
            base = Path(it).resolve()
            (base / "code").mkdir()
            (base / "home").mkdir()
            request = {
                "path": None if call.path is None else str(call.path),
                "source": call.source,
                "function": call.function,
                "output": call.output,
                "context": dict(call.context),
            }
            (base / "request.json").write_text(json.dumps(request, default=str), "ascii")
            return self._run(call, base)

    def _run(self, call: CallProgram, base: Path) -> object:
        worker = _PYTHON if call.language == "python" else _NODE
        shutil.copyfile(worker, base / worker.name)
        answer_file = base / "answer.json"
        # Read through what was opened here: a program may have put a link in its place.
        with tempfile.TemporaryFile() as output, answer_file.open("w+b", buffering=0) as answer:
            by_number = sys.platform != "win32"
            limits = {
                "memory": self._memory,
                "seconds": self._seconds,
                "file": _FILE,
                "request": str(base / "request.json"),
                "answer": answer.fileno() if by_number else str(answer_file),
                "folder": str(self._folder),
            }
            command, reads = self._interpreter(call)
            ended = run_confined(
                [*command, str(base / worker.name), json.dumps(limits)],
                base,
                python=Installation(reads | self._shown(), frozenset()),
                output=output,
                seconds=self._seconds,
                passed=[answer.fileno()] if by_number else [],
                trusted=True,
            )
            return self._value(answer, ended.exit_code)

    def _interpreter(self, call: CallProgram) -> tuple[list[str], frozenset[Path]]:
        """The command, and what it has to read: the folder's own Python, which has what its code
        imports, else ours."""
        if call.language == "python":
            own = (self._folder / ".venv/bin/python", self._folder / ".venv/Scripts/python.exe")
            python = next((one for one in own if one.is_file()), Path(sys.executable))
            return [str(python), "-I"], installation(python, self._folder).readable
        found = shutil.which("node")
        if found is None:
            raise CannotJudgeError("it imports packages, and there is no Node on the PATH for that")
        node = Path(found).resolve()
        reads = (
            frozenset((node.parent.parent,)) if node.parent.name == "bin" else frozenset((node,))
        )
        return [str(node), f"--max-old-space-size={self._memory >> 20}"], reads

    def _shown(self) -> frozenset[Path]:
        """What is not hidden in the folder; a link could lead out of it."""
        shown = (one for one in self._folder.iterdir() if not one.name.startswith("."))
        return frozenset(one for one in shown if not one.is_symlink())

    def _value(self, answer: BinaryIO, exit_code: int | None) -> object:
        answer.seek(0)
        said = answer.read(LARGEST + 1)
        if exit_code is None:
            raise ProgramFailedError(f"it did not end within {self._seconds:g} s")
        if len(said) > LARGEST:
            raise ProgramFailedError(f"its value is larger than {LARGEST >> 20} MiB")
        try:
            found = json.loads(said)
            value, error = found.get("value"), found.get("error")
        except (ValueError, RecursionError, AttributeError):
            raise ProgramFailedError(
                f"it ended before it gave a value (exit code {exit_code})"
            ) from None
        if error == "memory":
            raise ProgramFailedError(f"it needed more than {self._memory >> 20:,} MiB of memory")
        if error is not None:
            raise ProgramFailedError(
                without_secrets(" ".join(str(error).split()))[:_LONGEST_MESSAGE]
            )
        return value
