"""What runs in the process of a worker: answers requests, each within its time. Run as a script.

`process.py` starts it and has the frames. The one argument is JSON: `{worker, paths,
seconds, settings}`. The file `worker` defines `prepare(settings)`, which gives the function that
makes an answer, a mapping, of a request, the bytes of a frame. It may import what lies in `paths`,
and nothing of Fourfold's. The process ends when stdin closes, and when an answer takes too long.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from types import ModuleType


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    given = json.loads(sys.argv[1])
    sys.path.extend(given["paths"])
    devnull = Path(os.devnull).open("w")  # noqa: SIM115
    answer = _load(given["worker"]).prepare(given["settings"])
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    _send(outgoing, {"ready": True})
    while len(header := incoming.read(4)) == 4:  # noqa: PLR2004
        request = incoming.read(int.from_bytes(header, "big"))
        # a thread in C, so it ends the process even while Python cannot run
        faulthandler.dump_traceback_later(given["seconds"], exit=True, file=devnull)
        made = answer(request)
        faulthandler.cancel_dump_traceback_later()
        _send(outgoing, made)


def _load(worker: str) -> ModuleType:
    spec = spec_from_file_location("worker", worker)
    if spec is None or spec.loader is None:
        raise ImportError(worker)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _send(stream: BinaryIO, answer: dict[str, Any]) -> None:
    data = json.dumps(answer).encode()
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


if __name__ == "__main__":
    main()
