"""The batches of one model: from requests that are wanted to an answer for each of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.app.batches.collecting import Collected, collect
from fourfold.app.batches.names import name_of, unpacked
from fourfold.app.batches.patience import Patience
from fourfold.app.batches.spool import Spool
from fourfold.app.batches.submitting import Submitting
from fourfold.app.batches.waiting import wait
from fourfold.llm.integration import ModelError
from fourfold.team.calls import CallBody, read_body, written
from fourfold.team.lines import Message
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fourfold.app.batches.context import Context
    from fourfold.llm.batches.service import BatchService, BatchStatus
    from fourfold.llm.integration import ResolvedModel
    from fourfold.runs.request import RunRequest
    from fourfold.store.facts import KeptBatch

_MOST_ROUNDS = 3
"""How often a request is left that fails and may go well another time."""


class Lane:
    """What is wanted of one model, what is under way, and what has come."""

    def __init__(self, model: ResolvedModel, service: BatchService, context: Context) -> None:
        self.service = service
        self._model = model
        self._context = context
        self._wanted = Spool(context.state)
        self._of_others: set[bytes] = set()  # that the batch of another may answer
        self._answers = Spool(context.state)
        self._lost: dict[bytes, ModelError] = {}
        self._again: set[bytes] = set()
        self._done: set[bytes] = set()
        self._held: set[bytes] = set()  # which the service may still give
        self._by: dict[bytes, str] = {}
        self._excluded: set[str] = set()
        self._patience = Patience(context.clock, context.note)

    def want(self, request: RunRequest) -> None:
        """Takes a request that is to be answered."""
        name = name_of(self._model, request)
        if request.others:
            self._of_others.add(name)
        if name not in self._wanted:
            messages = [Message(one["role"], one["content"]) for one in request.messages]
            body = CallBody(messages, dict(request.parameters))
            self._wanted.put(name, written(body).encode())

    def is_known(self, request: RunRequest) -> None:
        """Takes that a request has its answer, from wherever."""
        self._done.add(name_of(self._model, request))

    def answer(self, name: bytes) -> bytes | ModelError:
        """The line that answers a request, or why there is none; from now on it is had."""
        if name not in self._held:
            self._done.add(name)
        if name in self._answers:
            return self._answers.get(name)
        return self._lost.get(name) or ModelError("It was in no batch, so it has no answer.", "own")

    def author(self, name: bytes) -> str | None:
        """The person whose batch has answered, where that is another."""
        return self._by.get(name)

    async def carry_out(self) -> None:
        """Leaves with the service what is wanted, waits, and collects; what failed is left again,
        alone. All that is wanted has its answer then, or an error."""
        for _ in range(_MOST_ROUNDS):
            self._again = {name for name in self._again if name not in self._done}
            open_ = await self._under_way()
            missing = [one for one in open_ if self._is_wanted(one)]
            for batch, status in await wait(self.service, missing, self._context, self._patience):
                await self._collect(batch, status)
            if not self._again:
                return

    async def settle(self) -> int:
        """Forgets what was had of the kept batches; how many requests go on that are wanted."""
        left = 0
        for batch in await self._of_model():
            names = [name for name in unpacked(batch.names) if name not in self._done]
            if batch.by is None:
                await self._shrink(batch, names)
                if batch.file is not None:  # else nothing was left yet
                    left += sum(name in self._wanted for name in names)
        return left

    def close(self) -> None:
        self._wanted.close()
        self._answers.close()

    async def _under_way(self) -> list[KeptBatch]:
        """The batches that there are, once all that is wanted is in one of them."""
        context = self._context
        async with context.submitting():
            submitting = Submitting(
                self._model, self.service, context, self._patience, self._excluded
            )
            open_ = [
                settled
                for one in await self._of_model()
                if (one.by is None or one.batch not in self._excluded)
                and (settled := await submitting.settled(one)) is not None
            ]
            held = {name for one in open_ for name in self._meant(one)}
            missing = [name for name in self._wanted if self._is_open(name) and name not in held]
            resumed = [one for one in open_ if self._is_wanted(one)]
            if resumed:
                self._tell_of(resumed, "is there", "are there")
            for name in missing:
                self._lost.pop(name, None)
            made = [one async for one in submitting.submit(missing, self._line)]
            if made:
                self._tell_of(made, "was left", "were left")
        return [*open_, *made]

    def _tell_of(self, batches: list[KeptBatch], one_is: str, they_are: str) -> None:
        count = sum(one.requests for one in batches)
        calls, how = figures.counted(count, "call"), one_is if count == 1 else they_are
        several = "1 batch" if len(batches) == 1 else f"{len(batches):,} batches"
        self._context.note(
            f"{calls} of {self._model.label} {how} in {several} with {self.service.host}; "
            "Ctrl-C leaves them there."
        )

    async def _of_model(self) -> list[KeptBatch]:
        model = self._model
        return [
            one
            for one in await self._context.kept.all()
            if (one.endpoint, one.model) == (model.endpoint, model.label)
        ]

    def _is_open(self, name: bytes) -> bool:
        if name in self._done:
            return False
        return name in self._again or not (name in self._answers or name in self._lost)

    def _is_wanted(self, batch: KeptBatch) -> bool:
        return any(self._is_open(name) for name in self._meant(batch))

    def _meant(self, batch: KeptBatch) -> Iterator[bytes]:
        """The requests in a batch that are wanted, and that it may answer."""
        for name in unpacked(batch.names):
            if name in self._wanted and (batch.by is None or name in self._of_others):
                yield name

    def _line(self, name: bytes) -> bytes:
        body = read_body(self._wanted.get(name).decode())
        messages = [{"role": one.role, "content": one.content} for one in body.messages]
        return self.service.line(name.hex(), messages, body.parameters)

    async def _collect(self, batch: KeptBatch, status: BatchStatus) -> None:
        names = {one for one in self._meant(batch) if self._is_open(one)}
        if status.refused is not None and batch.by is not None:
            self._excluded.add(batch.batch or "")
            self._again |= names
            return
        if status.refused is not None and not status.again:
            await self._context.kept.forget(batch)
            raise ModelError(status.refused, "bad_request")
        found = Collected(names, self._answers)
        if status.refused is None:
            await collect(self.service, batch, status, found, self._patience, self._parameters)
            if found.is_of_others:
                self._excluded.add(batch.batch or "")
                await self._context.kept.keep(replace(batch, batch=None))
                self._again |= names
                return
        self._lost |= found.lost(status, self.service.host)
        self._held |= found.held(status)
        again = found.again(status)
        self._again = (self._again - names) | again
        if batch.by is not None:
            self._by |= dict.fromkeys(names - again, batch.by)
        else:
            await self._shrink(batch, [one for one in unpacked(batch.names) if one not in again])

    def _parameters(self, name: bytes) -> dict[str, object]:
        return read_body(self._wanted.get(name).decode()).parameters

    async def _shrink(self, batch: KeptBatch, names: Iterable[bytes]) -> None:
        left = b"".join(names)
        if not left:
            await self._context.kept.forget(batch)
        elif left != batch.names:
            await self._context.kept.keep(replace(batch, names=left))
