"""Evaluates untrusted JavaScript in a process of its own, for `workers/main.py`; never import it.

A request is `{code}`: it leaves a text in the global `text`, or what was thrown in `thrown`, at
once or in jobs that it starts; `{module, code}` with the text of a module, which the code finds in
`imported`. An answer is `{text}`, or `{error: "time"|"memory"|"thrown", message}`. Each gets an
engine of its own, in which there is no file, no network, no process and no timer; `{kept: true,
code}` is code of ours alone, whose value is a text, and whose engine is kept from one to the next.
"""

from __future__ import annotations

import json
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_MESSAGE = 300
_RESULT = "JSON.stringify([globalThis.thrown, globalThis.text])"
# the engine names every module so, and has one in a context
_IMPORT = """import('<input>').then(
  it => { globalThis.imported = it; }, error => { globalThis.thrown = String(error); }
);"""


def prepare(settings: dict[str, Any]) -> Callable[[bytes], dict[str, Any]]:
    """`settings` are the limits of an engine, `seconds` of processor time and `memory` in bytes."""
    engine = import_module("quickjs")  # which has no types
    kept: list[Any] = []
    return partial(_answer, engine, settings, kept)


def _answer(engine: Any, settings: dict[str, Any], kept: list[Any], asked: bytes) -> dict[str, Any]:
    request = json.loads(asked)
    try:
        if request.get("kept"):
            if not kept:
                kept.append(_context(engine, settings))
            return {"text": kept[0].eval(request["code"])}
        context = _context(engine, settings)
        if "module" in request:
            context.module(request["module"])
            thrown, _ = _run(context, _IMPORT)
            if thrown is not None:
                return _failed(thrown)
            if not context.eval("'imported' in globalThis"):
                return {"error": "time"}  # which rejects nothing
        thrown, text = _run(context, request["code"])
    except engine.JSException as error:
        kept.clear()
        thrown, text = str(error), None
    return {"text": text} if thrown is None else _failed(thrown)


def _context(engine: Any, settings: dict[str, Any]) -> Any:
    context = engine.Context()
    context.set_time_limit(settings["seconds"])
    context.set_memory_limit(settings["memory"])
    return context


def _run(context: Any, code: str) -> tuple[str | None, str | None]:
    """What was thrown, and the text, when all jobs are done."""
    context.eval(code)
    while context.execute_pending_job():
        pass
    thrown, text = json.loads(context.eval(_RESULT))
    return thrown, text


def _failed(thrown: Any) -> dict[str, Any]:
    message = str(thrown).split("\n", maxsplit=1)[0]
    if "InternalError: interrupted" in message:
        return {"error": "time"}
    if "InternalError: out of memory" in message:
        return {"error": "memory"}
    return {"error": "thrown", "message": message[:_LONGEST_MESSAGE]}
