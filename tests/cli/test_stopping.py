"""Ctrl-C and SIGTERM, in this process."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from fourfold.cli import stopping


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_gives_up_the_end_too_and_breaks_off_nothing_within_the_loop(
    second: signal.Signals,
) -> None:
    """An exception in the midst of the loop may cost a wake-up, and who waits for it waits on."""
    done: list[str] = []

    async def aside() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            done.append("aside")

    async def work() -> None:
        task = asyncio.create_task(aside())
        await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGINT)
        try:
            await asyncio.Event().wait()
        finally:
            os.kill(os.getpid(), second)
            done.append("end")
            try:
                await asyncio.wait({task})
                done.append("all")
            except asyncio.CancelledError:
                done.append("given up")
                raise

    with stopping.stoppable() as stop, pytest.raises(KeyboardInterrupt):
        stopping.run(work())
    assert set(done) == {"end", "aside", "given up"}
    assert stop.exit_code == 130
