"""Batches by a clock that the test sets: what a machine was about to submit is waited for and taken
over, and what goes on for long is asked about seldom, and given up in the end."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import pytest

from cli.test_batches import environment, good
from fourfold.app.batches.names import name_of, packed
from fourfold.app.batches.opening import open_batches
from fourfold.app.batches.submitting import TAKEN_OVER_AFTER
from fourfold.app.batches.waiting import LONGEST
from fourfold.app.engine import open_engine
from fourfold.llm.batches.service import BatchFile, OffersBatches
from fourfold.llm.integration import ChatRequest, Delta, ModelError
from fourfold.project.opening import open_team
from fourfold.project.project import Project
from fourfold.runs.request import RunRequest
from fourfold.settings import load_settings
from fourfold.store.facts import KeptBatch
from fourfold.user.secret import Secret
from support.batch_services import batch_service
from team.test_batches import elsewhere

__all__ = ["elsewhere"]

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from fourfold.app.batches.desk import BatchDesk
    from fourfold.llm.integration import ResolvedModel
    from support.batch_services import BatchService
    from support.postgres import Cluster
    from team.conftest import Person

KEY = "0" * 32
TOPICS = ("Good a", "Good b", "Bad c")


class SetClock:
    """Time goes by only where somebody sleeps. `at` has what happens meanwhile, after so long."""

    def __init__(self) -> None:
        self.begun = self._now = datetime.now(UTC)
        self.slept: list[float] = []
        self.at: dict[timedelta, Callable[[], Awaitable[None]]] = {}

    @property
    def passed(self) -> timedelta:
        return self._now - self.begun

    def now(self) -> datetime:
        return self._now

    def seconds(self) -> float:
        return self.passed.total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now += timedelta(seconds=seconds)
        for moment in [one for one in self.at if one <= self.passed]:
            await self.at.pop(moment)()
        await asyncio.sleep(0)


@dataclass
class Machine:
    """Somebody's folder, with a desk for its batches."""

    desk: BatchDesk
    model: ResolvedModel
    clock: SetClock
    told: list[str] = field(default_factory=list)

    def requests(self) -> list[RunRequest]:
        model = self.desk.through(self.model)
        return [
            RunRequest(step="greet", version=None, model=model, messages=messages(topic))
            for topic in TOPICS
        ]

    async def carry_out(self) -> None:
        for request in self.requests():
            self.desk.want(request)
        await self.desk.carry_out()

    async def answers(self) -> list[str]:
        model = self.desk.through(self.model)
        found = []
        for topic in TOPICS:
            asked = ChatRequest(model.model, messages(topic))
            events = [event async for event in model.integration.stream(asked)]
            found.append("".join(one.text for one in events if isinstance(one, Delta)))
        return found

    def kept(self) -> KeptBatch:
        """What a machine keeps of the same requests before it submits them."""
        names = packed(name_of(self.model, request) for request in self.requests())
        begun = self.clock.begun
        return KeptBatch(KEY, self.model.endpoint or "", self.model.label, names, begun, begun)

    async def submit_elsewhere(self) -> KeptBatch:
        """Leaves the same requests as another machine would."""
        assert isinstance(self.model.integration, OffersBatches)
        service = self.model.integration.batches(self.model.model)
        kept, files = self.kept(), []

        async def uploaded(file: str) -> None:
            files.append(file)

        with TemporaryFile() as content:
            for request in self.requests():
                name = name_of(self.model, request).hex()
                content.write(service.line(name, request.messages, request.parameters) + b"\n")
            batch = await service.submit(BatchFile(KEY, content, content.tell()), uploaded)
        return replace(kept, file=files[0], batch=batch, changed=self.clock.now())


def messages(topic: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": topic}]


@asynccontextmanager
async def machine(person: Person, service: BatchService) -> AsyncIterator[Machine]:
    person.be()
    for name, value in environment(service).items():
        person.patch.setenv(name, value)
    clock, told = SetClock(), list[str]()
    with closing(Project(person.folder, load_settings(person.folder, {}))) as project:
        async with (
            open_engine(project, on_change=_ignore, on_error=_ignore) as engine,
            open_batches(engine, note=told.append, on_waiting=_ignore, clock=clock) as desk,
        ):
            yield Machine(desk, await engine.registry.resolve(), clock, told)


def _ignore(_: object) -> None: ...


@pytest.fixture
def tell_team(ann: Person, cluster: Cluster, database: str) -> Callable[[KeptBatch], None]:
    """Keeps a batch in the team's database, as ann."""

    def keep(batch: KeptBatch) -> None:
        ann.be()
        with closing(open_team(Secret(cluster.address(database)), "checkout")) as team:
            team.keep_batch(batch)

    return keep


async def test_what_a_lost_machine_was_about_to_submit_is_taken_over_after_half_an_hour(
    elsewhere: Person, tell_team: Callable[[KeptBatch], None]
) -> None:
    with batch_service(good) as service:
        async with machine(elsewhere, service) as other:
            tell_team(other.kept())

            async def not_yet() -> None:
                assert (service.uploaded, service.submitted) == ({}, [])

            other.clock.at[TAKEN_OVER_AFTER - timedelta(seconds=10)] = not_yet
            await other.carry_out()
            assert not other.clock.at
            assert timedelta() <= other.clock.passed - TAKEN_OVER_AFTER < timedelta(minutes=1)
            assert await other.answers() == ["yes!", "yes!", "no"]
        assert len(service.submitted) == 1


@pytest.mark.parametrize("seen", [True, False])
async def test_what_a_machine_has_submitted_is_not_submitted_again(
    elsewhere: Person, tell_team: Callable[[KeptBatch], None], seen: bool
) -> None:
    """Where it comes back after ten minutes and says so, and where it was lost before it could."""
    with batch_service(good) as service:
        async with machine(elsewhere, service) as other:
            if seen:
                tell_team(other.kept())

                async def comes_back() -> None:
                    tell_team(await other.submit_elsewhere())

                other.clock.at[timedelta(minutes=10)] = comes_back
            else:
                tell_team(replace(await other.submit_elsewhere(), batch=None))
            await other.carry_out()
            waited = timedelta(minutes=10) if seen else TAKEN_OVER_AFTER
            assert timedelta() <= other.clock.passed - waited < timedelta(minutes=1)
            assert await other.answers() == ["yes!", "yes!", "no"]
        assert len(service.submitted) == 1


async def test_a_machine_that_wakes_after_it_was_taken_over_submits_nothing(
    ann: Person, elsewhere: Person
) -> None:
    with batch_service(good) as service:
        service.slow.clear()
        async with machine(ann, service) as sleeping, machine(elsewhere, service) as other:
            slept = asyncio.create_task(sleeping.carry_out())
            await asyncio.to_thread(service.wait_for, lambda: bool(service.uploaded))
            await other.carry_out()
            assert other.clock.passed >= TAKEN_OVER_AFTER
            service.slow.set()
            with pytest.raises(ModelError, match="Another machine has left these calls"):
                await slept
            assert await other.answers() == ["yes!", "yes!", "no"]
        assert len(service.submitted) == 1


async def test_what_goes_on_is_asked_about_less_and_less_and_left_after_a_day(
    ann: Person,
) -> None:
    with batch_service(good, polls=10**9) as service:
        async with machine(ann, service) as one:
            await one.carry_out()
            assert timedelta() <= one.clock.passed - LONGEST < timedelta(minutes=2)
            assert (one.clock.slept[0], max(one.clock.slept)) == (0.5, 60.0)
            assert one.clock.slept == sorted(one.clock.slept)
            with pytest.raises(ModelError, match="has not ended after a day"):
                await one.answers()
        assert any("3 calls stay with the provider" in sentence for sentence in one.told)
        assert len(service.submitted) == 1
