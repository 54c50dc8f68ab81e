"""The command `fourfold`. `serve` starts without the rest, since an editor waits for it."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and not sys.flags.safe_path and sys.path[:1] == [os.getcwd()]:  # noqa: PTH109
    # `python -m` looks for modules in the working folder first: a stranger's workspace, maybe.
    del sys.path[0]

import gc
from typing import NoReturn


def main() -> None:
    """Runs the command line."""
    if sys.argv[1:] in (["serve"], ["serve", "--stdio"]):
        serve()
    from fourfold.cli.main import make_cli

    make_cli(serve)()


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


if __name__ == "__main__":
    main()
