"""Whether Python files compile, found out where a file that breaks the compiler does no harm."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fourfold.steps.processes import clean_environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORKER = Path(__file__).with_name("compile_worker.py")
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """Why the file at `path` does not compile; `line` counts from 1."""

    path: str
    line: int
    message: str


def first_syntax_error(files: Sequence[Mapping[str, str]]) -> SyntaxProblem | None:
    """The first of `files` (`path`, `content`) that does not compile. Blocks for 20 s at most."""
    deadline = time.monotonic() + _SECONDS
    for file in files:
        problem = _compiled(file["path"], file["content"], deadline - time.monotonic())
        if problem is not None:
            return problem
    return None


def _compiled(path: str, content: str, seconds: float) -> SyntaxProblem | None:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(_WORKER)],
            input=content.encode("utf-8", "surrogatepass"),
            capture_output=True,
            timeout=max(seconds, 0),
            check=False,
            env=clean_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return SyntaxProblem(path, 1, "it takes too long to compile")
    except ValueError:
        return SyntaxProblem(path, 1, "it is too much for Python's compiler")
    if answer is None:
        return None
    return SyntaxProblem(path, answer["line"], answer["message"])
