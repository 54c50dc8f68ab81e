"""Asks the models that judge: once for each question, within the budget, some of them twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING, Any

from fourfold.evals.missing import MISSING
from fourfold.evals.outside import CannotJudgeError, Reply
from fourfold.llm.hearing import Heard, hear
from fourfold.llm.integration import ChatRequest, Embeddings, Embeds, ModelError
from fourfold.llm.user_models import price
from fourfold.runs import estimate
from fourfold.user.secret import without_secrets

if TYPE_CHECKING:
    from fourfold.app.engine import Engine
    from fourfold.evals.judges import Purpose
    from fourfold.evals.matrix.purse import Purse
    from fourfold.evals.outside import AskJudge, Embed, Judge
    from fourfold.llm.integration import ResolvedModel

ASKED_TWICE = 0.1
"""Which part of the verdicts is asked for again."""

LONGEST_REPLY = 100_000
"""Characters: a verdict needs a few hundred."""

_EMBEDDING_MODEL = "text-embedding-3-large"
_OTHERS = frozenset(
    ("anthropic", "azure", "bedrock", "cohere", "deepseek", "fireworks", "google", "groq",
     "huggingface", "litellm", "mistral", "ollama", "openrouter", "perplexity", "replicate",
     "togetherai", "vertex", "xai")
)  # fmt: skip
_FOR_GOOD = ("unauthorized", "forbidden", "not_found", "no_model")
_USUAL_TOKENS = (800, 100)  # of a question with the response that it is about, and of a verdict


class _NoRoomError(CannotJudgeError):
    """A call was not made, since it could have passed a limit."""


_Call = Callable[[], Coroutine[Any, Any, tuple[str, float | None]]]


class Judges:
    """The judges of one matrix. What one has said is kept by its question, so that it is asked
    again by no later one; which verdicts are asked for twice is drawn with `seed`."""

    def __init__(self, engine: Engine, default_model: str | None, seed: int) -> None:
        self._engine = engine
        self._default_model = default_model
        self._seed = seed
        self._going: dict[str, asyncio.Task[Reply]] = {}
        self._given_up: dict[str, str] = {}
        self.short_of_money = False

    async def close(self) -> None:
        """Ends what is still being asked: who asked may have been cancelled."""
        for task in self._going.values():
            task.cancel()
        if self._going:
            await asyncio.wait(self._going.values())

    async def say(self, request: AskJudge, purse: Purse) -> Reply:
        """What the judge says; CannotJudgeError where that is nothing."""
        model = await self._find(request.judge, self._default_model)
        messages = [dict(message) for message in request.messages]
        chat = ChatRequest(model.model, messages, request.judge.parameters)
        question = _hash(model, messages, chat.parameters)

        async def call() -> tuple[str, float | None]:
            return await self._hear(model, chat, purse)

        draw = Random(f"{self._seed} {question}")  # noqa: S311 - to be drawn again alike
        twice = request.verdict and draw.random() < ASKED_TWICE
        return await self._once(question, call, request.read, twice=twice)

    async def compare(self, request: Embed, purse: Purse) -> Reply:
        """What is read of the embeddings; CannotJudgeError where there are none."""
        model = await self._find(request.judge, _EMBEDDING_MODEL)

        async def call() -> tuple[str, float | None]:
            return await self._embed(model, request, purse)

        return await self._once(_hash(model, request.texts, {}), call, json.loads, twice=False)

    async def estimate_usd(self, judge: Judge, purpose: Purpose) -> float | None:
        """About what one usual call costs; 0 of a judge that is not to be had, None where no price
        is known."""
        sent, received = _USUAL_TOKENS
        embeds = purpose == "embedding"
        try:
            model = await self._find(judge, _EMBEDDING_MODEL if embeds else self._default_model)
        except CannotJudgeError:  # told of where it is asked
            return 0.0
        return price(model, sent, 0 if embeds else received)

    async def _find(self, judge: Judge, default: str | None) -> ResolvedModel:
        name = judge.name or default
        prefix = (judge.name or "").partition(":")[0]
        try:
            if prefix in _OTHERS and not self._engine.registry.is_named(judge.name):
                raise ModelError(
                    f"there is no model {judge.name} here: add [models.{json.dumps(judge.name)}] "
                    "with an endpoint that speaks OpenAI's API to your config.toml"
                )
            return await self._engine.registry.resolve(
                preferred=name, endpoint=judge.endpoint, ask=self._engine.ask
            )
        except ModelError as error:
            raise CannotJudgeError(_part(error)) from None

    async def _once(
        self, question: str, call: _Call, read: Callable[[str], Any], *, twice: bool
    ) -> Reply:
        """What is kept, else what is asked for now; who asks the same meanwhile shares that."""
        if question not in self._going:
            task = asyncio.create_task(self._reply(question, call, read, twice=twice))
            self._going[question] = task
            task.add_done_callback(lambda _: self._going.pop(question))
            # an error is there for all that share it, and maybe for nobody
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(self._going[question])

    async def _reply(
        self, question: str, call: _Call, read: Callable[[str], Any], *, twice: bool
    ) -> Reply:
        in_store = self._engine.in_store
        kept = await in_store(lambda store: store.kept_replies(question))
        if kept:
            second = read(kept[1][0]) if len(kept) > 1 else MISSING
            return Reply(read(kept[0][0]), second, _sum(cost for _, cost in kept))
        try:
            said, cost = await call()
        except _NoRoomError:
            self.short_of_money = True
            raise
        try:
            reply = Reply(read(said), cost_usd=cost)
        except CannotJudgeError as error:
            raise CannotJudgeError(str(error), cost) from None
        await in_store(lambda store: store.keep_reply(question, 1, said, cost))
        if twice:
            try:
                again, more = await call()
                reply = replace(reply, again=read(again), cost_usd=_sum((cost, more)))
            except CannotJudgeError:  # the first verdict stands by itself
                return reply
            await in_store(lambda store: store.keep_reply(question, 2, again, more))
        return reply

    async def _hear(
        self, model: ResolvedModel, chat: ChatRequest, purse: Purse
    ) -> tuple[str, float | None]:
        """One call of a model that judges: its text, and what it cost."""
        heard = Heard()

        def cost() -> float | None:
            used = heard.usage
            return price(model, used.input_tokens, used.output_tokens) if used else None

        async def ask() -> None:
            await hear(model.integration, chat, heard, most=LONGEST_REPLY)

        length = sum(len(message["content"]) for message in chat.messages)
        most = price(model, estimate.tokens(length), estimate.response_tokens(chat.parameters))
        await self._called(model, ask, cost, most, purse)
        return without_secrets(heard.text), cost()

    async def _embed(
        self, model: ResolvedModel, request: Embed, purse: Purse
    ) -> tuple[str, float | None]:
        if not isinstance(model.integration, Embeds):
            raise CannotJudgeError(
                f"{model.label} gives no embeddings: name a model that does as its provider"
            )
        embeds, heard = model.integration, Embeddings([], None)

        async def ask() -> None:
            nonlocal heard
            heard = await embeds.embed(model.model, request.texts)

        def cost() -> float | None:
            return price(model, heard.input_tokens, 0)

        most = price(model, estimate.tokens(sum(map(len, request.texts))), 0)
        await self._called(model, ask, cost, most, purse)
        try:
            return json.dumps(request.read(heard.vectors)), cost()
        except CannotJudgeError as error:
            raise CannotJudgeError(str(error), cost()) from None

    async def _called(
        self,
        model: ResolvedModel,
        ask: Callable[[], Coroutine[Any, Any, None]],
        cost: Callable[[], float | None],
        most: float | None,
        purse: Purse,
    ) -> None:
        """One call, in its turn and paid for; it costs `most` dollars at most."""
        if (why := self._given_up.get(model.label)) is not None:
            raise CannotJudgeError(why)
        if most is None and purse.spending.budget_usd is not None:
            raise CannotJudgeError(
                f"no price of {model.label} is known, so a budget in dollars cannot be kept: limit "
                "the number of calls instead"
            )
        if not purse.take(most):
            raise _NoRoomError(f"asking {model.label} could have passed the budget")
        sent = False
        try:
            async with self._engine.runner.turn(model):
                sent = True
                await ask()
        except ModelError as error:
            if error.kind in _FOR_GOOD:
                self._given_up[model.label] = _part(error)
                sent = error.kind not in ("forbidden", "no_model")
            raise CannotJudgeError(_part(error), cost()) from None
        finally:
            purse.spending.settle(most, cost(), called=sent)


def _hash(model: ResolvedModel, asked: Any, parameters: Any) -> str:
    parts = [model.endpoint, model.model, asked, parameters]
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _sum(costs: Any) -> float | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known) if known else None


def _part(error: Exception) -> str:
    """A sentence as a part of another."""
    return without_secrets(str(error)).rstrip(".")
