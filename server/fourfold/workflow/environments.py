"""The Python environments of workspaces: run only after the user has agreed, once each."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fourfold.user.consent import Consents, Question

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fourfold.user.consent import AskUser


def asking(ask: AskUser | None) -> Callable[[Path], bool]:
    """What asks, from another thread than this event loop's, whether an environment may be run."""
    loop = asyncio.get_running_loop()
    consents = Consents("environments")

    def may_run(environment: Path) -> bool:
        name = str(environment.resolve())
        question = Question(
            f"Tests that a model wrote are to be run with {name}, which this workspace brings. "
            "Run it, now and in future?",
            "Run it",
            "Do not run it",
        )
        given = consents.given(name, question, ask)
        return asyncio.run_coroutine_threadsafe(given, loop).result()

    return may_run
