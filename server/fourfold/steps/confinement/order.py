"""What the worker is told to run, and what it says about it."""

from __future__ import annotations

from dataclasses import dataclass

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu")
SYSTEM_FILES = tuple(
    f"/etc/{name}"
    for name in (
        *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime"),
        *("passwd", "group", "nsswitch.conf", "hosts", "mime.types"),
    )
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
"""What programs need of a system. Nothing here is anybody's own."""


@dataclass(frozen=True, slots=True)
class Order:
    """The `command`, which starts in the folder `code` and may write below `base` alone.

    `walls` are to be tried in turn, `readable` are the paths it may read besides the system's,
    and `listed` folders with some of those, whose names it may see. `seconds`, `processes` and
    `size` (bytes of files) are its limits. `parent` is the process that
    asks, `report` the file descriptor that gets a Report as JSON.
    """

    walls: list[str]
    command: list[str]
    base: str
    code: str
    readable: list[str]
    listed: list[str]
    seconds: float
    processes: int
    size: int
    parent: int
    report: int


@dataclass(frozen=True, slots=True)
class Report:
    """Behind which walls the command ran, None where none were to be had and it did not; whether
    it was stopped because it took too long (`late`)."""

    walls: str | None = None
    late: bool = False
