"""Calls of Linux that Python does not offer."""

from __future__ import annotations

import ctypes

DEATH_SIGNAL, DUMPABLE, SECCOMP, SUBREAPER, NO_NEW_RIGHTS = 1, 4, 22, 36, 38
"""What `prctl` changes, of <linux/prctl.h>."""

libc = ctypes.CDLL(None, use_errno=True)


def check(result: int) -> int:
    """The result of a call; OSError where it failed."""
    if result < 0:
        raise OSError(ctypes.get_errno(), "The kernel refused a call.")
    return result


def prctl(option: int, value: int) -> None:
    """Change what the kernel does with this process."""
    check(libc.prctl(option, value, 0, 0, 0))
