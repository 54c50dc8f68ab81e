"""serve: the language server."""

from __future__ import annotations

import re
from typing import NoReturn, Protocol

import click

_ADDRESS = re.compile(r"(?:(?P<host>\[[^\]]*\]|[^\[\]:]*):)?(?P<port>\d{1,5})")
_LOOPBACK = "127.0.0.1"
_LAST_PORT = 65_535


class Serve(Protocol):
    """Serves one editor on stdio, or at (host, port)."""

    def __call__(self, address: tuple[str, int] | None = None) -> NoReturn: ...


class Address(click.ParamType[tuple[str, int]]):
    """HOST:PORT, :PORT or PORT."""

    name = "address"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        match = _ADDRESS.fullmatch(str(value))
        if match is None or int(match["port"]) > _LAST_PORT:
            self.fail(f"{value!r} is no address: write it like {_LOOPBACK}:2087.", param, ctx)
        host = (match["host"] or "").strip("[]")
        return host or _LOOPBACK, int(match["port"])


def make_command(serve_editor: Serve) -> click.Command:
    """The command that calls `serve_editor`."""

    @click.command()
    @click.option("--stdio", is_flag=True, help="Speak LSP on stdin and stdout, as it does anyway.")
    @click.option(
        "--tcp",
        type=Address(),
        metavar="HOST:PORT",
        help=f"Wait for one editor at this address instead; HOST is {_LOOPBACK} if left out.",
    )
    def serve(stdio: bool, tcp: tuple[str, int] | None) -> None:
        """Serve an editor: the language server, on stdio."""
        if stdio and tcp:
            raise click.UsageError("Give either --stdio or --tcp.")
        serve_editor(tcp)

    return serve
