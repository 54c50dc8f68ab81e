"""Which models an endpoint lists: asked once a day, and kept in the user's data folder."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from fourfold.llm.integration import ModelError
from fourfold.llm.retirements import DEFAULT_MODELS
from fourfold.user.kept_json import KeptJson

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fourfold.llm.openai_compatible import EndpointClient

FILE = "models.json"
FRESH = timedelta(days=1)
ANSWER_SECONDS = 3.0
"""How long a run may wait for the list; then it goes on with what is known."""
RETRY_SECONDS = 600.0
"""When an endpoint that gave no list is asked again."""


_OTHER_KINDS = re.compile(
    r"embed|whisper|tts|dall-e|moderation|realtime|audio|transcribe|image|sora|rerank",
    re.IGNORECASE,
)


class Listing(NamedTuple):
    """The `models` that an endpoint listed when it was asked, and those that have `answered` since
    without being listed."""

    asked: datetime
    models: frozenset[str]
    answered: frozenset[str] = frozenset()


class ModelCatalog:
    """What each endpoint listed last, by its address. What is not known yet is None.

    `on_answer` is called where a model has answered that its endpoint does not list.
    """

    def __init__(self, folder: Path, on_answer: Callable[[], None] = lambda: None) -> None:
        self._kept = KeptJson(folder / FILE)
        self._on_answer = on_answer
        self._listed: dict[str, Listing] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._failed: dict[str, float] = {}

    def known(self, url: str) -> frozenset[str] | None:
        """The models listed last, without a look at the disk or the network."""
        listed = self._listed.get(url)
        return listed.models if listed else None

    def lacks(self, url: str, model: str) -> bool:
        """Whether an endpoint that lists models does not list this one, which has not answered
        either. Some endpoints answer to names that they do not list."""
        listed = self._listed.get(url)
        if listed is None or not listed.models:
            return False
        return {model, f"{model}:latest"}.isdisjoint(listed.models | listed.answered)

    async def answered(self, url: str, model: str) -> None:
        """Takes in that a model has answered."""
        if not self.lacks(url, model):
            return
        listed = self._listed[url]
        self._listed[url] = listed._replace(answered=listed.answered | {model})
        with suppress(OSError):  # the next process sees for itself
            await asyncio.to_thread(self._keep, url)
        self._on_answer()

    async def remembered(self, url: str) -> frozenset[str] | None:
        """The models listed last, also in another process, without a look at the network."""
        if url not in self._listed:
            await asyncio.to_thread(self._read, url)
        return self.known(url)

    async def of(self, client: EndpointClient) -> frozenset[str] | None:
        """The models that the endpoint lists: of today, else those known from before."""
        url = client.endpoint.url
        if not self._is_fresh(url):
            task = self._asking.get(url)
            if task is None:
                task = self._asking[url] = asyncio.create_task(self._ask(client))
                task.add_done_callback(lambda _: self._asking.pop(url, None))
            await asyncio.shield(task)
        return self.known(url)

    async def close(self) -> None:
        """Asks nobody any more."""
        for task in self._asking.values():
            task.cancel()

    def _is_fresh(self, url: str) -> bool:
        if time.monotonic() - self._failed.get(url, float("-inf")) < RETRY_SECONDS:
            return True
        listed = self._listed.get(url)
        return listed is not None and timedelta(0) <= datetime.now(UTC) - listed.asked < FRESH

    async def _ask(self, client: EndpointClient) -> None:
        url = client.endpoint.url
        await asyncio.to_thread(self._read, url)
        if self._is_fresh(url):
            return
        await client.warm_up()  # none of the endpoint's time
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                names = await client.list_models()
        except (ModelError, TimeoutError):
            self._failed[url] = time.monotonic()
            return
        self._listed[url] = Listing(datetime.now(UTC), names)
        with suppress(OSError):  # the next process asks for itself
            await asyncio.to_thread(self._keep, url)

    def _read(self, url: str) -> None:
        kept: Any = self._kept.read().get(url)
        try:
            asked = datetime.fromisoformat(kept["asked"]).astimezone(UTC)
            names = frozenset(str(name) for name in kept["models"])
            answered = frozenset(str(name) for name in kept.get("answered", ()))
        except (TypeError, KeyError, ValueError, OverflowError):
            return
        self._listed[url] = Listing(asked, names, answered)

    def _keep(self, url: str) -> None:
        listed = self._listed[url]

        def change(kept: dict[str, Any]) -> None:
            kept[url] = {
                "asked": listed.asked.isoformat(timespec="seconds"),
                "models": sorted(listed.models),
                "answered": sorted(listed.answered),
            }

        self._kept.change(change)


def answers_texts(name: str) -> bool:
    """Whether a model is one to ask, as far as its name tells: endpoints list all they have."""
    return not _OTHER_KINDS.search(name)


def default_model(listed: frozenset[str] | None, host: str) -> str:
    """The model where none is named; ModelError where only the user can choose.

    Without a list it is the first of ours: the endpoint then says what it thinks of it.
    """
    if not listed:
        return DEFAULT_MODELS[0]
    ours = next((name for name in DEFAULT_MODELS if name in listed), None)
    if ours is not None:
        return ours
    first, *others = sorted(listed)
    if not others:
        return first
    raise ModelError(
        f"{host} offers {len(listed)} models, and none is named: name one in the prompt, or set"
        f" OPENAI_MODEL to one of them, {first} for example."
    )
