"""batch: the calls that fourfold test --batch has left with providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fourfold.cli import stopping
from fourfold.cli.folder import open_project
from fourfold.cli.output import note, print_answer, print_table, say
from fourfold.cli.parameters import folder_option, json_option
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from fourfold.app.batches.control import Standing
    from fourfold.app.batches.kept import KeptBatches
    from fourfold.app.engine import Engine


@click.group()
def batch() -> None:
    """List or end calls that are left with a provider."""


@batch.command("list")
@folder_option
@json_option("Batches")
def list_batches(folder: Path | None, as_json: bool) -> None:
    """List the batches of which something is still to be collected.

    fourfold test --batch collects them.
    """
    from fourfold.app.batches.control import batches_now

    _show(_standings(folder, batches_now), as_json)


@batch.command()
@click.argument("batches", metavar="[BATCH]...", nargs=-1)
@folder_option
@json_option("Batches")
def cancel(batches: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """End batches, else all that go on.

    What was answered by then is paid, and collected by the next fourfold test --batch.
    """
    from fourfold.app.batches.control import cancel_batches

    standings = _standings(folder, lambda engine, kept: cancel_batches(engine, kept, batches))
    if as_json:
        _show(standings, as_json=True)
        return
    for one in standings:
        if one.error is not None:
            note(f"{one.kept.batch or one.kept.key}: {one.error}")
    count = sum(one.error is None for one in standings)
    say(f"{'1 batch was' if count == 1 else f'{count:,} batches were'} cancelled.")


def _standings(
    folder: Path | None, ask: Callable[[Engine, KeptBatches], Awaitable[list[Standing]]]
) -> list[Standing]:
    from fourfold.app.batches.kept import KeptBatches
    from fourfold.cli.running import engine_of
    from fourfold.cli.testing_run import ProgressLine

    with open_project(folder, looks=True) as project:

        async def asked() -> list[Standing]:
            async with engine_of(project, ProgressLine().asking) as engine:
                kept = KeptBatches(engine, note)
                await kept.open()
                try:
                    return await ask(engine, kept)
                finally:
                    await kept.close()

        return stopping.run(asked())


def _show(standings: list[Standing], as_json: bool) -> None:
    if as_json:
        from fourfold.app.answers.batches import Batches

        print_answer(Batches.of(standings))
        return
    rows = [
        [
            one.kept.batch or one.kept.key,
            one.kept.model,
            f"{one.kept.requests:,}",
            figures.local_time(one.kept.created),
            _stands(one),
        ]
        for one in standings
    ]
    print_table(("Batch", "Model", "Calls", "Since", "State"), rows, ["<", "<", ">", "<", "<"], [])


def _stands(one: Standing) -> str:
    if one.status is None:
        return one.error or "not submitted"
    if one.status.ended:
        return one.status.refused or ("cancelled" if one.status.cancelled else "ended")
    return f"{one.status.done:,} answered"
