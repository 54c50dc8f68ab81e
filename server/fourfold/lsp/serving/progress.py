"""Progress of runs that the editor shows, and that the user can cancel there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from fourfold.lsp.labels import label
from fourfold.runs.outcome import outcome as result
from fourfold.runs.progress import progress
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from fourfold.lsp.client import Client
    from fourfold.runs.progress import Progress
    from fourfold.store.records import Run

REPORT_SECONDS = 0.25


async def follow_runs(
    client: Client,
    what: str,
    runs: Mapping[str, Run],
    ended: asyncio.Future[Any],
    cancel: Callable[[], object],
) -> None:
    """Shows how `runs` of `what` go on, as this editor can, until `ended`."""
    if client.shows_progress:
        await _show_progress(client, what, runs, ended, cancel)
    else:
        await _tell_progress(client, what, runs, ended)
    await ended


async def _show_progress(
    client: Client,
    title: str,
    runs: Mapping[str, Run],
    ended: asyncio.Future[Any],
    cancel: Callable[[], object],
) -> None:
    """Shows how far `runs` have come, which their owner keeps up to date, until `ended`.

    `cancel` is called when the user cancels in the editor.
    """
    token, shown = await client.create_progress(cancel)
    several = len(runs) > 1
    percentage = 0 if several else None
    shown.begin(
        token, types.WorkDoneProgressBegin(label(title), cancellable=True, percentage=percentage)
    )
    said = None
    while not ended.done():
        now = progress(runs.values())
        message = _message(now, _steps_going_on(runs.values()))
        if message != said:
            said = message
            percentage = now.percentage if several else None
            report = types.WorkDoneProgressReport(message=label(message), percentage=percentage)
            shown.report(token, report)
        await asyncio.wait({ended}, timeout=REPORT_SECONDS)
    shown.end(token, types.WorkDoneProgressEnd(message=outcome(list(runs.values()))))


async def _tell_progress(
    client: Client, what: str, runs: Mapping[str, Run], ended: asyncio.Future[Any]
) -> None:
    """For an editor that shows no progress: a sentence when runs begin, and one when they end."""
    client.tell(f"Running {what}…")
    await asyncio.wait({ended})
    client.tell(f"{what}: {outcome(list(runs.values()))}")


def _message(now: Progress, steps: str) -> str:
    tokens = figures.tokens(now.tokens)
    if now.total == 1:
        return f"running… {tokens}"
    return " · ".join(part for part in (f"{now.done} of {now.total} done", steps, tokens) if part)


def _steps_going_on(runs: Collection[Run]) -> str:
    """The steps that are being run, where the runs are of several."""
    if len({run.step for run in runs}) < 2:  # noqa: PLR2004
        return ""
    going_on = [run.step for run in runs if run.status == "running"]
    return ", ".join(going_on[:3]) + (" …" if len(going_on) > 3 else "")  # noqa: PLR2004


def outcome(runs: Sequence[Run]) -> str:
    """`1.2 s · 340 tokens` of one run, whose version stands before it; `v2 1.2 s · 340 tokens, v3
    failed`; or only how many did for more runs than fit a line."""
    if len(runs) == 1:
        return result(runs[0])
    if len(runs) > 4 or len({run.step for run in runs}) > 1:  # noqa: PLR2004 — one for each version that can be kept
        return _counts(runs)
    return ", ".join(f"{run.label} {result(run)}" for run in runs)


def _counts(runs: Sequence[Run]) -> str:
    done = [run for run in runs if run.status == "succeeded"]
    cut = sum(run.truncated for run in done)
    failed, cancelled = (
        sum(run.status == status for run in runs) for status in ("failed", "cancelled")
    )
    parts = [f"{len(done)} done"]
    parts += [f"{cut} of them cut off"] if cut else []
    parts += [f"{failed} failed"]
    parts += [f"{cancelled} cancelled"] if cancelled else []
    return ", ".join(parts)
