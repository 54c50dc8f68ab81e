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
CHANGE = ("Stay under 250 words.", "Stay under 80 words.")


async def workflow(screen: Screen, editor: Editor, prompt: Path) -> None:
    """Runs all steps, then saves another text of the first prompt."""
    screen.scene("8  The workflow: one step feeds the next")
    screen.say(
        "[code]prompts/workflow.yaml[/] says which step takes which response. A click on "
        "[code]▶▶ Run the workflow[/] above its first prompt runs them in that order."
    )
    first = prompt.with_name("requirement.prompty")
    await editor.open(first)
    editor.progress, editor.progress_ended = "", False
    began = time.monotonic()
    await editor.run("startWorkflow")
    await log_progress(screen, editor, lambda: editor.progress_ended, RUN_SECONDS)
    screen.console.print(_table(await editor.run("showWorkflow"), time.monotonic() - began))
    await screen.pause()
    screen.say(
        f"Now the requirement shall be shorter: “{CHANGE[1]}” is saved, and [b]all that follows is "
        "stale at once[/b]; a click on [code]↻ Stale: bring up to date[/] would run just that:"
    )
    editor.edit(editor.text.replace(*CHANGE))
    await editor.save(first)
    screen.console.print(_table(await editor.run("showWorkflow")))


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
