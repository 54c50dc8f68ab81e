"""Carrying out runs from the command line: a runner, a registry, and a display for both."""

from __future__ import annotations

import asyncio
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fourfold.cli.output import note, on_terminal
from fourfold.cli.run_display import make_display
from fourfold.llm.consent import consent_question
from fourfold.project.models import make_registry, price
from fourfold.project.requests import make_requests
from fourfold.runs.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fourfold.cli.run_display import Display
    from fourfold.project.project import Project
    from fourfold.project.requests import RunOptions
    from fourfold.project.steps import StepFile
    from fourfold.runs.request import RunRequest
    from fourfold.store.records import Run, Version

T = TypeVar("T")


async def run_versions(
    project: Project,
    file: StepFile,
    versions: Sequence[Version],
    options: RunOptions,
    as_json: bool,
) -> list[Run]:
    """The ended runs, in the order asked for."""
    display = make_display(single=len(versions) * options.repeat == 1, as_json=as_json)

    async def ask(endpoint: str) -> bool:
        with display.asking():
            return _consents(endpoint)

    may_ask = on_terminal(sys.stdin) and on_terminal(sys.stderr)
    registry = make_registry(project.settings)
    try:
        requests = await make_requests(
            project, registry, file, versions, options, ask if may_ask else None
        )
        return await _run_all(project, requests, display)
    finally:
        await registry.close()


async def _run_all(
    project: Project,
    requests: Sequence[RunRequest],
    display: Display,
) -> list[Run]:
    with ThreadPoolExecutor(1, thread_name_prefix="fourfold-store") as thread:

        def in_store(function: Callable[..., T], *arguments: Any) -> asyncio.Future[T]:
            return asyncio.get_running_loop().run_in_executor(thread, function, *arguments)

        current: dict[str, Run] = {}

        def changed(run: Run) -> None:
            current[run.id] = run
            display.changed(run)

        runner = Runner(
            project.store,
            in_store,
            on_change=changed,
            on_error=lambda error: note(str(error)),
            price=price,
            at_once=project.settings.concurrency,
        )
        try:
            started = await runner.start(requests)
            ids = [one.id for one in started]
            with display.live(started):
                try:
                    await runner.wait(ids)
                except asyncio.CancelledError:
                    # Ctrl-C: what has arrived is stored and shown.
                    runner.cancel(ids)
                    await runner.wait(ids)
        finally:
            await runner.close()
    ended = [current[id_] for id_ in ids]
    display.ended(ended)
    return ended


def _consents(endpoint: str) -> bool:
    # Here Ctrl-C is an answer, not the end of the event loop's main task.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return click.confirm(consent_question(endpoint), default=False, err=True)
    finally:
        signal.signal(signal.SIGINT, before)
