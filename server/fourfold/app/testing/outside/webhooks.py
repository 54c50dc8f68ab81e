"""Posts to the addresses that assertions name, after the user has agreed to each."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from fourfold.evals.outside import CannotJudgeError, Reply
from fourfold.llm.endpoints import is_loopback
from fourfold.user.consent import Consents, Question
from fourfold.user.secret import without_secrets

if TYPE_CHECKING:
    import httpx2

    from fourfold.evals.outside import Post
    from fourfold.user.consent import AskUser

SECONDS = 10.0
LARGEST = 1 << 20
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class _Address:
    """`origin` is what errors say, since a path may hold a key; `name` is what is agreed to."""

    url: httpx2.URL
    origin: str
    shown: str
    name: str


class Webhooks:
    """What was refused once in a process is not asked again there."""

    def __init__(self, ask: AskUser | None, *, seconds: float = SECONDS) -> None:
        self._ask = ask
        self._seconds = seconds
        self._consents = Consents("webhooks")
        self._refused: set[str] = set()

    async def post(self, request: Post) -> Reply:
        """The JSON that comes back; CannotJudgeError where none does."""
        address = await asyncio.to_thread(_address, request.url)
        await self._require(address)
        try:
            async with asyncio.timeout(self._seconds):
                body = await _sent(request, address)
        except TimeoutError:
            raise CannotJudgeError(
                f"{address.origin} did not answer within {self._seconds:g} s"
            ) from None
        try:
            return Reply(json.loads(body))
        except (ValueError, RecursionError):
            raise CannotJudgeError(
                f"{address.origin} answered with something that is no JSON"
            ) from None

    async def _require(self, address: _Address) -> None:
        text = (
            f"Tests want responses and their inputs to be sent to {address.shown}. Send them "
            "there, now and in future?"
        )
        if address.url.scheme == "http" and not is_loopback(address.origin):
            text += " The connection is not encrypted: others on the network can read it."
        question = Question(text, "Send them there", "Do not send")
        name = address.name
        if name in self._refused or not await self._consents.given(name, question, self._ask):
            self._refused.add(name)
            raise CannotJudgeError(
                f"it wants responses to be sent to {address.shown}, and you have not agreed to "
                "that: run the tests in a terminal, and answer yes when asked"
            )


async def _sent(request: Post, address: _Address) -> bytes:
    import httpx2

    data = json.dumps(request.body, ensure_ascii=False, default=str).encode(
        "utf-8", "surrogatepass"
    )
    headers = {"content-type": "application/json", "accept": "application/json"}
    client = httpx2.AsyncClient(
        timeout=None,
        follow_redirects=False,
        trust_env=not is_loopback(address.origin),
    )
    try:
        async with (
            client,
            client.stream("POST", address.url, content=data, headers=headers) as response,
        ):
            return await _read(response, address.origin)
    except (httpx2.HTTPError, httpx2.StreamError, OSError):
        # without its text, which may quote the address with what is private in it
        raise CannotJudgeError(f"{address.origin} could not be reached") from None


async def _read(response: httpx2.Response, origin: str) -> bytes:
    if response.status_code in _REDIRECTS:
        raise CannotJudgeError(
            f"{origin} wants to redirect to another address ({response.status_code}), which is "
            "never followed: write the final one"
        )
    if not response.is_success:
        raise CannotJudgeError(f"{origin} answered with the status {response.status_code}")
    body = b""
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST:
            raise CannotJudgeError(f"{origin} answered with more than {LARGEST >> 20} MiB")
    return body


def _address(text: str) -> _Address:
    """Read by who calls it, so that what is agreed to is where it goes."""
    import httpx2

    try:
        url = httpx2.URL(text.strip())
    except httpx2.InvalidURL:
        url = httpx2.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise CannotJudgeError("its value is no address that begins with https://")
    plain = url.copy_with(username="", password="", query=None, fragment=None)
    shown = without_secrets(str(plain))
    query = f"?{sha256(url.query).hexdigest()[:16]}" if url.query else ""
    return _Address(url, str(plain.copy_with(path="/")).rstrip("/"), shown, f"{shown}{query}")
