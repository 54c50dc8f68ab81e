"""mcp: the server for AI agents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from fourfold.cli import stopping
from fourfold.cli.parameters import folder_option
from fourfold.settings import find_folder

if TYPE_CHECKING:
    from collections.abc import Coroutine


class ServeAgent(Protocol):
    """Serves one agent on stdio until it leaves; FourfoldError where that cannot be begun."""

    def __call__(self, folder: Path, *, writes: bool) -> Coroutine[Any, Any, None]: ...


def make_command(serve_agent: ServeAgent) -> click.Command:
    """The command that calls `serve_agent`."""

    @click.command()
    @folder_option
    @click.option(
        "--allow-writes",
        is_flag=True,
        help="Let the agent save, choose, pin and undo versions of prompts too.",
    )
    def mcp(folder: Path | None, allow_writes: bool) -> None:
        """Serve an AI agent: MCP, on stdio.

        An agent can list, read, run, test and compare versions. Needs the extra fourfold[mcp].
        """
        here = Path.cwd()
        stopping.run(serve_agent(folder or find_folder(here) or here, writes=allow_writes))

    return mcp
