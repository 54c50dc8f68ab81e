"""Endpoints that a workspace file asks for: used only after the user has agreed, once each."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fourfold.llm.endpoints import is_loopback, normalize_endpoint
from fourfold.llm.integration import ModelError
from fourfold.user.consent import ANSWER_TIMEOUT, AskUser, Consents, Question

if TYPE_CHECKING:
    from pathlib import Path


def consent_question(endpoint: str) -> Question:
    """What to ask before a prompt may be sent to a normalised endpoint."""
    text = f"This prompt asks to be sent to {endpoint}. Send it there, now and in future?"
    if urlsplit(endpoint).scheme == "http" and not is_loopback(endpoint):
        text += " The connection is not encrypted: others on the network can read it."
    return Question(text, "Send it there", "Do not send")


class EndpointConsents:
    """The endpoints the user agreed to; `path` as in `Consents`."""

    def __init__(self, path: Path | None = None, *, answer_timeout: float = ANSWER_TIMEOUT) -> None:
        self._consents = Consents("endpoints", path, answer_timeout=answer_timeout)
        self.path = self._consents.path

    def agreed(self) -> frozenset[str]:
        """The endpoints agreed to; a file that cannot be read means none."""
        return self._consents.agreed()

    def remember(self, endpoint: str) -> None:
        """Keep a yes for `endpoint`."""
        self._consents.remember(normalize_endpoint(endpoint))

    async def require(self, endpoint: str, ask: AskUser | None) -> None:
        """Return if the user agrees to `endpoint`, now or before; a ModelError if not."""
        endpoint = normalize_endpoint(endpoint)
        if not await self._consents.given(endpoint, consent_question(endpoint), ask):
            raise ModelError(
                f"This prompt asks to be sent to {endpoint}, and you have not agreed to that: "
                "run it in an editor or a terminal and answer yes when asked, or choose a model of "
                "your own.",
                "forbidden",
            )
