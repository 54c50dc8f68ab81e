"""A model and a clock that do nothing until the test says so, and a store in memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from fourfold.llm.integration import (
    ChatRequest,
    Delta,
    Finish,
    News,
    ResolvedModel,
    Sent,
    StreamEvent,
    Usage,
)
from fourfold.runs.request import RunRequest
from fourfold.runs.runner import Runner

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

    from fourfold.errors import FourfoldError
    from fourfold.llm.integration import FinishReason
    from fourfold.store.records import Run

LIMIT_S = 30
END = object()


class Call:
    """One request at the model; the test feeds its answer."""

    def __init__(self, request: ChatRequest) -> None:
        self.request = request
        self.closed = asyncio.Event()
        self._events: asyncio.Queue[object] = asyncio.Queue()

    def sent(self, **said: Any) -> None:
        """The request goes out."""
        self._events.put_nowait(Sent(**said))

    def teach(self, *sentences: str) -> None:
        """The request is taken, and something is learned from it."""
        self._events.put_nowait(News(sentences))

    def send(self, *texts: str) -> None:
        for text in texts:
            self._events.put_nowait(Delta(text))

    def finish(
        self,
        input_tokens: int | None = None,
        output_tokens: int | None = None,
        reason: FinishReason | None = None,
    ) -> None:
        if input_tokens is not None or output_tokens is not None:
            self._events.put_nowait(Usage(input_tokens, output_tokens))
        if reason is not None:
            self._events.put_nowait(Finish(reason))
        self._events.put_nowait(END)

    def used(self, input_tokens: int, output_tokens: int) -> None:
        """The counts of a call that is going to fail."""
        self._events.put_nowait(Usage(input_tokens, output_tokens))

    def fail(self, error: Exception) -> None:
        self._events.put_nowait(error)

    async def events(self) -> AsyncGenerator[StreamEvent, None]:
        try:
            while (event := await self._events.get()) is not END:
                if isinstance(event, Exception):
                    raise event
                assert isinstance(event, StreamEvent)
                yield event
        finally:
            self.closed.set()


class ScriptedIntegration:
    """Hands each call to the test."""

    def __init__(self, name: str = "scripted", concurrency: int = 8) -> None:
        self.name = name
        self.concurrency = concurrency
        self.calls: list[Call] = []
        self._came = asyncio.Event()

    def stream(self, request: ChatRequest) -> AsyncGenerator[StreamEvent, None]:
        call = Call(request)
        self.calls.append(call)
        self._came.set()
        return call.events()

    async def call(self, number: int = 0) -> Call:
        async with asyncio.timeout(LIMIT_S):
            while len(self.calls) <= number:
                self._came.clear()
                await self._came.wait()
        return self.calls[number]

    @property
    def open(self) -> int:
        return sum(not call.closed.is_set() for call in self.calls)

    async def warm_up(self) -> None:
        pass

    async def close(self) -> None:
        pass


class ManualClock:
    """Time that passes only in `advance`."""

    def __init__(self) -> None:
        self._now = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=self._now)

    def seconds(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + seconds, future))
        await future

    async def advance(self, seconds: float) -> None:
        """Wakes sleepers one after the other, each with what follows from it done."""
        until = self._now + seconds + 1e-9
        await idle()
        while due := [sleeper for sleeper in self._sleepers if sleeper[0] <= until]:
            first = min(due, key=lambda sleeper: sleeper[0])
            self._sleepers.remove(first)
            self._now = max(self._now, first[0])
            if not first[1].done():
                first[1].set_result(None)
            await idle()
        self._now = until - 1e-9


async def idle() -> None:
    """Lets everything on the loop that needs no outside event go on until it waits."""
    for _ in range(50):
        await asyncio.sleep(0)


class MemoryStore:
    """RunStore in memory; `error` makes it fail."""

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self.fingerprints: dict[str, str] = {}
        self.inserts: list[int] = []
        self.checkpoints: list[dict[str, str]] = []
        self.updates: list[Run] = []
        self.error: Exception | None = None
        self.refuse: Callable[[Run], Exception | None] = lambda _: None

    def insert_runs(self, new: Sequence[Run], fingerprints: Sequence[str]) -> None:
        self._check()
        self.inserts.append(len(new))
        for run, fingerprint in zip(new, fingerprints, strict=True):
            self.runs[run.id] = run
            self.fingerprints[run.id] = fingerprint

    def update_run(self, run: Run) -> None:
        self._check()
        if refused := self.refuse(run):
            raise refused
        self.updates.append(run)
        if run.id in self.runs:
            self.runs[run.id] = run

    def checkpoint(self, texts: Mapping[str, str]) -> None:
        self._check()
        self.checkpoints.append(dict(texts))
        for id_, text in texts.items():
            if id_ in self.runs:
                self.runs[id_] = replace(self.runs[id_], response=text)

    def is_asked_elsewhere(self, run_id: str) -> bool:
        return False

    def find_identical(self, fingerprint: str, others: bool = False) -> Run | None:
        for id_, run in reversed(self.runs.items()):
            same = self.fingerprints[id_] == fingerprint
            if same and not run.truncated and run.status == "succeeded" and not run.cached:
                return run
        return None

    def _check(self) -> None:
        if self.error:
            raise self.error


@dataclass
class Bench:
    """A runner with all that is around it under the test's hand."""

    store: MemoryStore = field(default_factory=MemoryStore)
    clock: ManualClock = field(default_factory=ManualClock)
    integration: ScriptedIntegration = field(default_factory=ScriptedIntegration)
    at_once: int | None = None
    changes: list[Run] = field(default_factory=list)
    errors: list[FourfoldError] = field(default_factory=list)
    news: list[str] = field(default_factory=list)
    price_usd: float | None = 0.5

    def __post_init__(self) -> None:
        self.runner = Runner(
            self.store,
            self.in_store,
            on_change=self.changes.append,
            on_error=self.errors.append,
            on_news=self.news.append,
            price=lambda model, input_tokens, output_tokens: self.price_usd,
            at_once=self.at_once,
            clock=self.clock,
        )

    async def in_store(self, function: Callable[..., Any], *arguments: Any) -> Any:
        await asyncio.sleep(0)
        return function(*arguments)

    def request(self, text: str = "Hello", **fields: Any) -> RunRequest:
        given = {
            "step": "requirement",
            "version": 3,
            "model": ResolvedModel(self.integration, "small-1", "small"),
            "messages": [{"role": "user", "content": text}],
            "fresh": True,
            **fields,
        }
        return RunRequest(**given)

    async def start(self, *requests: RunRequest) -> list[Run]:
        return await self.runner.start(requests or [self.request()])

    async def wait(self, *runs: Run) -> list[Run]:
        """The runs as stored, once they have ended."""
        async with asyncio.timeout(LIMIT_S):
            await self.runner.wait([run.id for run in runs])
        return [self.store.runs[run.id] for run in runs]

    def statuses(self, run: Run) -> list[str]:
        """The statuses that were told of a run, each once in a row."""
        told = [change.status for change in self.changes if change.id == run.id]
        return [s for at, s in enumerate(told) if at == 0 or told[at - 1] != s]
