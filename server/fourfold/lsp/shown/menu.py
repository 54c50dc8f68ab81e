"""What can be done with a prompt, as titles and commands: the same for lenses and actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol.types import Command

from fourfold.lsp.labels import label
from fourfold.runs.outcome import outcome
from fourfold.store.records import PIN_CAP
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.app.testing.standing import Standing
    from fourfold.lsp.open.prompt import OpenPrompt
    from fourfold.store.records import Run, StepHistory, Version


def lens_commands(
    prompt: OpenPrompt,
    history: StepHistory,
    *,
    stale: bool,
    standings: Sequence[Standing],
    shows_runs: bool,
) -> list[Command]:
    """The commands of the first line, in order; `stale` says that the step's result is, `standings`
    how the text stands on its tests, `shows_runs` that a page of the client says how a run goes on.

    Figures come first, then what is current, since a narrow pane cuts off the end. What others have
    found is long, and waits where the user's own tests say something.
    """
    commands = [_standing(prompt, one) for one in standings if one.by is None]
    others = [_standing(prompt, one) for one in standings if one.by is not None]
    waits = bool(commands)
    last = prompt.shown(history).last_run
    if last is not None and not (shows_runs and is_going_on(last)):
        commands.append(_command(prompt, result_title(last), "showRun", run=last.id))
    if not waits:
        commands += others
    commands.append(_command(prompt, _current_title(prompt, history), "setCurrentVersion"))
    if any(is_going_on(version.last_run) for version in history.versions):
        commands.append(_command(prompt, "◼ Cancel", "cancelRuns"))
    if stale:
        commands.append(
            _command(prompt, "↻ Stale: bring up to date", "startWorkflow", until=prompt.file.step)
        )
    commands.append(_command(prompt, "▶ Run", "runStep", fresh=True))
    if len(history.versions) > 1:
        title = f"▶▶ Run all {len(history.versions)}"
        commands += [
            _command(prompt, title, "runStep", versions="all"),
            _command(prompt, "⇄ Compare", "compareVersions"),
            _command(prompt, "▦ Open board", "openBoard"),
        ]
    return commands + others if waits else commands


def switch_command(prompt: OpenPrompt, version: Version, title: str) -> Command:
    """Gives the prompt the version's text, once the user has been asked where that loses one."""
    return _command(prompt, title, "setCurrentVersion", version=version.number)


def switch_title(version: Version, *, on_save: bool) -> str:
    """`on_save`: the user saves, since a save of a kept version's text makes it current."""
    when = " with the next save" if on_save else ""
    return f"Make {version.label} current{when} ({_changes(version)})"


def write_command(prompt: OpenPrompt, folder: str) -> Command:
    """Writes the files of the response, once the user has seen what changes."""
    return _command(prompt, f"Write the files of the response below {folder}/", "writeFiles")


def save_test_command(prompt: OpenPrompt, run: Run) -> Command:
    """Makes a test of what a version was run with."""
    title = f"Save the inputs of {run.label}'s last run as a test"
    return _command(prompt, title, "saveTest", run=run.id)


UNDO_TITLE = "Undo the last change of versions"


def other_commands(prompt: OpenPrompt, history: StepHistory) -> list[Command]:
    """What lenses have no room for, apart from switching and undo."""
    shown = prompt.shown(history)
    others = [version for version in history.versions if version is not shown]
    reads = [_command(prompt, "Show the history", "showHistory")]
    reads += [
        _command(
            prompt,
            f"Show {version.label} ({_changes(version)})",
            "showVersion",
            version=version.number,
        )
        for version in history.versions
    ]
    numbers = [version.number for version in reversed(history.versions)]
    compares = [
        _command(
            prompt,
            f"Compare {shown.label} with {other.label}",
            "compareVersions",
            versions=[shown.number, other.number],
        )
        for other in others
    ]
    if len(others) > 1:
        title = f"Compare all {len(numbers)}"
        compares.append(_command(prompt, title, "compareVersions", versions=numbers))
    keep = _command(prompt, "Save as a new version", "saveVersion")
    render = _command(prompt, "Show what a run would send", "showRendering")
    return [*reads, *compares, keep, *_pin_commands(prompt, history), render]


def _pin_commands(prompt: OpenPrompt, history: StepHistory) -> list[Command]:
    """Pins for the version that is seen and for the one that goes next; each pin can be undone."""
    pinned = [version for version in history.versions if version.pinned]
    offered = () if len(pinned) >= PIN_CAP else (prompt.shown(history), history.next_out)
    wanted = [one for one in history.versions if one in offered and not one.pinned]
    return [
        _command(
            prompt,
            f"{'Pin' if pin else 'Unpin'} {version.label}",
            "pinVersion",
            version=version.number,
            pinned=pin,
        )
        for pin, versions in ((True, wanted), (False, pinned))
        for version in versions
    ]


def undo_command(prompt: OpenPrompt) -> Command:
    return _command(prompt, UNDO_TITLE, "undo")


def is_going_on(run: Run | None) -> bool:
    return run is not None and not run.finished


def result_title(run: Run) -> str:
    """`1.2 s · 340 tokens · $0.0004`, or how the run stands."""
    return {"queued": "waiting…", "running": "running…"}.get(run.status) or outcome(run)


def _current_title(prompt: OpenPrompt, history: StepHistory) -> str:
    shown = prompt.shown(history)
    if shown.hash != prompt.hash:
        return f"{shown.label} + unsaved"
    if shown.number != history.current:
        return f"{shown.label} · save to make it current"
    title = f"{shown.label} “{shown.name}”" if shown.name else shown.label
    if len(history.versions) > 1:
        title += f" of {figures.versions(version.number for version in history.versions)}"
    return f"{title}{' · pinned' if shown.pinned else ''} · current ▾"


def _standing(prompt: OpenPrompt, standing: Standing) -> Command:
    return _command(prompt, standing.line, "showTestReport", id=standing.report)


def _changes(version: Version) -> str:
    changes = figures.line_changes(version.lines_added, version.lines_removed)
    return f"{figures.local_time(version.created)}, {changes}"


def _command(prompt: OpenPrompt, title: str, name: str, **fields: Any) -> Command:
    return Command(label(title), f"fourfold.{name}", arguments=[{"uri": prompt.uri, **fields}])
