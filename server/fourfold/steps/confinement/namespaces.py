"""Namespaces of its own for a command: processes, network, and a root folder held in memory."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import struct
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from fourfold.steps.confinement import linux
from fourfold.steps.confinement.order import DEVICES, SYSTEM, SYSTEM_FILES

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.steps.confinement.order import Order

NOBODY = 65534

# of <linux/sched.h>: mounts, names, semaphores, processes, network
_OWN = 0x0002_0000 | 0x0400_0000 | 0x0800_0000 | 0x2000_0000 | 0x4000_0000
_OWN_USER = 0x1000_0000
# of <sys/mount.h>
_NOSUID, _NODEV, _NOEXEC, _BIND, _REC, _PRIVATE = 2, 4, 8, 0x1000, 0x4000, 1 << 18
_DETACH = 2
_MOUNT_SETATTR, _FROM_HERE, _RECURSIVE, _READ_ONLY_AND_NOSUID = 442, -100, 0x8000, 3
_MOST_OPEN = 256


def enter_as_root(order: Order, become: Callable[[], None]) -> None:
    """Have `become` called in namespaces, as root still; exits as that does."""
    linux.check(linux.libc.unshare(_OWN))
    _stand_for(order, become, NOBODY)


def enter_as_user(order: Order, become: Callable[[], None]) -> None:
    """Have `become` called in namespaces, as a user who is nobody there; exits as that does."""
    user, group = os.getuid(), os.getgid()
    linux.check(linux.libc.unshare(_OWN_USER | _OWN))
    Path("/proc/self/setgroups").write_text("deny", "utf-8")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1", "utf-8")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1", "utf-8")
    _stand_for(order, become, None)


def never_return(work: Callable[[], None]) -> NoReturn:
    """Do the work of a child, which must not go on as its parent."""
    with contextlib.suppress(BaseException):
        work()
    os._exit(99)


def exit_code(status: int) -> int:
    """The exit code that says how a child ended, as a shell has it."""
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _stand_for(order: Order, become: Callable[[], None], owner: int | None) -> None:
    first = os.fork()
    if first == 0:
        never_return(lambda: _be_first(order, become, owner))
    # The pipe that says whether the command has begun is for the command alone to hold.
    os.closerange(3, _MOST_OPEN)
    os._exit(exit_code(os.waitpid(first, 0)[1]))


def _be_first(order: Order, become: Callable[[], None], owner: int | None) -> None:
    """The first process of its namespace: when it ends, the kernel ends all others there."""
    linux.prctl(linux.DEATH_SIGNAL, signal.SIGKILL)
    with contextlib.suppress(OSError):
        _start_loopback()
    _take_root(order, owner)
    # What runs here as the same user cannot look into this process.
    linux.prctl(linux.DUMPABLE, 0)
    command = os.fork()
    if command == 0:
        never_return(become)
    os.closerange(3, _MOST_OPEN)
    while True:
        ended, status = os.wait()
        if ended == command:
            os._exit(exit_code(status))


def _start_loopback() -> None:
    get, set_, up, layout = 0x8913, 0x8914, 1, "16sh14x"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        now = fcntl.ioctl(any_socket, get, struct.pack(layout, b"lo", 0))
        flags = struct.unpack(layout, now)[1]
        fcntl.ioctl(any_socket, set_, struct.pack(layout, b"lo", flags | up))


def _take_root(order: Order, owner: int | None) -> None:
    """A root folder in memory, with a copy of `base` and what is readable of the real one."""
    base = Path(order.base)
    root = base / "root"
    root.mkdir()
    linux.check(linux.libc.mount(None, b"/", None, _REC | _PRIVATE, None))
    options = f"mode=755,size={order.size},nr_inodes=50000".encode()
    where = os.fsencode(root)
    linux.check(linux.libc.mount(b"fourfold", where, b"tmpfs", _NOSUID | _NODEV, options))
    copy = _at(root, base)
    shutil.copytree(base, copy, ignore=lambda _, names: {"root"} & {*names})
    for shared in (root / "tmp", root / "dev" / "shm"):
        shared.mkdir(parents=True, exist_ok=True)
        shared.chmod(0o1777)
    bound: list[Path] = []
    for name in sorted({*SYSTEM, *SYSTEM_FILES, *order.readable}, key=len):
        path = Path(name)
        if path.exists() and not any(path.is_relative_to(known) for known in bound):
            _bind(root, path)
            bound.append(path)
    for name in DEVICES:
        _bind(root, Path(name), read_only=False)
    (root / "proc").mkdir()
    # A container that hides parts of its own gives none.
    linux.libc.mount(b"proc", where + b"/proc", b"proc", _NOSUID | _NODEV | _NOEXEC, None)
    if owner is not None:
        _give(copy, owner)
    os.chdir(root)
    linux.check(linux.libc.pivot_root(b".", b"."))
    linux.check(linux.libc.umount2(b".", _DETACH))


def _bind(root: Path, path: Path, *, read_only: bool = True) -> None:
    place = _at(root, path)
    place.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink() and str(path) in SYSTEM:
        place.symlink_to(path.readlink())
        return
    if path.is_dir():
        place.mkdir(exist_ok=True)
    else:
        place.touch()
    target = os.fsencode(place)
    linux.check(linux.libc.mount(os.fsencode(path), target, None, _BIND | _REC, None))
    if read_only:
        attributes = struct.pack("QQQQ", _READ_ONLY_AND_NOSUID, 0, 0, 0)
        linux.check(
            linux.libc.syscall(
                _MOUNT_SETATTR, _FROM_HERE, target, _RECURSIVE, attributes, len(attributes)
            )
        )


def _at(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def _give(folder: Path, owner: int) -> None:
    os.chown(folder, owner, owner)
    for place, names, files in os.walk(folder):
        for name in (*names, *files):
            os.chown(Path(place, name), owner, owner)
