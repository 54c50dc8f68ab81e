"""Chat completions streamed from OpenAI or any endpoint that speaks its API."""

from __future__ import annotations

import asyncio
import gc
from contextlib import AsyncExitStack, aclosing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

from fourfold.llm.answers import (
    Answer,
    BadAnswerError,
    ErrorInStreamError,
    decode,
    expect_stream,
    read_embeddings,
    read_model_list,
)
from fourfold.llm.attempt import Attempt
from fourfold.llm.integration import Delta, ModelError, News, Sent
from fourfold.llm.parameters import layered, to_api
from fourfold.llm.sse import UnreadableStreamError, read_data

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence

    from openai import AsyncOpenAI
    from openai._response import AsyncAPIResponse

    from fourfold.llm.batches.service import BatchFormat, BatchService
    from fourfold.llm.batches.wire import Wire
    from fourfold.llm.client import Sign
    from fourfold.llm.endpoints import Endpoint
    from fourfold.llm.integration import ChatRequest, Embeddings, StreamEvent
    from fourfold.llm.manners import KnownManners, Manners

IDLE_TIMEOUT = 60.0
# As many as can be configured: how many go on at once is the user's to say.
CONCURRENCY = 64
# How long the end of the body may take after [DONE] for the connection to be used again.
DRAIN_TIMEOUT = 0.1
_REFUSED = (400, 422)
_WITH_USAGE = {"include_usage": True}


class EndpointClient:
    """One endpoint's connections, shared by all that call it; built with the first call.

    What its models refuse is learned, and kept in `known` where that is given. `answered` is told
    of each model that has given a whole answer.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        idle_timeout: float = IDLE_TIMEOUT,
        who: str | None = None,
        key_advice: str | None = None,
        known: KnownManners | None = None,
        answered: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.idle_timeout = idle_timeout
        self._who = who or endpoint.host
        self._key_advice = key_advice or _key_advice(endpoint)
        self._client: AsyncOpenAI | None = None
        self._reports_usage: bool | None = True if endpoint.is_openai else None
        self._building = asyncio.Lock()
        self._known = known
        self._answered = answered
        self._manners: dict[str, Manners] = {}
        self._told: set[str] = set()

    async def warm_up(self) -> None:
        """Import openai and build the client in a thread."""
        with suppress(ModelError):
            await self._ready()

    async def close(self) -> None:
        """Close all connections; a later call opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def list_models(self) -> frozenset[str]:
        """The ids that the endpoint lists; a ModelError where it lists none."""
        client = await self._ready()
        from fourfold.llm.failures import TRANSPORT_ERRORS

        names = client.with_options(max_retries=0).models.with_streaming_response
        with suppress(*TRANSPORT_ERRORS, BadAnswerError, UnreadableStreamError):
            async with names.list() as response:
                return await read_model_list(_bytes(response))
        raise ModelError(f"{self._who} does not list its models.")

    async def embed(self, model: str, texts: Sequence[str]) -> Embeddings:
        """See `Embeds.embed`."""
        client = await self._ready()
        from fourfold.llm.failures import TRANSPORT_ERRORS, FailureExplainer

        caught: Exception
        try:
            create = client.embeddings.with_streaming_response.create
            async with create(model=model, input=list(texts), encoding_format="float") as response:
                return await read_embeddings(_bytes(response), len(texts))
        except (*TRANSPORT_ERRORS, BadAnswerError, UnreadableStreamError) as error:
            caught = error
        explainer = FailureExplainer(
            self._who, self.endpoint.key, self._key_advice, self.idle_timeout
        )
        raise explainer.explain(caught, model)

    async def stream(
        self, request: ChatRequest, defaults: Mapping[str, Any]
    ) -> AsyncGenerator[StreamEvent, None]:
        """See `LLMIntegration.stream`; `defaults` count where the request is silent."""
        client = await self._ready()
        # Imported only now: with openai, it would slow down every start.
        from fourfold.llm.failures import TRANSPORT_ERRORS, FailureExplainer

        answer = Answer()
        caught: Exception | None
        try:
            async with aclosing(self._answer(client, request, defaults, answer)) as events:
                async for event in events:
                    yield event
            caught = answer.problem()
        except (
            *TRANSPORT_ERRORS,
            BadAnswerError,
            ErrorInStreamError,
            UnreadableStreamError,
        ) as error:
            caught = error
        # What has arrived costs, whole or not.
        if answer.usage is not None:
            yield answer.usage
        yield answer.finish
        if caught is None:
            if self._answered is not None:
                await self._answered(request.model)
            return
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
        with _not_collecting():
            import fourfold.llm.failures  # noqa: F401  # with the client, not after a failure
            from fourfold.llm.client import build_client

        if self._known is not None:
            self._manners = self._known.of(self.endpoint.url)
        return build_client(self.endpoint, self.idle_timeout)

    async def _answer(
        self,
        client: AsyncOpenAI,
        request: ChatRequest,
        defaults: Mapping[str, Any],
        answer: Answer,
    ) -> AsyncGenerator[Sent | News | Delta, None]:
        from openai import APIStatusError

        create: Any = client.chat.completions.with_streaming_response.create
        async with AsyncExitStack() as stack:
            response: AsyncAPIResponse[Any] | None = None
            attempt = self.attempt(
                request.model, request.parameters, defaults, reports_usage=self._reports_usage
            )
            while response is None:
                yield Sent(attempt.parameters, attempt.changes)
                try:
                    response = await stack.enter_async_context(
                        create(
                            model=request.model,
                            messages=list(request.messages),
                            stream=True,
                            extra_body=attempt.parameters,
                            **({"stream_options": _WITH_USAGE} if attempt.asks_usage else {}),
                        )
                    )
                except APIStatusError as error:
                    if error.status_code not in _REFUSED or not attempt.change(error.body):
                        raise
            self._reports_usage = attempt.asks_usage
            await self.learn(attempt)
            if news := tuple(one for one in attempt.news if one not in self._told):
                self._told.update(news)
                yield News(news)
            chunks = await stack.enter_async_context(aclosing(_bytes(response)))
            await expect_stream(response.headers.get("content-type", ""), chunks)
            async with aclosing(read_data(chunks)) as events:
                async for data in events:
                    answer.begun = True
                    if data.startswith("[DONE]"):
                        answer.done = True
                        break
                    if text := answer.take(decode(data)):
                        yield Delta(text)
            if answer.done:
                with suppress(TimeoutError):
                    async with asyncio.timeout(DRAIN_TIMEOUT):
                        async for _ in chunks:
                            pass

    def attempt(
        self,
        model: str,
        parameters: Mapping[str, Any],
        defaults: Mapping[str, Any],
        *,
        reports_usage: bool | None = False,
    ) -> Attempt:
        """How a request is put, by what is known of its model; `defaults` count where it is
        silent. For `reports_usage` see `Attempt`."""
        return Attempt(
            model,
            to_api(layered(defaults, parameters), openai=self.endpoint.is_openai),
            self._manners.get(model, {}),
            reports_usage,
        )

    def wire(self, sign: Sign | None = None) -> Wire:
        """What its batches go through."""
        from fourfold.llm.batches.wire import Wire

        return Wire(self.endpoint, self._key_advice, self.idle_timeout, sign=sign)

    async def learn(self, attempt: Attempt) -> None:
        """Takes in what a request has shown of its model."""
        manners = attempt.learned
        if manners is None:
            return
        self._manners[attempt.model] = manners
        if self._known is not None:
            with suppress(OSError):  # the next process learns it for itself
                await asyncio.to_thread(
                    self._known.remember, self.endpoint.url, attempt.model, manners
                )


class OpenAICompatibleIntegration:
    """Models behind one endpoint, with the defaults of one entry of the configuration. Its batches
    are as `batches` says, else as the endpoint's own are."""

    def __init__(
        self,
        name: str,
        client: EndpointClient,
        *,
        options: Mapping[str, Any] | None = None,
        concurrency: int = CONCURRENCY,
        batches: BatchFormat | None = None,
    ) -> None:
        self.name = name
        self.concurrency = concurrency
        self._client = client
        self._options = dict(options or {})
        own: BatchFormat = "anthropic" if client.endpoint.is_anthropic else "openai"
        self._batches = batches or own
        self._wire: Wire | None = None

    @property
    def limit_key(self) -> str:
        """See `HasKey.limit_key`."""
        key = self._client.endpoint.key
        return key.reveal() if key else ""

    def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        """See `LLMIntegration.stream`."""
        return self._client.stream(request, self._options)

    async def embed(self, model: str, texts: Sequence[str]) -> Embeddings:
        """See `Embeds.embed`."""
        return await self._client.embed(model, texts)

    def batches(self, model: str) -> BatchService:
        """See `OffersBatches.batches`."""
        from fourfold.llm.batches.anthropic_messages import AnthropicBatches, sign
        from fourfold.llm.batches.openai_files import OpenAIBatches

        if self._batches == "anthropic":
            self._wire = self._wire or self._client.wire(sign)
            return AnthropicBatches(self._wire, model, self._options)
        self._wire = self._wire or self._client.wire()
        return OpenAIBatches(self._client, self._wire, model, self._options)

    async def warm_up(self) -> None:
        """Import openai and build the client, in a thread."""
        await self._client.warm_up()

    async def close(self) -> None:
        """Close the endpoint's connections."""
        if self._wire is not None:
            await self._wire.close()
        await self._client.close()


def _key_advice(endpoint: Endpoint) -> str:
    if endpoint.key_env:
        return f"{'check' if endpoint.key else 'set'} {endpoint.key_env}"
    return "name the variable that holds it as `keyEnv` in config.toml"


def _bytes(response: AsyncAPIResponse[Any]) -> AsyncGenerator[bytes, None]:
    return cast("AsyncGenerator[bytes, None]", response.iter_bytes())


@contextmanager
def _not_collecting() -> Iterator[None]:
    """Imports what is large and stays: looking for garbage in it takes a tenth of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()
