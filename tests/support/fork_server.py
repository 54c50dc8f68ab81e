"""A Python that has imported the libraries, and in forks of itself becomes what is ordered.

It is run with the number of a socket. Each order comes with four descriptors: standard input,
output and error, and a pipe that is told the process and then, once that has ended, its exit code.
What is Fourfold's own is not imported here, but by the fork, and as late as always.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import signal
import socket
import sys
import time
from importlib import import_module
from typing import Any, TextIO, cast

LIBRARIES = (
    *("click", "filelock", "genai_prices", "jinja2.sandbox", "jsonschema_rs", "markdown_it"),
    *("msgspec", "openai", "pathspec", "platformdirs", "pluggy", "pygls.lsp.server", "rapidfuzz"),
    *("rich.console", "rich.progress", "rich.table", "sqlite_utils", "tomllib"),
    *("watchdog.observers", "yaml"),
)
"""What most processes load sooner or later."""

NEVER = ("numpy", "pandas")
"""What sqlite_utils would load as well, and Fourfold keeps it from."""

ORDER_BYTES = 1 << 17


def main() -> None:
    """Forks for each order, until nobody is left who could give one."""
    sys.modules |= dict.fromkeys(NEVER)  # type: ignore[arg-type]  # None: it cannot be imported
    for name in LIBRARIES:
        import_module(name)
    for name in NEVER:
        del sys.modules[name]
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    orders = socket.socket(fileno=int(sys.argv[1]))
    while True:
        order, descriptors, _, _ = socket.recv_fds(orders, ORDER_BYTES, 4)
        if not order:
            return
        if os.fork() == 0:
            orders.close()
            *streams, told = descriptors
            _look_after(json.loads(order), streams, told)
            return
        for descriptor in descriptors:
            os.close(descriptor)


def _look_after(order: dict[str, Any], streams: list[int], told: int) -> None:
    """Starts what is ordered in a fork, and in this process tells of it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    process = os.fork()
    if process == 0:
        os.close(told)
        _become(order, streams)
        return
    for stream in streams:
        os.close(stream)
    os.write(told, b"%d\n" % process)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    os.write(told, b"%d\n" % code)
    os._exit(0)


def _become(order: dict[str, Any], streams: list[int]) -> None:
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = sys.__stdin__ = _text(0, "r", "surrogateescape")
    sys.stdout = sys.__stdout__ = _text(1, "w", "surrogateescape")
    sys.stderr = sys.__stderr__ = _text(2, "w", "backslashreplace", buffering=1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    os.chdir(order["cwd"])
    sys.argv = order["arguments"]
    if sys.argv[0] == "-m":
        del sys.argv[0]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")


def _text(number: int, mode: str, errors: str, buffering: int = -1) -> TextIO:
    """A standard stream as Python itself makes it."""
    made = open(  # noqa: SIM115
        number, mode, buffering, encoding="utf-8", errors=errors, closefd=False
    )
    return cast("TextIO", made)


if __name__ == "__main__":
    main()
