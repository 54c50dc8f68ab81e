"""Keys that an editor stores for its user, asked for when a call needs one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.llm.endpoints import OPENAI_ENDPOINT, Endpoint
from fourfold.user.secret import Secret

if TYPE_CHECKING:
    from fourfold.llm.configuration import ModelConfiguration

AskKey = Callable[[str, str], Awaitable[str | None]]
"""Asks for the key of exactly this normalised endpoint, for the model or integration named."""

OPENAI = "openai"
_WHERE = "the key that your editor stores for it"


class StoredKeys:
    """Fills in the keys that the environment does not have; without `ask` there are none.

    Nothing is remembered here: a key that the user changes or removes counts from the next call.
    """

    def __init__(self, configuration: ModelConfiguration, ask: AskKey | None) -> None:
        self._configuration = configuration
        self._ask = ask

    async def fill(self, endpoint: Endpoint, name: str) -> Endpoint:
        """`endpoint` with its stored key where it has no key yet."""
        if endpoint.key is not None or self._ask is None:
            return endpoint
        key = ((await self._ask(endpoint.url, name)) or "").strip()
        return replace(endpoint, key=Secret(key), key_env=_WHERE) if key else endpoint

    async def openai(self) -> Endpoint | None:
        """The integration `openai`: as configured, or OpenAI itself once a key is stored for it."""
        configured = self._configuration.openai
        if configured is not None:
            return await self.fill(configured, OPENAI)
        if OPENAI in self._configuration.broken:
            return None
        found = await self.fill(Endpoint(OPENAI_ENDPOINT), OPENAI)
        return found if found.key is not None else None
