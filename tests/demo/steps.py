"""The last scene: one prompt feeds the next, and what follows a change is stale."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from tests.demo.progress import log_progress

from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.demo.editor import Editor
    from tests.demo.screen import Screen

RUN_SECONDS = 150.0
FIRST, OTHER = 1, 3


async def workflow(screen: Screen, editor: Editor, prompt: Path) -> None:
    """Runs all steps, then switches the first prompt."""
    screen.scene("7  The workflow: one step feeds the next")
    screen.say(
        "[code]prompts/workflow.yaml[/] says which step takes which response. A click on "
        "[code]▶▶ Run the workflow[/] runs them in that order, here with "
        f"v{FIRST} of the requirement."
    )
    await _switch(editor, FIRST)
    editor.progress, editor.progress_ended = "", False
    began = time.monotonic()
    await editor.run("startWorkflow")
    await log_progress(screen, editor, lambda: editor.progress_ended, RUN_SECONDS)
    screen.console.print(_table(await editor.run("showWorkflow"), time.monotonic() - began))
    await screen.pause()
    screen.say(
        f"Now v{OTHER} of the requirement is made current. Its answer from above is half a "
        "one, and [b]all that follows is stale at once[/b]; a click on "
        "[code]↻ Stale: bring up to date[/] would run just that:"
    )
    await _switch(editor, OTHER)
    screen.console.print(_table(await editor.run("showWorkflow")))


async def _switch(editor: Editor, version: int) -> None:
    await editor.run("setCurrentVersion", version=version)
    await editor.until(lambda: editor.history.get("current") == version)


def _table(document: dict[str, Any], seconds: float | None = None) -> Table:
    took = f" after {seconds:.0f} s" if seconds is not None else ""
    table = Table(box=box.SIMPLE_HEAD, title_justify="left")
    for title in (f"{document['name']}{took}", "Status", "Current", "Last result"):
        table.add_column(title)
    for step, depth in _walk(document["steps"], 0):
        run = step["lastRun"]
        result = ""
        if run is not None:
            result = run["error"] or figures.result(
                run["durationMs"], run["outputTokens"], run["costUsd"]
            )
        table.add_row(
            f"{'  ' * depth}{step['title']}",
            step["status"].replace("_", " "),
            f"v{step['current']}",
            result,
        )
    return table


def _walk(steps: list[dict[str, Any]], depth: int) -> Iterator[tuple[dict[str, Any], int]]:
    for step in steps:
        yield step, depth
        yield from _walk(step["steps"], depth + 1)
