"""Endpoints that a workspace file asks for: used only after the user has agreed, once each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fourfold.llm.endpoints import is_loopback, normalize_endpoint
from fourfold.llm.integration import ModelError
from fourfold.llm.kept_json import KeptJson

AskConsent = Callable[[str], Awaitable[bool]]
"""Asks the user about a normalised endpoint; `consent_question` is the text to ask with."""

ANSWER_TIMEOUT = 300.0


def consent_question(endpoint: str) -> str:
    """What to ask before a prompt may be sent to `endpoint`."""
    question = f"This prompt asks to be sent to {endpoint}. Send it there, now and in future?"
    if urlsplit(endpoint).scheme == "http" and not is_loopback(endpoint):
        question += " The connection is not encrypted: others on the network can read it."
    return question


class EndpointConsents:
    """The endpoints the user agreed to, kept in a JSON file outside every workspace.

    `path` defaults to `endpoints.json` in the user's data folder for `fourfold`.
    """

    def __init__(self, path: Path | None = None, *, answer_timeout: float = ANSWER_TIMEOUT) -> None:
        if path is None:
            import platformdirs

            path = Path(platformdirs.user_data_dir("fourfold", appauthor=False), "endpoints.json")
        self.path = path
        self._kept = KeptJson(path)
        self._answer_timeout = answer_timeout
        self._open: dict[str, asyncio.Task[bool]] = {}

    def agreed(self) -> frozenset[str]:
        """The endpoints agreed to; a file that cannot be read means none."""
        kept = self._kept.read().get("endpoints")
        if not isinstance(kept, list):
            return frozenset()
        return frozenset(endpoint for endpoint in kept if isinstance(endpoint, str))

    def remember(self, endpoint: str) -> None:
        """Keep a yes for `endpoint`; OSError."""
        endpoint = normalize_endpoint(endpoint)

        def change(kept: dict[str, Any]) -> None:
            before = kept.get("endpoints")
            known = before if isinstance(before, list) else []
            kept["endpoints"] = sorted({*filter(lambda one: isinstance(one, str), known), endpoint})

        self._kept.change(change)

    async def require(self, endpoint: str, ask: AskConsent | None) -> None:
        """Return if the user agrees to `endpoint`, now or before; a ModelError if not.

        No way to ask, no answer in time and an error while asking all mean no. Only a yes is
        remembered. Who asks for the same endpoint meanwhile shares the one question.
        """
        endpoint = normalize_endpoint(endpoint)
        if endpoint in self.agreed():
            return
        if ask is not None:
            question = self._open.get(endpoint)
            if question is None:
                question = asyncio.create_task(self._ask(endpoint, ask))
                self._open[endpoint] = question
                question.add_done_callback(lambda _: self._open.pop(endpoint, None))
            if await asyncio.shield(question):
                return
        raise ModelError(
            f"This prompt asks to be sent to {endpoint}, and you have not agreed to that: run it"
            " again and answer yes when asked, or choose a model of your own.",
            "forbidden",
        )

    async def _ask(self, endpoint: str, ask: AskConsent) -> bool:
        try:
            async with asyncio.timeout(self._answer_timeout):
                answer = await ask(endpoint)
        except Exception:
            return False
        if answer is not True:
            return False
        try:
            self.remember(endpoint)
        except OSError:
            # The yes counts for this once; the next run asks again.
            return True
        return True
