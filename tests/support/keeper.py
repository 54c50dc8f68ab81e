"""Nothing that a run of the tests has started outlives it, however the run ends. Linux only.

Two processes stand above pytest. The first is the one that was started, and only waits. Below it is
the keeper, to which every process comes whose parent has gone. When pytest has ended, or the first
has been killed, it ends all that is left.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

PATIENCE_SECONDS = 30
"""How long pytest may tidy up once it has been asked to stop."""

_STOP = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
_TOLD = {*_STOP, signal.SIGCHLD, signal.SIGALRM}


def pytest_cmdline_main(config: pytest.Config) -> None:
    """Goes on in a process of its own, below the two that outlive it."""
    if sys.platform != "linux" or hasattr(config, "workerinput"):
        return
    from fourfold.steps.confinement import linux

    before = signal.pthread_sigmask(signal.SIG_BLOCK, _TOLD)
    started = os.getpid()
    if keeper := os.fork():
        _exit(_wait(keeper))
    linux.prctl(linux.DEATH_SIGNAL, signal.SIGTERM)
    linux.prctl(linux.SUBREAPER, 1)
    if tests := os.fork():
        _exit(_keep(tests, started))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _wait(keeper: int) -> int:
    """Waits for the keeper, which is told to stop when this process is; its status."""
    while True:
        told = signal.sigwaitinfo(_TOLD)
        if _is_asked_to_stop(told):
            os.kill(keeper, told.si_signo)
        ended, status = os.waitpid(keeper, os.WNOHANG)
        if ended:
            return status


def _keep(tests: int, started: int) -> int:
    """Waits for pytest, and ends all that is left of it; its status."""
    from fourfold.steps.confinement.worker import end_descendants

    asked = False
    while True:
        told = signal.sigwaitinfo(_TOLD)
        if told.si_signo == signal.SIGALRM or os.getppid() != started:
            os.kill(tests, signal.SIGKILL)
        elif _is_asked_to_stop(told):
            os.kill(tests, signal.SIGKILL if asked else signal.SIGINT)
            asked = True
            signal.alarm(PATIENCE_SECONDS)
        ended = 1
        while ended:
            ended, status = os.waitpid(-1, os.WNOHANG)
            if ended == tests:
                end_descendants()
                return status


def _is_asked_to_stop(told: signal.struct_siginfo) -> bool:
    """Whether a program has asked this process to; a terminal asks pytest itself as well."""
    return told.si_signo in _STOP and told.si_code <= 0


def _exit(status: int) -> None:
    """Ends this process alone as another has ended: what was registered for the end is pytest's."""
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)
