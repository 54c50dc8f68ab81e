"""Runs a command behind walls, and ends all that it started. Linux only.

It is the process between Fourfold and the command: `main` is called in a Python of its own,
without any package. Each kind of wall is tried in a child of its own, since half a wall cannot be
taken down again:

- `root`, `user`: namespaces, made with root's rights or in a user namespace.
- `landlock`: the kernel refuses files and sockets.
- `open`: limits only.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import sys
import time
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import NoReturn

from fourfold.steps.confinement import landlock, linux, namespaces
from fourfold.steps.confinement.order import Order, Report

UNUSABLE = 99


def main() -> NoReturn:
    """Carry out the Order that is the first argument; exit as its command does."""
    order = Order(**json.loads(sys.argv[1]))
    os.set_inheritable(order.report, False)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(UNUSABLE))
    linux.prctl(linux.DEATH_SIGNAL, signal.SIGTERM)
    linux.prctl(linux.SUBREAPER, 1)
    if os.getppid() != order.parent:
        sys.exit(UNUSABLE)
    try:
        report, code = _carry_out(order)
    finally:
        end_descendants()
    os.write(order.report, json.dumps(asdict(report)).encode())
    sys.exit(code)


def _carry_out(order: Order) -> tuple[Report, int]:
    deadline = time.monotonic() + order.seconds
    for walls in order.walls:
        child = _begun(order, walls)
        if child is None:
            end_descendants()
            continue
        watched = os.pidfd_open(child)
        ended, _, _ = select.select([watched], [], [], max(0, deadline - time.monotonic()))
        code = namespaces.exit_code(os.waitpid(child, 0)[1]) if ended else UNUSABLE
        return Report(walls, late=not ended), code
    return Report(), UNUSABLE


def _begun(order: Order, walls: str) -> int | None:
    """The process that stands for the command once that begins; None where it cannot."""
    ready, begun = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ready)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        namespaces.never_return(partial(_raise_walls, order, walls, begun))
    os.close(begun)
    has_begun = os.read(ready, 1)
    os.close(ready)
    return child if has_begun else None


def _raise_walls(order: Order, walls: str, begun: int) -> None:
    own = order.processes
    if walls == "root":
        become = partial(_become, order, begun, namespaces.NOBODY, own)
        namespaces.enter_as_root(order, become)
    elif walls == "user":
        namespaces.enter_as_user(order, partial(_become, order, begun, None, own))
    else:
        linux.prctl(linux.DEATH_SIGNAL, signal.SIGKILL)
        processes = own + _threads_of(os.getuid())
        if walls == "landlock":
            landlock.confine(order)
        _become(order, begun, None, processes)


def _become(order: Order, begun: int, user: int | None, processes: int) -> None:
    os.setsid()
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    linux.prctl(linux.NO_NEW_RIGHTS, 1)
    resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
    os.chdir(order.code)
    if not os.access(order.command[0], os.X_OK):
        raise PermissionError(order.command[0])
    os.write(begun, b"1")
    os.execv(order.command[0], order.command)  # noqa: S606


def _threads_of(user: int) -> int:
    """How many threads a user has, all of which count for the limit."""
    count = 0
    for process in _numbered("/proc"):
        with contextlib.suppress(OSError):
            if process.stat().st_uid == user:
                count += len(_numbered(process / "task"))
    return count


def end_descendants() -> None:
    """End all children until there are none: as their reaper we get those of the ended."""
    while children := _children():
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        for child in children:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)


def _children() -> list[int]:
    found = []
    for process in _numbered("/proc"):
        with contextlib.suppress(OSError):
            parent = (process / "stat").read_bytes().rpartition(b")")[2].split()[1]
            if int(parent) == os.getpid():
                found.append(int(process.name))
    return found


def _numbered(folder: str | Path) -> list[Path]:
    return [place for place in Path(folder).iterdir() if place.name.isdigit()]
