"""AsyncOpenAI clients that send exactly what they were given, to exactly one endpoint.

Importing this module imports openai, which takes a quarter of a second: only import it where a call
is about to be made, or in the background.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2

from fourfold import __version__
from fourfold.llm.answers import MAX_BODY
from fourfold.llm.integration import WAITS, ModelError
from fourfold.llm.light_openai import types_on_demand

with types_on_demand():
    from openai import AsyncOpenAI, OpenAIError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from fourfold.llm.endpoints import Endpoint
    from fourfold.user.secret import Secret

    Sign = Callable[[Secret | None], Mapping[str, str]]

CONNECT_TIMEOUT = 10.0
TOO_MANY = 429
REFUSED = "x-fourfold-refused"
"""A header of ours that marks a refusal for which the caller waits."""
_NO_RETRY = "x-should-retry"  # which openai obeys
MAX_RETRIES = 2
# openai adds headers from OPENAI_ORG_ID, OPENAI_PROJECT_ID and OPENAI_CUSTOM_HEADERS, and what it
# knows about this machine. None of that is for every endpoint, so only these go out.
SENT_HEADERS = frozenset(
    {"host", "accept", "accept-encoding", "connection", "content-type", "content-length"}
)


class SilentEndpointError(OpenAIError):
    """Connected, asked, and no answer in time; unlike a time-out, openai does not try it again."""


def _bearer(key: Secret | None) -> Mapping[str, str]:
    return {} if key is None else {"authorization": f"Bearer {key.reveal()}"}


class EndpointTransport(httpx2.AsyncClient):
    """The HTTP client for one endpoint: its own headers, its own key, no redirects. `sign` gives
    the headers that hold the key, where the endpoint has a way of its own."""

    def __init__(self, endpoint: Endpoint, idle_timeout: float, sign: Sign | None = None) -> None:
        super().__init__(
            timeout=httpx2.Timeout(idle_timeout, connect=CONNECT_TIMEOUT, pool=None),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=100),
            follow_redirects=False,
            trust_env=not endpoint.is_loopback,
            verify=endpoint.url.startswith("https:"),
        )
        self._endpoint = endpoint
        self._sign = sign or _bearer

    async def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        headers = {name: request.headers[name] for name in SENT_HEADERS & request.headers.keys()}
        headers["user-agent"] = f"fourfold/{__version__}"
        headers.update(self._sign(self._endpoint.key))
        outgoing = httpx2.Request(
            request.method,
            request.url,
            headers=headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        try:
            response = await super().send(outgoing, **options)
        except httpx2.ReadTimeout:
            raise SilentEndpointError from None
        # openai reads its own headers back from here, and errors keep it: it has no key.
        response.request = request
        if response.status_code == TOO_MANY and WAITS.get() and _NO_RETRY not in response.headers:
            response.headers.update({_NO_RETRY: "false", REFUSED: "true"})
        if response.is_error and isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _Beginning(response.stream)
        return response


class _Beginning(httpx2.AsyncByteStream):
    """The first part of a body: openai reads that of an error whole, however long it is."""

    def __init__(self, whole: httpx2.AsyncByteStream) -> None:
        self._whole = whole

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for chunk in self._whole:
            yield chunk
            read += len(chunk)
            if read > MAX_BODY:
                return

    async def aclose(self) -> None:
        await self._whole.aclose()


def check_key(endpoint: Endpoint) -> None:
    """ModelError where the endpoint's key cannot be one."""
    if endpoint.key is None:
        return
    key = endpoint.key.reveal()
    if not (key.isascii() and key.isprintable()):
        raise ModelError(
            f"The key for {endpoint.host} holds characters that no key has: copy it again"
            f" into {endpoint.key_env or 'the variable named by `keyEnv`'}.",
            "unauthorized",
        )


def build_client(endpoint: Endpoint, idle_timeout: float) -> AsyncOpenAI:
    """The client for `endpoint`; `idle_timeout` in seconds bounds each silence of the endpoint."""
    check_key(endpoint)
    client = AsyncOpenAI(
        # The transport sends the key; openai only wants that there is one.
        api_key="unused",
        base_url=endpoint.url,
        max_retries=MAX_RETRIES,
        timeout=httpx2.Timeout(idle_timeout, connect=CONNECT_TIMEOUT, pool=None),
        http_client=EndpointTransport(endpoint, idle_timeout),
    )
    with types_on_demand():  # touched so that its modules are loaded here, not in the first call
        _ = client.chat.completions.with_streaming_response
    return client
