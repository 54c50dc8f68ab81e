"""Progress in a log: a line every two seconds, as the server tells it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.demo.editor import Editor
    from tests.demo.screen import Screen

LOG_SECONDS = 2.0


async def log_progress(
    screen: Screen, editor: Editor, ended: Callable[[], bool], seconds: float
) -> None:
    """Prints the server's progress until `ended`; between two news there may be so many seconds."""
    said, at = "", 0.0

    def news() -> bool:
        return bool(ended()) or editor.progress != said

    while not ended():
        await editor.until(news, seconds)
        now = time.monotonic()
        if now - at > LOG_SECONDS and not editor.progress_ended:
            screen.console.print(f"  {editor.progress}")
            at = now
        said = editor.progress
