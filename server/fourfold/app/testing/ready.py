"""What a matrix asks next, made ready some at a time: for one alone, threads would change more
often than they work."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

from fourfold.errors import FourfoldError
from fourfold.runs.fingerprint import request_fingerprint

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from fourfold.app.engine import Engine
    from fourfold.app.testing.asking import Asking
    from fourfold.evals.cases import TestCase
    from fourfold.evals.matrix.arm import Arm
    from fourfold.runs.request import RunRequest
    from fourfold.store.ports.store import Store
    from fourfold.store.records import Run
    from fourfold.workflow.prepared import PreparedStep

AT_ONCE = 32


class Place(NamedTuple):
    """One answer of a matrix: of this arm, at this place of the order."""

    arm: Arm
    place: int


class Key(NamedTuple):
    """What tells whether two requests are the same: the hash of the version and the fingerprint."""

    text: str
    fingerprint: str

    @classmethod
    def of(cls, request: RunRequest) -> Self:
        return cls(request.hash, request_fingerprint(request))


@dataclass(frozen=True, slots=True)
class Ready:
    """A place with the request for it, and the run that has answered that before, if there is one.
    While the same was `asked` it had to be looked for again."""

    at: Place
    request: RunRequest
    key: Key
    run: Run | None
    asked: bool


class Readying:
    """Makes places ready, each of which is a repeat of a case."""

    def __init__(self, engine: Engine, asking: Mapping[Arm, Asking]) -> None:
        self._engine = engine
        self._asking = asking

    async def ready(
        self, places: Sequence[tuple[Place, TestCase, int]], going: Collection[Key]
    ) -> list[Ready | FourfoldError]:
        """In their order; the error where a version cannot be rendered with a case. `going` are the
        requests that are being asked."""
        if not places:
            return []
        prepared = [await self._prepared(at.arm, case) for at, case, _ in places]

        def made() -> list[RunRequest | FourfoldError]:
            return [
                one if isinstance(one, FourfoldError) else self._made(at.arm, one, case, repeat)
                for one, (at, case, repeat) in zip(prepared, places, strict=True)
            ]

        requests = await asyncio.to_thread(made)
        found: list[Ready | FourfoldError] = []
        seen = set(going)

        def look(store: Store) -> None:
            for request, (at, _, _) in zip(requests, places, strict=True):
                if isinstance(request, FourfoldError):
                    found.append(request)
                    continue
                key = Key.of(request)
                run = _evidence(store, request)
                found.append(Ready(at, request, key, run, key in seen))
                seen.add(key)

        await self._engine.in_store(look)
        return found

    async def evidence(self, request: RunRequest) -> Run | None:
        """The run that has answered this before, if there is one."""
        return await self._engine.in_store(lambda store: _evidence(store, request))

    async def _prepared(self, arm: Arm, case: TestCase) -> PreparedStep | FourfoldError:
        try:
            return await self._asking[arm].prepare(case)
        except FourfoldError as error:
            return error

    def _made(
        self, arm: Arm, prepared: PreparedStep, case: TestCase, repeat: int
    ) -> RunRequest | FourfoldError:
        try:
            return self._asking[arm].make_request(prepared, case, repeat)
        except FourfoldError as error:
            return error


def _evidence(store: Store, request: RunRequest) -> Run | None:
    return store.find_evidence(request.step, *Key.of(request), request.others)
