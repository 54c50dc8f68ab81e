"""Makes calls for a team: takes them from the queue, keeps them alive, brings what came of them."""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from fourfold.app.sharing.joining import require_contributor
from fourfold.app.workers.considerate import ConsiderateIntegration, Pauses
from fourfold.errors import FourfoldError
from fourfold.runs.limits import FIRST
from fourfold.runs.request import RunRequest
from fourfold.store.facts import Done
from fourfold.store.ports.team import LEASE_SECONDS
from fourfold.team.calls import CallAnswer, read_body, written
from fourfold.team.lines import LineError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.llm.integration import ResolvedModel
    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.runs.runner import Runner
    from fourfold.store.facts import Claimed
    from fourfold.store.ports.team import Team
    from fourfold.store.records import Run

T = TypeVar("T")

_MOST_TRIES = 5
"""After so many workers that were lost with it a call is given up: it may be what ends them."""

_AHEAD = 4  # one call waits for as many that go on
_IDLE_SECONDS = 1.0
_BEAT_SECONDS = LEASE_SECONDS / 3
_LONG_GONE_SECONDS = LEASE_SECONDS - _BEAT_SECONDS
"""Where the database was gone for so long, workers have lost their calls that were at work."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 15.0


class Worker:
    """Up to `room` calls at once. `made` counts calls that it made, `twice` those of them that
    another worker had answered when it was done."""

    def __init__(
        self,
        open_team: Callable[[], Team],
        registry: LLMIntegrationRegistry,
        runner: Runner,
        room: int,
        note: Callable[[str], None],
    ) -> None:
        self.made = 0
        self.twice = 0
        self._open_team = open_team
        self._registry = registry
        self._runner = runner
        self._room = room
        self._note = note
        self._name = f"{socket.gethostname()}-{secrets.token_hex(6)}"
        self._team: Team | None = None
        self._token = ""
        self._gone_since: float | None = None
        self._back_since = float("-inf")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="fourfold-queue")
        self._going: dict[int, asyncio.Task[None]] = {}
        self._done: list[Done] = []
        self._back: list[int] = []
        self._unknown: set[str] = set()
        self._models: dict[str, ResolvedModel] = {}
        self._pauses = Pauses()
        self._refused: dict[str, float] = {}
        self._woken = asyncio.Event()
        self._told = ""

    async def begin(self) -> None:
        """Reaches the database; FourfoldError where it cannot, or this user only reads there."""
        await self._ask(require_contributor)

    async def serve(self) -> None:
        """Goes on until it is cancelled, and then gives back what it has not done."""
        helpers = [asyncio.create_task(one) for one in (self._beat(), self._listen())]
        pause = _FIRST_PAUSE
        try:
            while True:
                self._woken.clear()
                try:
                    worked = await self._turn()
                    pause, self._told = _FIRST_PAUSE, ""
                except FourfoldError as error:
                    self._tell_once(str(error))
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE)
                    continue
                if not worked:
                    await self._wait(_IDLE_SECONDS)
        finally:
            for task in (*helpers, *self._going.values()):
                task.cancel()
            await asyncio.shield(self._leave(list(self._going)))

    async def _turn(self) -> bool:
        """Brings what is done, gives back what it cannot do, and takes more; whether it did."""
        done, back = list(self._done), list(self._back)
        refused = dict(self._refused)
        room = self._free()
        unknown = sorted(self._unknown)

        def turn(team: Team) -> tuple[int, list[Claimed], dict[str, float]]:
            for name, seconds in refused.items():
                team.pause(name, seconds)
            if back:
                team.give_back(self._name, back)
            # After the database was gone, others may still bring what they have done meanwhile.
            silent = time.monotonic() - self._back_since >= LEASE_SECONDS
            lost, claimed = team.work(self._name, done, room, unknown, silent)
            return lost, claimed, team.pauses()

        lost, claimed, pauses = await self._ask(turn)
        del self._done[: len(done)], self._back[: len(back)]
        self._refused = dict(self._refused.items() - refused.items())
        self.twice += lost
        self._pauses.learn(pauses)
        for one in claimed:
            task = self._going[one.id] = asyncio.create_task(self._carry_out(one))
            task.add_done_callback(partial(self._ended, one.id))
        return bool(done or claimed)

    def _free(self) -> int:
        """How many calls it may take: as many as it can begin, and a few that wait, so that others
        can have the rest, or those who asked take it back."""
        if self._models:
            now = sum(self._runner.at_once_now(model) for model in self._models.values())
        else:
            now = FIRST
        return max(0, min(self._room, now + now // _AHEAD) - len(self._going))

    async def _carry_out(self, call: Claimed) -> None:
        try:
            body = read_body(call.body)
        except LineError as error:
            self._answer(call, CallAnswer(error=f"The call {error}.", error_kind="bad_request"))
            return
        if call.tries > _MOST_TRIES:
            lost = f"{_MOST_TRIES} workers were lost over this call, so it is made no more."
            self._answer(call, CallAnswer(error=lost, error_kind="own"))
            return
        try:
            model = await self._registry.resolve(requested=call.model)
        except FourfoldError as error:
            self._unknown.add(call.model)
            self._back.append(call.id)
            self._tell_once(f"{call.model} is left to other workers: {error}")
            return
        self._models[model.endpoint or model.label] = model
        request = RunRequest(
            step="",
            version=None,
            model=replace(model, integration=self._considerate(model)),
            messages=[{"role": one.role, "content": one.content} for one in body.messages],
            parameters=body.parameters,
            fresh=True,
        )
        run = await self._runner.carry_out(request)
        if run.status != "cancelled":
            self.made += 1
            self._answer(call, _answer_of(run))

    def _considerate(self, model: ResolvedModel) -> ConsiderateIntegration:
        name = self._registry.shared_limit(model, self._token)
        return ConsiderateIntegration(model.integration, name, self._pauses, self._was_refused)

    def _was_refused(self, name: str, seconds: float) -> None:
        self._refused[name] = seconds
        self._woken.set()

    def _answer(self, call: Claimed, answer: CallAnswer) -> None:
        self._done.append(Done(call.id, written(answer)))

    def _ended(self, id_: int, _: asyncio.Task[None]) -> None:
        self._going.pop(id_, None)
        self._woken.set()

    async def _beat(self) -> None:
        """Keeps what is going on; what was given to another meanwhile is ended."""
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            ids = list(self._going)
            if not ids:
                continue
            try:
                held = await self._ask(partial(_beat, self._name, ids))
            except FourfoldError:
                continue  # which the next turn says
            for id_ in set(ids) - set(held):
                if (task := self._going.get(id_)) is not None:
                    task.cancel()

    async def _listen(self) -> None:
        """Wakes it where calls have come, on a connection of its own."""
        while True:
            try:
                team = await asyncio.to_thread(self._open_team)
                try:
                    await asyncio.to_thread(team.listen, "calls")
                    while True:
                        if await asyncio.to_thread(team.was_told, _IDLE_SECONDS):
                            self._woken.set()
                finally:
                    team.close()
            except FourfoldError:
                await asyncio.sleep(_IDLE_SECONDS)  # until then it looks by itself

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _leave(self, ids: list[int]) -> None:
        if self._going:
            await asyncio.wait(self._going.values())
        done = list(self._done)

        def leave(team: Team) -> None:
            team.work(self._name, done, 0, ())
            team.give_back(self._name, [*ids, *self._back])

        try:
            await self._ask(leave)
        except FourfoldError as error:
            self._tell_once(str(error))
        if self._team is not None:
            self._team.close()
        self._thread.shutdown(wait=False)

    async def _ask(self, function: Callable[[Team], T]) -> T:
        """Asks the team's database, on the thread where it is used; connects again where it was
        lost."""

        def ask() -> T:
            team = self._team or self._opened()
            try:
                return function(team)
            except FourfoldError:
                self._team, self._gone_since = None, time.monotonic()
                team.close()
                raise

        return await asyncio.get_running_loop().run_in_executor(self._thread, ask)

    def _opened(self) -> Team:
        self._team = team = self._open_team()
        self._token, now = team.token, time.monotonic()
        if self._gone_since is not None and now - self._gone_since > _LONG_GONE_SECONDS:
            self._back_since = now
        self._gone_since = None
        return team

    def _tell_once(self, sentence: str) -> None:
        if sentence != self._told:
            self._told = sentence
            self._note(sentence)


def _beat(worker: str, calls: list[int], team: Team) -> list[int]:
    return team.beat(worker, calls)


def _answer_of(run: Run) -> CallAnswer:
    return CallAnswer(
        response=run.response,
        error=run.error,
        error_kind=run.error_kind,
        finish_reason=run.finish_reason,
        first_token_ms=run.first_token_ms,
        duration_ms=run.duration_ms,
        input_tokens=run.input_tokens,
        output_tokens=run.output_tokens,
        parameters=dict(run.parameters),
        adjustments=list(run.adjustments),
    )
