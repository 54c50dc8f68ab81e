"""view: the board in a browser, live."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from fourfold.cli import stopping
from fourfold.cli.errors import Failure
from fourfold.cli.folder import open_project, step_now
from fourfold.cli.output import note, say
from fourfold.cli.parameters import STEP, folder_option

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.app.answers.board import RunPage
    from fourfold.app.commands.boards import BoardAction
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile

_LAST_PORT = 65_535


@click.command()
@click.argument("step", type=STEP, required=False)
@click.option(
    "--port",
    type=click.IntRange(0, _LAST_PORT),
    default=0,
    metavar="N",
    help="The port to use; else a free one.",
)
@click.option("--no-open", is_flag=True, help="Print the address, and open no browser.")
@folder_option
def view(step: str | None, port: int, no_open: bool, folder: Path | None) -> None:
    """Show versions side by side in a browser.

    The page follows what is saved and run, here or elsewhere, and can run versions itself. It is
    for this machine alone, and its address lets one browser in. Ctrl-C ends it.
    Without STEP: the prompt that was run last.
    """
    from fourfold.app.board import step_to_show

    with open_project(folder) as project:
        file, _ = step_now(project, step or step_to_show(project).step)
        try:
            stopping.run(_serve(project, file, port, opens=not no_open))
        except OSError as error:
            raise Failure(
                f"The port {port} could not be had ({error.strerror}); leave --port out to have a "
                "free one."
            ) from error


async def _serve(project: Project, file: StepFile, port: int, *, opens: bool) -> None:
    import asyncio
    import webbrowser

    from fourfold.app.board_actions import carry_out
    from fourfold.app.following import following
    from fourfold.web.server import BoardServer

    loop = asyncio.get_running_loop()
    async with following(project, file) as board:

        def act(action: BoardAction) -> None:
            asyncio.run_coroutine_threadsafe(carry_out(action, board), loop).result()

        def read_run(run: str) -> RunPage:
            return asyncio.run_coroutine_threadsafe(board.run_page(run), loop).result()

        title = project.workflow().title(file.step)
        with BoardServer(title, act, read_run, port) as server:
            address = server.new_address()
            say(address)
            sys.stdout.flush()
            note("The board is there until Ctrl-C; the address lets one browser in.")
            if opens and _has_a_screen():
                # A browser in the terminal would take it.
                await asyncio.to_thread(webbrowser.open, address)
            await board.publish_to(server)


def _has_a_screen() -> bool:
    on_its_own = sys.platform in ("win32", "darwin")
    return on_its_own or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
