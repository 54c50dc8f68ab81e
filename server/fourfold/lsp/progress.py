"""Progress of runs that the editor shows, and that the user can cancel there."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import Future
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold import figures
from fourfold.runs.progress import progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fourfold.lsp.server import FourfoldServer
    from fourfold.runs.progress import Progress
    from fourfold.store.records import Run

REPORT_SECONDS = 0.25


async def show_progress(
    server: FourfoldServer,
    title: str,
    runs: Mapping[str, Run],
    ended: asyncio.Future[None],
    cancel: Callable[[], object],
) -> None:
    """Shows how far `runs` have come, which their owner keeps up to date, until `ended`.

    `cancel` is called when the user cancels in the editor.
    """
    token = f"fourfold-{secrets.token_hex(8)}"
    shown = server.work_done_progress
    cancelled: Future[None] = Future()
    cancelled.add_done_callback(lambda future: cancel() if future.cancelled() else None)
    # Before the client knows the token, so that no cancellation comes too early.
    shown.tokens[token] = cancelled
    await server.request(
        types.WINDOW_WORK_DONE_PROGRESS_CREATE, types.WorkDoneProgressCreateParams(token)
    )
    several = len(runs) > 1
    percentage = 0 if several else None
    shown.begin(token, types.WorkDoneProgressBegin(title, cancellable=True, percentage=percentage))
    said = None
    while not ended.done():
        now = progress(runs.values())
        if now != said:
            said = now
            percentage = now.percentage if several else None
            report = types.WorkDoneProgressReport(message=_message(now), percentage=percentage)
            shown.report(token, report)
        await asyncio.wait({ended}, timeout=REPORT_SECONDS)
    shown.end(token, types.WorkDoneProgressEnd(message=outcome(list(runs.values()))))


def _message(now: Progress) -> str:
    tokens = figures.tokens(now.tokens)
    return tokens if now.total == 1 else f"{now.done} of {now.total} done · {tokens}"


def outcome(runs: Sequence[Run]) -> str:
    """`v2 1.2 s · 340 tokens, v3 failed`, or only how many did for more runs than fit a line."""
    if len(runs) > 4:  # noqa: PLR2004 — one for each version that can be kept
        now = progress(runs)
        return f"{now.done - now.failed} done, {now.failed} failed"
    return ", ".join(f"v{run.version} {_result(run)}" for run in runs)


def _result(run: Run) -> str:
    if run.status != "succeeded":
        return run.status
    return figures.result(run.duration_ms, run.output_tokens, run.cost_usd) or "done"
