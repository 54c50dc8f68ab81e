"""The main job, told as it happens between an editor, the server and a model."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Any

from rich.live import Live
from rich.text import Text
from tests.demo.edits import EDITS
from tests.demo.progress import log_progress
from tests.demo.screen import (
    Screen,
    changes,
    document,
    excerpt,
    history_table,
    runs_table,
    verdict_table,
)
from tests.demo.steps import workflow

from fourfold.text import figures

if TYPE_CHECKING:
    from pathlib import Path

    from tests.demo.editor import Editor

RUN_SECONDS = 110.0
OLDER = 3
QUESTION = "user:"
MOST_CALLS, ROUNDS = 150, 6


async def tell(screen: Screen, editor: Editor, prompt: Path) -> None:
    """All scenes, in order."""
    for scene in (
        opening,
        saving,
        switching,
        running,
        comparing,
        proving,
        undoing,
        workflow,
    ):
        await scene(screen, editor, prompt)
        await screen.pause()


async def opening(screen: Screen, editor: Editor, prompt: Path) -> None:
    screen.scene("1  Open a prompt")
    await editor.open(prompt)
    screen.say(
        "A prompt is a file in your repository. This one finds the order that a customer's ticket "
        "is about. Above its first line the editor shows what Fourfold knows and can do; each "
        "piece can be clicked."
    )
    screen.box(
        f"prompts/{prompt.name}",
        screen.lens_line(await _titles(editor)),
        excerpt(editor.text, QUESTION, 4),
    )


async def saving(screen: Screen, editor: Editor, prompt: Path) -> None:
    screen.scene("2  Save: the old text is kept")
    for number, edit in enumerate(EDITS):
        before = editor.text
        editor.edit(edit.of(before))
        unsaved = (await _titles(editor))[0]
        await editor.save(prompt)
        screen.say(edit.reason)
        if number == 0:
            screen.console.print(Text(f"Before the save the editor says: {unsaved}", "dim"))
        screen.box(
            f"saved as v{editor.history['current']}",
            screen.lens_line(await _titles(editor)),
            changes(before, editor.text),
        )
        await screen.pause()
    screen.say(
        "That was the fifth text, and [b]four are kept: v1 was pushed out, v2–v5 remain.[/b] A "
        "number never changes its meaning, so v3 stays v3."
    )
    screen.console.print(history_table(await editor.run("listVersions")))


async def switching(screen: Screen, editor: Editor, prompt: Path) -> None:
    screen.scene("3  Make an older version current")
    newest = editor.text
    await editor.run("setCurrentVersion", version=OLDER)
    await editor.until(lambda: editor.history["current"] == OLDER)
    on_disk = prompt.read_text("utf-8")
    screen.say(
        f"A click on [code]v5 of v2–v5 · current ▾[/] and the choice of v{OLDER}: the server sends "
        "the editor [b]one edit[/b], which one Ctrl-Z takes back, and the editor saves it."
    )
    same = "the same text as the buffer" if on_disk == editor.text else "ANOTHER TEXT"
    screen.box(
        f"v5 → v{OLDER}",
        screen.lens_line(await _titles(editor)),
        changes(newest, editor.text),
        Text(f"Buffer: changed by {figures.counted(editor.edits_taken, 'edit')}.", "green"),
        Text(f"File on disk: {same}.", "green"),
    )


async def running(screen: Screen, editor: Editor, prompt: Path) -> None:
    screen.scene("4  Run all four at once")
    screen.say(
        "A click on [code]▶▶ Run all 4[/]. All four versions get the same ticket and run at the "
        "same time, here on the [b]embedded model[/b]: 100 MB, on this machine, without network "
        "or key. It is a very small model: good to see how things work, and that it needs to be "
        "asked well. The prompt allows 12 tokens: a response that runs into that is half an "
        "answer, and says so."
    )
    versions = sorted(version["number"] for version in editor.history["versions"])
    addresses = await _responses(editor, versions)
    await editor.click("Run all")
    began = time.monotonic()

    def texts() -> dict[int, str]:
        return {number: editor.texts.get(uri, "") for number, uri in addresses.items()}

    def ended() -> bool:
        return editor.progress_ended and all(
            editor.runs.get(number, {}).get("status") not in (None, "queued", "running")
            for number in versions
        )

    if screen.is_live:
        await _watch(screen, editor, versions, texts, ended, began)
    else:
        await log_progress(screen, editor, ended, RUN_SECONDS)
        screen.console.print(runs_table(versions, editor.runs, texts(), time.monotonic() - began))
    screen.say(
        f"The editor's progress ends with: {editor.progress}. And above the prompt stands the "
        "last result of the current version:"
    )
    screen.lenses(await _titles(editor))


async def _watch(
    screen: Screen, editor: Editor, versions: list[int], texts: Any, ended: Any, began: float
) -> None:
    """The runs as they go on, from the server's events, its progress and its documents."""
    from rich.console import Group
    from rich.spinner import Spinner

    spinner = Spinner("dots", "")

    def view() -> Group:
        table = runs_table(versions, editor.runs, texts(), time.monotonic() - began)
        if ended():
            return Group(table)
        spinner.update(text=Text(f" {editor.progress or 'The model starts.'}", "yellow"))
        return Group(table, spinner)

    with Live(console=screen.console, get_renderable=view, refresh_per_second=8):
        await editor.until(ended, RUN_SECONDS)


async def comparing(screen: Screen, editor: Editor, prompt: Path) -> None:
    screen.scene("5  Compare what they answer")
    screen.say(
        "A click on [code]⇄ Compare[/] opens a document: the current version against the newest "
        "other. Any of them can be compared, up to four in one document."
    )
    comparison = await editor.click("Compare")
    text = await editor.read(comparison["uri"])
    screen.box(f"{comparison['title']}", document(_below_title(text)))


async def proving(screen: Screen, editor: Editor, prompt: Path) -> None:
    screen.scene("6  Which is better?")
    screen.say(
        "One answer to one ticket is luck. Beside the prompt lies [code]triage.tests.yaml[/]: "
        "twelve tickets, and what an answer has to fulfil. The command [code]fourfold.runTests[/] "
        "asks all versions about all of them, each round in another order, until it is certain "
        f"which one passes more often, or after {MOST_CALLS} calls. It may be watched all the "
        "time: looking makes no winner."
    )
    editor.progress, editor.progress_ended = "", False
    began = time.monotonic()
    await editor.run("runTests", until="certain", repeat=ROUNDS, maxCalls=MOST_CALLS)
    await log_progress(screen, editor, lambda: editor.progress_ended, RUN_SECONDS)
    report = await editor.run("testReport")
    screen.console.print(verdict_table(report))
    screen.box(
        f"The verdict, after {time.monotonic() - began:.0f} s and {report['calls']} calls",
        Text(report["sentence"], "bold"),
    )
    if report["stopped"] not in ("certain", "equal"):
        screen.say("That is no proof yet, and it is not called one. More calls may bring it.")


async def undoing(screen: Screen, editor: Editor, prompt: Path) -> None:
    screen.scene("7  Undo")
    screen.say(
        "Nothing here is final. The command [code]fourfold.undo[/] takes back the switch to v3:"
    )
    screen.lenses(await _undone(editor))
    screen.say("Once more, and the last save is taken back too. [b]v1 is there again:[/b]")
    screen.lenses(await _undone(editor))
    kept = prompt.read_text("utf-8") == editor.text
    screen.say("Buffer and file have followed." if kept else "THE FILE HAS NOT FOLLOWED.")


async def _undone(editor: Editor) -> list[str]:
    before = editor.history["current"]
    await editor.run("undo")
    await editor.until(lambda: editor.history["current"] != before)
    return await _titles(editor)


async def _titles(editor: Editor) -> list[str]:
    return [command.title for command in await editor.lenses()]


async def _responses(editor: Editor, versions: list[int]) -> dict[int, str]:
    """The URIs of the versions' response documents, each read once, so that it keeps up."""
    base, *others = versions
    comparison = await editor.run("compareVersions", versions=versions)
    pairs = comparison["pairs"][: len(others)]
    found = dict(zip(others, (pair["right"] for pair in pairs), strict=True))
    found[base] = pairs[0]["left"]
    await asyncio.gather(*(editor.read(uri) for uri in found.values()))
    return found


def _below_title(markdown: str) -> str:
    return re.sub(r"\A# .*\n+", "", markdown)
