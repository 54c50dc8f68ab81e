"""Renders a Jinja text in a separate process that is limited in time, memory and output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, TYPE_CHECKING, Any, cast

from fourfold.prompts.failures import RenderError

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORKER = Path(__file__).with_name("render_worker.py")
_START_SECONDS = 30.0
_GRACE_SECONDS = 1.0
# what Python itself may need to start; nothing else of the environment reaches a template
_PASSED_ON = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one render may use: seconds, bytes of memory, characters of output."""

    seconds: float = 2.0
    memory: int = 512 << 20
    output: int = 1 << 20


class Renderer:
    """One warm process, started on first use and again after a limit was passed.

    Safe to use from several threads; renders wait for each other.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def render(self, source: str, values: Mapping[str, Any]) -> str:
        """`source` rendered with `values`, which are sent as JSON.

        Raises RenderError; its `line` counts from the first line of `source`.
        """
        if not has_jinja(source):
            return source
        try:
            request = json.dumps({"source": source, "values": values}, default=str).encode()
        except (TypeError, ValueError, RecursionError):
            raise RenderError(
                "The inputs cannot be handed to the template: give texts, numbers, lists and "
                "mappings with text keys."
            ) from None
        with self._lock:
            answer = self._ask(request)
        if "text" in answer:
            return str(answer["text"])
        raise self._error(answer)

    def start(self) -> None:
        """Start the process now, so that the first render is as quick as the others."""
        with self._lock:
            self._running()

    def close(self) -> None:
        """End the process; the next render starts a new one."""
        with self._lock:
            self._discard()

    def _ask(self, request: bytes) -> dict[str, Any]:
        for last in (False, True):
            worker = self._running()
            began = time.monotonic()
            try:
                worker.send(request)
            except OSError:
                self._discard()
                if last:
                    break
                continue
            answer = worker.receive(self._limits.seconds + _GRACE_SECONDS)
            if answer is not None:
                if answer.get("error") == "memory":
                    self._discard()
                return answer
            self._discard()
            late = time.monotonic() - began >= self._limits.seconds
            return {"error": "time" if late else "memory"}
        return {"error": "memory"}

    def _running(self) -> _Worker:
        if self._worker is not None and not self._worker.alive:
            self._discard()
        if self._worker is None:
            self._worker = _Worker(self._limits)
        return self._worker

    def _discard(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def _error(self, answer: Mapping[str, Any]) -> RenderError:
        kind = answer.get("error")
        if kind == "time":
            return RenderError(
                f"The template took longer than {self._limits.seconds:g} s to render: "
                "shorten its loops."
            )
        if kind == "memory":
            return RenderError(
                "The template needed too much memory to render: shorten what it builds."
            )
        if kind == "output":
            return RenderError(
                f"The template renders to more than {self._limits.output:,} characters: "
                "shorten it or its inputs."
            )
        if kind == "recursion":
            return RenderError("The template calls itself without end: make its macros end.")
        if kind == "digits":
            return RenderError("The template prints a number that is too long: shorten it.")
        line = answer.get("line")
        return RenderError(
            f"{answer.get('message') or 'The template failed'}.".replace("..", "."),
            line=line - 1 if isinstance(line, int) else None,
        )


@cache
def shared_renderer() -> Renderer:
    """The renderer that every prompt of this process uses."""
    return Renderer()


def has_jinja(text: str) -> bool:
    """Whether `text` holds anything that Jinja would act on."""
    return "{{" in text or "{%" in text or "{#" in text


class _Worker:
    def __init__(self, limits: Limits) -> None:
        settings = json.dumps(
            {
                "seconds": limits.seconds,
                "memory": limits.memory,
                "output": limits.output,
                "paths": _import_paths(),
            }
        )
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_WORKER), settings],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_WORKER.parent,
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise RenderError(
                f"The process that renders templates could not be started: {error.strerror}."
            ) from None
        # both are pipes, as asked for
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._stdout = cast("IO[bytes]", self._process.stdout)
        self._answers: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        # a thread, since a pipe cannot be waited for with a limit on every platform
        threading.Thread(target=self._read, name="render-worker", daemon=True).start()
        if self.receive(_START_SECONDS) is None:
            self.kill()
            raise RenderError(
                "The process that renders templates did not start: install Fourfold again."
            )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, request: bytes) -> None:
        self._stdin.write(len(request).to_bytes(4, "big") + request)
        self._stdin.flush()

    def receive(self, seconds: float) -> dict[str, Any] | None:
        """The next answer; None when the process ended or said nothing in time."""
        try:
            return self._answers.get(timeout=seconds)
        except Empty:
            return None

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        with suppress(OSError):
            self._stdin.close()

    def _read(self) -> None:
        with self._stdout as stream:
            while len(header := stream.read(4)) == 4:  # noqa: PLR2004
                try:
                    answer = json.loads(stream.read(int.from_bytes(header, "big")))
                except ValueError:
                    break
                self._answers.put(answer if isinstance(answer, dict) else None)
        self._answers.put(None)


def _import_paths() -> list[str]:
    """The folders that hold Jinja, found without importing it."""
    folders = []
    for name in ("jinja2", "markupsafe"):
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            folders.append(str(Path(spec.origin).parent.parent))
    return list(dict.fromkeys(folders))
