"""Drives a grading, and has carried out what it asks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from fourfold.app.testing.outside.judges import Judges
from fourfold.app.testing.outside.programs import Programs
from fourfold.app.testing.outside.webhooks import Webhooks
from fourfold.evals.judges import judged_by
from fourfold.evals.outside import AskJudge, CannotJudgeError, Embed, Post, ProgramFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fourfold.app.engine import Engine
    from fourfold.evals.cases import Assertion, AssertionSet
    from fourfold.evals.matrix.purse import Purse
    from fourfold.evals.outside import Asking, Reply, Request

T = TypeVar("T")


class Outside:
    """Those whom the checks of one matrix may ask; `seed` draws which verdicts are asked twice."""

    def __init__(self, engine: Engine, default_model: str | None, seed: int) -> None:
        self._judges = Judges(engine, default_model, seed)
        project = engine.project
        self._programs = Programs(
            project.folder, engine.ask, trusted=project.settings.trusted_folders
        )
        self._webhooks = Webhooks(engine.ask)

    @property
    def short_of_money(self) -> bool:
        """Whether a judge was not asked since that could have passed a limit."""
        return self._judges.short_of_money

    async def estimate_usd(self, assertions: Iterable[Assertion | AssertionSet]) -> float | None:
        """About what judges cost for a response; None where no price is known."""
        total = 0.0
        for judge, purpose, calls in judged_by(assertions):
            each = await self._judges.estimate_usd(judge, purpose)
            if each is None:
                return None
            total += each * calls
        return total

    async def close(self) -> None:
        """Ends what is still being asked."""
        await self._judges.close()

    async def result(self, asking: Asking[T], purse: Purse) -> T:
        """What comes of it. The checks themselves run in a thread; judges are paid by `purse`."""
        go_on: Callable[[], Request] = lambda: next(asking)  # noqa: E731
        while True:
            ended, value = await asyncio.to_thread(_next, go_on)
            if ended:
                result: T = value
                return result
            go_on = await self._answered(asking, value, purse)

    async def _answered(
        self, asking: Asking[Any], request: Request, purse: Purse
    ) -> Callable[[], Request]:
        try:
            reply = await self._carried_out(request, purse)
        except (CannotJudgeError, ProgramFailedError) as error:
            thrown = error
            return lambda: asking.throw(thrown)
        return lambda: asking.send(reply)

    async def _carried_out(self, request: Request, purse: Purse) -> Reply:
        if isinstance(request, AskJudge):
            return await self._judges.say(request, purse)
        if isinstance(request, Embed):
            return await self._judges.compare(request, purse)
        if isinstance(request, Post):
            return await self._webhooks.post(request)
        return await self._programs.call(request)


def _next(go_on: Callable[[], Request]) -> tuple[bool, Any]:
    """Whether it has ended, with what it came to, else what it asks: an end cannot leave a thread
    as an exception."""
    try:
        return False, go_on()
    except StopIteration as ended:
        return True, ended.value
