"""Requests to a batch service, each made once: whether to make it again is for who asks."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from fourfold.llm.integration import ModelError
from fourfold.llm.redaction import error_message, redact

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping

    import httpx2

    from fourfold.llm.client import Sign
    from fourfold.llm.endpoints import Endpoint

_NAME = re.compile(r"\w[\w.:-]{0,199}", re.ASCII)
_PIECE = 1024 * 1024
_MOST_JSON = 16 * 1024 * 1024
LONGEST_LINE = 64 * 1024 * 1024
"""More than any answer of a model has, as it is written in a file."""

_ANSWER, _ROOM = 256 * 1024, 64 * 1024 * 1024
"""How long answers are on average at most, and what a file may have besides."""

TEMPORARY = ("unreachable", "timed_out", "server_error", "rate_limited")
"""After these the same request may go well a little later."""


class Wire:
    """One endpoint's connections for its batches, opened with the first request.

    `most_seconds` bounds how long a file of answers may take.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        key_advice: str,
        idle_timeout: float,
        *,
        sign: Sign | None = None,
        most_seconds: float = 3600.0,
    ) -> None:
        self.endpoint = endpoint
        self._key_advice = key_advice
        self._idle_timeout = idle_timeout
        self._sign = sign
        self._most_seconds = most_seconds
        self._client: httpx2.AsyncClient | None = None

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def json(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        content: AsyncIterator[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """What the service answers; `path` is below the endpoint's address."""
        async with self._asked(method, path, body, content, headers) as response:
            read = bytearray()
            async for piece in response.aiter_bytes():
                read += piece
                if len(read) > _MOST_JSON:
                    break
        try:
            decoded = json.loads(bytes(read))
        except (ValueError, RecursionError):
            decoded = None
        if not isinstance(decoded, dict):
            raise self._no_answer()
        return decoded

    async def lines(self, path: str, requests: int) -> AsyncGenerator[bytes, None]:
        """The lines of a file with the answers to so many requests, as they arrive."""
        pending: list[bytes] = []
        size = whole = 0
        loop = asyncio.get_running_loop()
        most = _ROOM + requests * _ANSWER
        until = loop.time() + self._most_seconds
        async with self._asked("GET", path, None, None, None) as response:
            async for piece in response.aiter_bytes():
                whole += len(piece)
                first, *others = piece.split(b"\n")
                pending.append(first)
                size += len(first)
                for other in others:
                    yield b"".join(pending)
                    pending, size = [other], len(other)
                if whole > most or size > LONGEST_LINE or loop.time() > until:
                    raise ModelError(
                        f"{self.endpoint.host} went on with a file of answers without end, so that "
                        "the rest of it was left: ask the service what is wrong with it.",
                        "bad_request",
                    )
        if size:
            yield b"".join(pending)

    def failure(self, status: int, body: Any, model: str) -> ModelError:
        """What an answer with this status and this decoded body says of a call of `model`."""
        import httpx2
        from openai import APIStatusError

        from fourfold.llm.failures import FailureExplainer

        request = httpx2.Request("POST", self.endpoint.url)
        said = body.get("error", body) if isinstance(body, dict) else body
        error = APIStatusError("", response=httpx2.Response(status, request=request), body=said)
        explainer = FailureExplainer(
            self.endpoint.host, self.endpoint.key, self._key_advice, self._idle_timeout
        )
        return explainer.explain(error, model)

    def name(self, given: Any) -> str:
        """A name that the service has given, which is to be part of an address."""
        if not isinstance(given, str) or not _NAME.fullmatch(given):
            raise self._no_answer()
        return given

    def _no_answer(self) -> ModelError:
        return ModelError(
            f"{self.endpoint.host} sent something that is no answer of a batch service: check the "
            "endpoint's address.",
            "bad_request",
        )

    def told(self, body: Any) -> str:
        """The words of an error, fit to be shown."""
        return redact(error_message(body), self.endpoint.key).rstrip(".")

    @asynccontextmanager
    async def _asked(
        self,
        method: str,
        path: str,
        body: Any,
        content: AsyncIterator[bytes] | None,
        headers: Mapping[str, str] | None,
    ) -> AsyncIterator[httpx2.Response]:
        client = await self._ready()
        from fourfold.llm.failures import TRANSPORT_ERRORS, FailureExplainer

        given: dict[str, Any] = {"json": body} if body is not None else {}
        if content is not None:
            given = {"content": content}
        url = f"{self.endpoint.url}/{path}"
        try:
            async with client.stream(method, url, headers=headers, **given) as response:
                if response.is_success:
                    yield response
                    return
                status = response.status_code
                said = await _error_body(response)
            caught: Exception | None = None
        except TRANSPORT_ERRORS as error:
            caught = error
        if caught is None:
            raise self._refused(status, said)
        explainer = FailureExplainer(
            self.endpoint.host, self.endpoint.key, self._key_advice, self._idle_timeout
        )
        raise explainer.explain(caught, "its batches")

    def _refused(self, status: int, said: Any) -> ModelError:
        from fourfold.llm.failures import NO_QUOTA

        if status in (404, 405, 501):
            reason = f": {told}" if (told := self.told(said)) else ""
            return ModelError(
                f"{self.endpoint.host} has no such batch, or no batch service ({status}{reason}).",
                "not_found",
            )
        failure = self.failure(status, said, "its batches")
        error = said.get("error") if isinstance(said, dict) else None
        if isinstance(error, dict) and NO_QUOTA in (error.get("code"), error.get("type")):
            # Unlike other refusals this one does not pass by itself.
            return ModelError(str(failure), "forbidden")
        return failure

    async def _ready(self) -> httpx2.AsyncClient:
        if self._client is None:
            self._client = await asyncio.to_thread(self._build)
        return self._client

    def _build(self) -> httpx2.AsyncClient:
        import fourfold.llm.failures  # noqa: F401  # with the client, not after a failure
        from fourfold.llm.client import EndpointTransport, check_key

        check_key(self.endpoint)
        return EndpointTransport(self.endpoint, self._idle_timeout, self._sign)


async def _error_body(response: httpx2.Response) -> Any:
    """The decoded body of an error, of which the transport lets only the beginning through."""
    try:
        return json.loads(await response.aread())
    except (ValueError, RecursionError):
        return None


def named_line(line: bytes) -> tuple[str, dict[str, Any]] | None:
    """The name of the request that a line answers, and the line; None where it answers none."""
    try:
        read = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    name = read.get("custom_id") if isinstance(read, dict) else None
    return (name, read) if isinstance(name, str) else None


async def pieces(*parts: bytes | Iterator[bytes]) -> AsyncGenerator[bytes, None]:
    """A body that is never whole in memory; files are read in a thread."""
    for part in parts:
        if isinstance(part, bytes):
            yield part
            continue
        while piece := await asyncio.to_thread(next, part, b""):
            yield piece


def read_pieces(content: Any) -> Iterator[bytes]:
    """A file from its beginning."""
    content.seek(0)
    while piece := content.read(_PIECE):
        yield piece
