"""Asks the process that evaluates JavaScript, and starts it anew where a limit was passed."""

from __future__ import annotations

import json
import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fourfold.evals.outside import ProgramFailedError
from fourfold.workers.process import WorkerProcess, WorkerStartError

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORKER = Path(__file__).with_name("worker.py")
_SECONDS = 1.0
_WALL_SECONDS = 5.0  # the engine's limit is processor time, on a machine that may be busy
_MEMORY = 128 << 20


class JavaScriptError(ProgramFailedError):
    """Why there is no value, as a sentence without its full stop."""


class Engine:
    """One warm process, started on first use. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worker: WorkerProcess | None = None

    def evaluate(self, code: str, *, module: str | None = None, **values: Any) -> Any:
        """The value of the expression `code`, in which `values` are there by name; a promise is
        waited for. `module` is the text of a module, which is there as `imported`.

        Values go in and out as JSON. Raises JavaScriptError.
        """
        code = f"(async () => {{{_given(values)} return JSON.stringify(await ({code}));}})().then("
        code += "text => { globalThis.text = text; },"
        code += "error => { globalThis.thrown = String(error); });"
        request = {"code": code} if module is None else {"code": code, "module": module}
        text = self._text(request)
        return None if text is None else json.loads(text)

    def matches(self, pattern: str, text: str) -> bool:
        """Whether a regular expression without flags matches somewhere. Raises JavaScriptError.

        No code but ours runs, so the engine is kept, which is forty times as quick.
        """
        given = _given({"pattern": pattern, "text": text})
        code = f"(() => {{{given} return String(new RegExp(pattern).test(text));}})()"
        return self._text({"code": code, "kept": True}) == "true"

    def _text(self, request: dict[str, Any]) -> str | None:
        with self._lock:
            answer = self._ask(json.dumps(request).encode())
        if "error" in answer:
            raise JavaScriptError(_WHY.get(answer["error"]) or answer["message"])
        text: str | None = answer["text"]
        return text

    def close(self) -> None:
        """End the process; the next evaluation starts a new one."""
        with self._lock:
            self._discard()

    def _ask(self, request: bytes) -> dict[str, Any]:
        if self._worker is not None and not self._worker.alive:
            self._discard()
        if self._worker is None:
            self._worker = _start()
        try:
            self._worker.send(request)
            answer = self._worker.receive(_WALL_SECONDS)
        except OSError:
            answer = None
        if answer is None:
            self._discard()
            return {"error": "time"}
        return answer

    def _discard(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None


@cache
def shared_engine() -> Engine:
    """The engine that every check of this process uses."""
    return Engine()


_WHY = {
    "time": f"it did not end within {_SECONDS:g} s",
    "memory": f"it needed more than {_MEMORY >> 20} MiB of memory",
}


def _given(values: Mapping[str, Any]) -> str:
    """JavaScript in which `values` have their names: as JSON twice, so that what JSON allows and
    JavaScript does not stays within a text."""
    return "".join(
        f"const {name} = JSON.parse({json.dumps(json.dumps(value))});"
        for name, value in values.items()
    )


def _start() -> WorkerProcess:
    if find_spec("quickjs") is None:
        raise JavaScriptError("it needs JavaScript, which has no build for this platform")
    settings = {"seconds": _SECONDS, "memory": _MEMORY}
    try:
        # The engine's own limit is one of processor time; this one ends the process on the clock.
        return WorkerProcess(_WORKER, settings, 2 * _SECONDS, ("quickjs",))
    except WorkerStartError as error:
        raise JavaScriptError(f"the process that evaluates JavaScript {error}") from None
