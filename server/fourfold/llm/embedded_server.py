"""The embedded model as a process of its own, speaking OpenAI's API on a loopback port.

Run as a file by a Python that need not have fourfold: it imports the standard library and what
is in the folder it is told. One JSON line comes in on stdin, `{"folder", "weights", "alias",
"key"}`; one goes out on stdout, `{"base_url"}` or `{"error"}`. It ends when stdin does, however
its parent died.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

SLOTS = 4
CONTEXT_PER_SLOT = 2048


def main() -> None:
    """Serve until stdin ends, and be gone at once, whatever is being generated."""
    code = 1
    try:
        code = _serve()
    finally:
        os._exit(code)


def _serve() -> int:
    order = json.loads(sys.stdin.readline())
    # The library writes to stdout too, and nobody reads that after the first line.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        server = _start(order)
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), file=answer, flush=True)
        return 1
    print(json.dumps({"base_url": f"{server.listening_address}/v1"}), file=answer, flush=True)
    sys.stdin.read()
    return 0


def _start(order: dict[str, str]) -> Any:
    sys.path.insert(0, order["folder"])
    import xllamacpp  # type: ignore[import-not-found, unused-ignore]

    parameters = xllamacpp.CommonParams()
    parameters.model.path = order["weights"]
    parameters.model_alias = {order["alias"]}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [order["key"]]
    parameters.n_parallel = SLOTS
    parameters.n_ctx = SLOTS * CONTEXT_PER_SLOT
    # One thread: on busy cores, two wait for each other (a minute instead of three seconds).
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    # Off, so that the same prompt and seed give the same text each time.
    parameters.cache_prompt = False
    parameters.offline = True
    parameters.ui = False
    parameters.verbosity = -1
    return xllamacpp.Server(parameters)


if __name__ == "__main__":
    main()
