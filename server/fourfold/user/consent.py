"""What the user has agreed to once, kept outside every workspace."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from fourfold.user.kept_json import KeptJson

ANSWER_TIMEOUT = 300.0


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask the user, and how the two answers read where they are buttons."""

    text: str
    yes: str
    no: str


AskUser = Callable[[Question], Awaitable[bool]]
"""Asks the user."""

_Open = dict[tuple[Path, str], asyncio.Task[bool]]
_open: WeakKeyDictionary[asyncio.AbstractEventLoop, _Open] = WeakKeyDictionary()
"""The questions that wait for their answers."""


class Consents:
    """The names of a `kind` that the user agreed to, in a JSON file.

    `path` defaults to `KIND.json` in the user's data folder for `fourfold`.
    """

    def __init__(
        self, kind: str, path: Path | None = None, *, answer_timeout: float = ANSWER_TIMEOUT
    ) -> None:
        if path is None:
            import platformdirs

            path = Path(platformdirs.user_data_dir("fourfold", appauthor=False), f"{kind}.json")
        self.path = path
        self._kept = KeptJson(path)
        self._kind = kind
        self._answer_timeout = answer_timeout

    def agreed(self) -> frozenset[str]:
        """What was agreed to; a file that cannot be read means nothing."""
        return _names(self._kept.read(), self._kind)

    def remember(self, name: str) -> None:
        """Keep a yes for `name`; OSError."""

        def change(kept: dict[str, Any]) -> None:
            kept[self._kind] = sorted(_names(kept, self._kind) | {name})

        self._kept.change(change)

    async def given(self, name: str, question: Question, ask: AskUser | None) -> bool:
        """Whether the user agrees to `name`, now or before.

        No way to ask, no answer in time and an error while asking all mean no. Only a yes is
        remembered. Who asks about the same name meanwhile shares the one question.
        """
        if name in self.agreed():
            return True
        if ask is None:
            return False
        open_ = _open.setdefault(asyncio.get_running_loop(), {})
        key = (self.path, name)
        if key not in open_:
            open_[key] = asyncio.create_task(self._ask(name, question, ask))
            open_[key].add_done_callback(lambda _: open_.pop(key, None))
        return await asyncio.shield(open_[key])

    async def _ask(self, name: str, question: Question, ask: AskUser) -> bool:
        try:
            async with asyncio.timeout(self._answer_timeout):
                answer = await ask(question)
        except Exception:
            return False
        if answer is not True:
            return False
        try:
            self.remember(name)
        except OSError:
            # The yes counts for this once; the next run asks again.
            return True
        return True


def _names(kept: dict[str, Any], kind: str) -> frozenset[str]:
    names = kept.get(kind)
    if not isinstance(names, list):
        return frozenset()
    return frozenset(name for name in names if isinstance(name, str))
