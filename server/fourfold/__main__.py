"""The command `fourfold`. `serve` starts without the rest, since an editor waits for it."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and not sys.flags.safe_path and sys.path[:1] == [os.getcwd()]:  # noqa: PTH109
    # `python -m` looks for modules in the working folder first: a stranger's workspace, maybe.
    del sys.path[0]

import gc
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path


def main() -> None:
    """Runs the command line."""
    if sys.argv[1:] in (["serve"], ["serve", "--stdio"]):
        serve()
    # Looking for garbage among what imports make, which stays, would take a twentieth of a command.
    gc.set_threshold(20_000)
    from fourfold.cli.main import make_cli

    try:
        make_cli(serve, serve_agent)()
    except SystemExit as ended:
        _end(ended.code)
        raise


def _end(code: object) -> None:
    """Ends the process at once: to take a Python apart that has all of this loaded takes as long as
    a small command. Returns where something is left for Python to say."""
    with suppress(OSError):
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        if isinstance(code, int):
            os._exit(code)


def serve(address: tuple[str, int] | None = None) -> NoReturn:
    """Serves one editor on stdio, or at (host, port), and ends the process when it leaves."""
    gc.disable()  # until all is imported: collecting meanwhile would take a tenth of the start
    from fourfold.lsp.pygls_repairs.quick_import import import_lsprotocol

    import_lsprotocol()
    from fourfold.cli.stream import guard_streams
    from fourfold.lsp.create import create_server
    from fourfold.lsp.pygls_repairs import io

    guard_streams()  # what a log says may be somebody else's text
    server = create_server()
    if address is None:
        io.serve_stdio(server)
    io.serve_tcp(server, *address)


def serve_agent(folder: Path, *, writes: bool) -> Coroutine[Any, Any, None]:
    """Serves one agent on stdio until it leaves; FourfoldError where the extra is missing."""
    from importlib.util import find_spec

    if find_spec("mcp") is None:
        from fourfold.errors import FourfoldError

        raise FourfoldError(
            "Agents are served through the package mcp, which is not installed: install it with "
            '`pip install "fourfold[mcp]"`.'
        )
    from fourfold.mcp.stdio import serve_stdio

    return serve_stdio(folder, writes=writes)


if __name__ == "__main__":
    main()
