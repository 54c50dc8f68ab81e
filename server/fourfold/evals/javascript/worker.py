"""Evaluates untrusted JavaScript in a process of its own. Run as a script; never import it.

Frames as `worker_process.py` has them. A request is `{code}`: it leaves a text in the global
`text`, or what was thrown in `thrown`, at once or in jobs that it starts; `{module, code}` with the
text of a module, which the code finds in `imported`. An answer is `{text}`, or
`{error: "time"|"memory"|"thrown", message}`. Each gets an engine of its own, in which there is no
file, no network, no process and no timer; `{kept: true, code}` is code of ours alone, whose value
is a text, and whose engine is kept from one to the next.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

_LONGEST_MESSAGE = 300
_RESULT = "JSON.stringify([globalThis.thrown, globalThis.text])"
# the engine names every module so, and has one in a context
_IMPORT = """import('<input>').then(
  it => { globalThis.imported = it; }, error => { globalThis.thrown = String(error); }
);"""


def main() -> None:
    """Answer requests until stdin closes. The one argument is JSON: limits and import paths."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = json.loads(sys.argv[1])
    sys.path.extend(settings["paths"])
    engine = import_module("quickjs")  # which has no types
    devnull = Path(os.devnull).open("w")  # noqa: SIM115
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    kept: list[Any] = []
    _send(outgoing, {"ready": True})
    while len(header := incoming.read(4)) == 4:  # noqa: PLR2004
        request = incoming.read(int.from_bytes(header, "big"))
        # The engine's own limit is one of processor time; this one ends the process on the clock.
        faulthandler.dump_traceback_later(2 * settings["seconds"], exit=True, file=devnull)
        answer = _answer(engine, json.loads(request), settings, kept)
        faulthandler.cancel_dump_traceback_later()
        _send(outgoing, answer)


def _answer(
    engine: Any, request: dict[str, Any], settings: dict[str, Any], kept: list[Any]
) -> dict[str, Any]:
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


def _send(stream: BinaryIO, answer: dict[str, Any]) -> None:
    data = json.dumps(answer).encode()
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


if __name__ == "__main__":
    main()
