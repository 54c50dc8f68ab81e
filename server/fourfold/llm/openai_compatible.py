"""Chat completions streamed from OpenAI or any endpoint that speaks its API."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, aclosing, suppress
from typing import TYPE_CHECKING, Any, cast

from fourfold.llm.answers import (
    EMPTY,
    BadAnswerError,
    ErrorInStreamError,
    decode,
    expect_stream,
    first_choice,
    usage_of,
)
from fourfold.llm.integration import Delta, ModelError, Usage
from fourfold.llm.parameters import to_api
from fourfold.llm.sse import UnreadableStreamError, read_data

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from openai import AsyncOpenAI
    from openai._response import AsyncAPIResponse

    from fourfold.llm.endpoints import Endpoint
    from fourfold.llm.integration import ChatRequest

IDLE_TIMEOUT = 60.0
# As many as can be configured: how many go on at once is the user's to say.
CONCURRENCY = 64
# How long the end of the body may take after [DONE] for the connection to be used again.
DRAIN_TIMEOUT = 0.1


class EndpointClient:
    """One endpoint's connections, shared by all that call it; built with the first call."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        idle_timeout: float = IDLE_TIMEOUT,
        who: str | None = None,
        key_advice: str | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.idle_timeout = idle_timeout
        self._who = who or endpoint.host
        self._key_advice = key_advice or _key_advice(endpoint)
        self._client: AsyncOpenAI | None = None
        self._reports_usage: bool | None = True if endpoint.is_openai else None
        self._building = asyncio.Lock()

    async def warm_up(self) -> None:
        """Import openai and build the client in a thread."""
        with suppress(ModelError):
            await self._ready()

    async def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def stream(
        self, request: ChatRequest, defaults: Mapping[str, Any]
    ) -> AsyncGenerator[Delta | Usage, None]:
        """See `LLMIntegration.stream`; `defaults` count where the request is silent."""
        client = await self._ready()
        # Imported only now: with openai, it would slow down every start.
        from fourfold.llm.failures import TRANSPORT_ERRORS, FailureExplainer

        caught: Exception
        try:
            async with aclosing(self._answer(client, request, defaults)) as answer:
                async for item in answer:
                    yield item
            return
        except (
            *TRANSPORT_ERRORS,
            BadAnswerError,
            ErrorInStreamError,
            UnreadableStreamError,
        ) as error:
            caught = error
        # Outside the handler, so that a traceback never shows the endpoint's own words.
        explainer = FailureExplainer(
            self._who, self.endpoint.key, self._key_advice, self.idle_timeout
        )
        raise explainer.explain(caught, request.model)

    async def _ready(self) -> AsyncOpenAI:
        if self._client is None:
            async with self._building:
                if self._client is None:
                    self._client = await asyncio.to_thread(self._build)
        return self._client

    def _build(self) -> AsyncOpenAI:
        import fourfold.llm.failures  # noqa: F401  # with the client, not after a failure
        from fourfold.llm.client import build_client

        return build_client(self.endpoint, self.idle_timeout)

    async def _open(
        self, stack: AsyncExitStack, client: AsyncOpenAI, body: dict[str, Any]
    ) -> AsyncAPIResponse[Any]:
        """Send the request; an endpoint that rejects `stream_options` is asked without them."""
        from openai import BadRequestError, UnprocessableEntityError

        create: Any = client.chat.completions.with_streaming_response.create
        if self._reports_usage is not False:
            try:
                response: AsyncAPIResponse[Any] = await stack.enter_async_context(
                    create(**body, stream_options={"include_usage": True})
                )
            except (BadRequestError, UnprocessableEntityError):
                if self._reports_usage:
                    raise
            else:
                self._reports_usage = True
                return response
        response = await stack.enter_async_context(create(**body))
        self._reports_usage = False
        return response

    async def _answer(
        self, client: AsyncOpenAI, request: ChatRequest, defaults: Mapping[str, Any]
    ) -> AsyncGenerator[Delta | Usage, None]:
        body = {
            "model": request.model,
            "messages": list(request.messages),
            "stream": True,
            "extra_body": to_api(
                {**defaults, **request.parameters}, openai=self.endpoint.is_openai
            ),
        }
        usage: Usage | None = None
        finish: str | None = None
        seen = answered = done = False
        async with AsyncExitStack() as stack:
            response = await self._open(stack, client, body)
            chunks = await stack.enter_async_context(aclosing(_bytes(response)))
            await expect_stream(response.headers.get("content-type", ""), chunks)
            async with aclosing(read_data(chunks)) as events:
                async for data in events:
                    seen = True
                    if data.startswith("[DONE]"):
                        done = True
                        break
                    chunk = decode(data)
                    usage = usage_of(chunk) or usage
                    text, reason = first_choice(chunk)
                    finish = reason or finish
                    if text:
                        answered = True
                        yield Delta(text)
            if done:
                with suppress(TimeoutError):
                    async with asyncio.timeout(DRAIN_TIMEOUT):
                        async for _ in chunks:
                            pass
        if finish == "content_filter":
            raise BadAnswerError("held the response back in its content filter: change the prompt.")
        if finish == "length" and not answered:
            raise BadAnswerError(
                "used up its limit of tokens before it began to answer: raise maxOutputTokens in"
                " the prompt's options."
            )
        if not seen:
            raise BadAnswerError(EMPTY)
        if not done and finish is None:
            raise BadAnswerError("ended in the middle of the response: run it again.")
        if usage is not None:
            yield usage


class OpenAICompatibleIntegration:
    """Models behind one endpoint, with the defaults of one entry of the configuration."""

    def __init__(
        self,
        name: str,
        client: EndpointClient,
        *,
        options: Mapping[str, Any] | None = None,
        concurrency: int = CONCURRENCY,
    ) -> None:
        self.name = name
        self.concurrency = concurrency
        self._client = client
        self._options = dict(options or {})

    def stream(self, request: ChatRequest) -> AsyncGenerator[Delta | Usage, None]:
        """See `LLMIntegration.stream`."""
        return self._client.stream(request, self._options)

    async def warm_up(self) -> None:
        """Import openai and build the client, in a thread."""
        await self._client.warm_up()

    async def close(self) -> None:
        """Close the endpoint's connections."""
        await self._client.close()


def _key_advice(endpoint: Endpoint) -> str:
    if endpoint.key_env:
        return f"{'check' if endpoint.key else 'set'} {endpoint.key_env}"
    return "name the variable that holds it as `keyEnv` in config.toml"


def _bytes(response: AsyncAPIResponse[Any]) -> AsyncGenerator[bytes, None]:
    return cast("AsyncGenerator[bytes, None]", response.iter_bytes())
