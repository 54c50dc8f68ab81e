"""Which batches there are: the folder's own, and what its team knows of more."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from fourfold.app.sharing.joining import open_joined
from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.app.engine import Engine
    from fourfold.store.facts import KeptBatch
    from fourfold.store.ports.team import Team

T = TypeVar("T")

OLDEST = timedelta(days=29)
"""After so long services have deleted what was answered."""


class KeptBatches:
    """From the event loop; the folder's own are what is believed. Where a team's database cannot be
    reached it goes on without, which is said once: other machines do not see it then. Raises
    StoreError."""

    def __init__(self, engine: Engine, note: Callable[[str], None]) -> None:
        self._engine = engine
        self._note = note
        self._team: Team | None = None
        self._one_at_a_time = asyncio.Lock()

    async def open(self) -> None:
        """Reaches the team, where the folder shares with one, and tells it what is new to it."""
        project = self._engine.project
        joined = await self._engine.in_store(lambda store: store.joined())
        if project.settings.team is None or joined is None:
            return
        try:
            self._team = await self._engine.call(open_joined, project)
        except FourfoldError as error:
            self._alone(error)
            return
        known = {one.key for one in await self._of_team()}
        for one in await self._engine.in_store(lambda store: store.batches()):
            if one.key not in known:
                await self._tell(one)

    async def close(self) -> None:
        if self._team is not None:
            await asyncio.to_thread(self._team.close)

    async def all(self) -> list[KeptBatch]:
        """Those whose answers services still have; the user's own on other machines too, and those
        of others."""
        own = await self._engine.in_store(lambda store: store.batches())
        keys = {one.key for one in own}
        more = [
            replace(one, elsewhere=True) for one in await self._of_team() if one.key not in keys
        ]
        now = datetime.now(UTC)
        for one in (old := [one for one in [*own, *more] if now - one.created > OLDEST]):
            await self.forget(one)
        return [one for one in [*own, *more] if one not in old]

    async def keep(self, batch: KeptBatch) -> None:
        """Keeps what is known of a batch of this user's now; one of others stays as it is."""
        if batch.by is None:
            await self._engine.in_store(lambda store: store.keep_batch(batch))
            await self._tell(batch)

    async def is_ours(self, batch: KeptBatch) -> bool:
        """Whether no other machine has taken over a batch that was about to be submitted here, as
        far as the team can be asked."""
        if self._team is None or not self._team.may_send:
            return True
        unknown: list[KeptBatch] | None = None
        found = await self._in_team(lambda team: team.batches(), unknown)
        return found is None or any(one.key == batch.key for one in found)

    async def forget(self, batch: KeptBatch) -> None:
        """Forgets a batch of this user's."""
        await self._engine.in_store(lambda store: store.forget_batch(batch.key))
        if self._team is not None and self._team.may_send:
            await self._in_team(lambda team: team.forget_batch(batch.key), None)

    async def _of_team(self) -> list[KeptBatch]:
        none: list[KeptBatch] = []
        return await self._in_team(lambda team: team.batches(), none)

    async def _tell(self, batch: KeptBatch) -> None:
        if self._team is not None and self._team.may_send:
            await self._in_team(lambda team: team.keep_batch(batch), None)

    async def _in_team(self, ask: Callable[[Team], T], otherwise: T) -> T:
        async with self._one_at_a_time:
            if (team := self._team) is None:
                return otherwise
            try:
                return await asyncio.to_thread(ask, team)
            except FourfoldError as error:
                self._team = None
                await asyncio.to_thread(team.close)
                self._alone(error)
                return otherwise

    def _alone(self, error: FourfoldError) -> None:
        self._note(f"{error} Until then other machines do not see what is left with providers.")
