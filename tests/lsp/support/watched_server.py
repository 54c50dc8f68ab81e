"""The server, which notes in the file `WATCHED` what its event loop waits for.

Python itself tells of files that are opened, folders that are listed, and databases. It does not
tell of looks at a path (`os.stat`), which wait for a disk just as long, so these are replaced.
"""

from __future__ import annotations

import asyncio
import functools
import os
import sys
from typing import TYPE_CHECKING, Any

from fourfold.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable

TOLD = {"open", "os.listdir", "os.scandir", "os.mkdir", "os.rename", "os.remove"}
LOOKS = ("stat", "lstat", "access", "readlink")
# A module is loaded on the loop when it is first needed, and says where it was on an error.
LOADING = ("importlib", "linecache", "traceback")
OURS = str(os.path.dirname(sys.modules["fourfold"].__file__ or ""))  # noqa: PTH120


def note(what: str, where: object) -> None:
    """Notes a look at `where` that the event loop waits for, and through which of our files."""
    if asyncio._get_running_loop() is None or where == os.devnull:
        return
    frame = sys._getframe(2)
    through = []
    while frame.f_back is not None:
        name = frame.f_code.co_filename
        if any(part in name for part in LOADING):
            return
        if name.startswith(OURS):
            through.append(f"{name[len(OURS) :]}:{frame.f_lineno}")
        frame = frame.f_back
    os.write(NOTES, f"{what} {where}: {' < '.join(through)}\n".encode())


def watched(name: str, look: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(look)
    def looking(*arguments: Any, **more: Any) -> Any:
        note(name, arguments[0] if arguments else "")
        return look(*arguments, **more)

    return looking


def told(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith("sqlite3.") or event in TOLD:
        note(event, arguments[0] if arguments else "")


if __name__ == "__main__":
    NOTES = os.open(os.environ["WATCHED"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for name in LOOKS:
        setattr(os, name, watched(name, getattr(os, name)))
    sys.addaudithook(told)
    sys.argv[1:] = ["serve"]
    main()
