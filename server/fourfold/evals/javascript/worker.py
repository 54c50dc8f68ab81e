"""Evaluates untrusted JavaScript in a process of its own. Run as a script; never import it.

Frames as `worker_process.py` has them. A request is `{code}`: it leaves a text in the global
`text`, or what was thrown in `thrown`, at once or in jobs that it starts; `{module, code}` with the
text of a module, which the code finds in `imported`. An answer is `{text}`, or
`{error: "time"|"memory"|"thrown", message}`. Each gets an engine of its own, in which there is no
file, no network, no process and no timer.
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
    _send(outgoing, {"ready": True})
    while len(header := incoming.read(4)) == 4:  # noqa: PLR2004
        request = incoming.read(int.from_bytes(header, "big"))
        # The engine's own limit is one of processor time; this one ends the process on the clock.
        faulthandler.dump_traceback_later(2 * settings["seconds"], exit=True, file=devnull)
        answer = _answer(engine, json.loads(request), settings)
        faulthandler.cancel_dump_traceback_later()
        _send(outgoing, answer)


def _answer(engine: Any, request: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    context = engine.Context()
    context.set_time_limit(settings["seconds"])
    context.set_memory_limit(settings["memory"])
    try:
        if "module" in request:
            context.module(request["module"])
            _run(context, _IMPORT)
        _run(context, request["code"])
        thrown, text = json.loads(context.eval(_RESULT))
    except engine.JSException as error:
        thrown, text = str(error), None
    return {"text": text} if thrown is None else _failed(thrown)


def _run(context: Any, code: str) -> None:
    context.eval(code)
    while context.execute_pending_job():
        pass


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
