"""Ctrl-C and SIGTERM: a command cancels what it does, tells what there is, and says so at its end.

The exit code is then 128 and the signal's number, as a shell has it.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from types import FrameType

    Handler = Callable[[int, FrameType | None], Any]

T = TypeVar("T")

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """`number` is the signal that came; None as long as none has."""

    def __init__(self) -> None:
        self.number: int | None = None

    @property
    def exit_code(self) -> int | None:
        return None if self.number is None else 128 + self.number

    def interrupt(self, number: int, frame: FrameType | None) -> None:
        """Ends what is being done, wherever it stands."""
        self.number = self.number or number
        raise KeyboardInterrupt


stop = Stop()


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Both signals raise KeyboardInterrupt, and are told of in `stop`."""
    stop.number = None
    with _handled_by(stop.interrupt):
        yield stop


def run(work: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`; the first signal cancels `work`, which may go on to an end of its own, and
    another one that end, with all that goes on.

    Raises KeyboardInterrupt where `work` does not go on. Nothing is raised within the event loop,
    which would forget what it was about to do.
    """
    import asyncio

    async def cancellable() -> T:
        loop, going = asyncio.get_running_loop(), asyncio.ensure_future(work)

        def cancel(number: int, frame: FrameType | None) -> None:
            cancelling = going.cancel if stop.number is None else cancel_all
            stop.number = stop.number or number
            loop.call_soon_threadsafe(cancelling)

        def cancel_all() -> None:
            for task in asyncio.all_tasks(loop):
                task.cancel()

        with _handled_by(cancel):
            return await going

    try:
        return asyncio.run(cancellable())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


@contextmanager
def answering() -> Iterator[None]:
    """While the user is asked: Ctrl-C is an answer then, SIGTERM the end of all all the same."""
    end = signal.getsignal(signal.SIGTERM)

    def terminate(number: int, frame: FrameType | None) -> None:
        if callable(end):
            end(number, frame)
        raise KeyboardInterrupt

    with _handled_by(signal.default_int_handler, terminate):
        yield


@contextmanager
def _handled_by(first: Handler, second: Handler | None = None) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    before = [signal.getsignal(number) for number in _SIGNALS]
    # Whoever has Ctrl-C ignored, as a script does in the background, goes on to.
    ignored = [handler is signal.SIG_IGN for handler in before]
    for number, handler, skipped in zip(_SIGNALS, (first, second or first), ignored, strict=True):
        if not skipped:
            signal.signal(number, handler)
    try:
        yield
    finally:
        for number, earlier in zip(_SIGNALS, before, strict=True):
            signal.signal(number, earlier)
