"""Renders Jinja and Handlebars in a separate process, limited in time, memory and output."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fourfold.prompts.failures import RenderError
from fourfold.workers.process import WorkerProcess, WorkerStartError

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORKER = Path(__file__).with_name("render_worker.py")
_PACKAGES = ("jinja2", "markupsafe", "dotpromptz_handlebars")
_GRACE_SECONDS = 1.0


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
        self._worker: WorkerProcess | None = None

    def render(self, source: str, values: Mapping[str, Any]) -> str:
        """`source` rendered with `values`, which are sent as JSON.

        Raises RenderError; its `line` counts from the first line of `source`.
        """
        return self._render({"source": source, "values": values}) if has_jinja(source) else source

    def render_handlebars(
        self, source: str, values: Mapping[str, Any], partials: Mapping[str, str], secret: str
    ) -> str:
        """As `render`, with Dotprompt's helpers, of which each role and the history are put in as
        ⟦secret:role⟧, and with `partials` by their names."""
        if "{{" not in source:
            return source
        asked = {"source": source, "values": values, "partials": partials, "secret": secret}
        return self._render(asked)

    def _render(self, asked: Mapping[str, Any]) -> str:
        try:
            request = json.dumps(asked, default=str).encode()
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

    def _running(self) -> WorkerProcess:
        if self._worker is not None and not self._worker.alive:
            self._discard()
        if self._worker is None:
            limits = self._limits
            settings = {"memory": limits.memory, "output": limits.output}
            try:
                self._worker = WorkerProcess(_WORKER, settings, limits.seconds, _PACKAGES)
            except WorkerStartError as error:
                raise RenderError(f"The process that renders templates {error}.") from None
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


def start_renderer() -> None:
    """Start the process of the shared renderer; where it cannot be, the first render says so."""
    with suppress(RenderError):
        shared_renderer().start()


def has_jinja(text: str) -> bool:
    """Whether `text` holds anything that Jinja would act on."""
    return "{{" in text or "{%" in text or "{#" in text
