"""Leaves requests with a service, so that nothing is paid twice wherever the process ends.

What is about to be submitted is kept before it is, and what came of it after. Where nobody knows
what came of it, the service is asked which batches it has.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from functools import partial
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from fourfold.app.batches.names import packed
from fourfold.app.batches.patience import to_its_end
from fourfold.llm.batches.service import BatchFile, Submission
from fourfold.llm.integration import ModelError
from fourfold.store.facts import KeptBatch

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
    from typing import IO

    from fourfold.app.batches.context import Context
    from fourfold.app.batches.patience import Patience
    from fourfold.llm.batches.service import BatchService
    from fourfold.llm.integration import ResolvedModel

SETTLES_S = 10.0
"""How long what was just submitted may be missing in the list of batches."""

TAKEN_OVER_AFTER = timedelta(minutes=30)
"""How long another machine may take to upload a batch before it is taken for gone."""

_LOOK_S, _LOOK_ELSEWHERE_S = 1.0, 5.0


class Submitting:
    """For one model. `excluded` are batches that are known to be of others."""

    def __init__(
        self,
        model: ResolvedModel,
        service: BatchService,
        context: Context,
        patience: Patience,
        excluded: set[str],
    ) -> None:
        self._model = model
        self._service = service
        self._context = context
        self._patience = patience
        self._excluded = excluded

    async def settled(self, batch: KeptBatch) -> KeptBatch | None:
        """A batch as it is with the service; None where it never came there, and is forgotten."""
        kept = self._context.kept
        while batch.batch is None and batch.elsewhere and self._is_new(batch):
            # Its machine is about to submit it.
            await self._context.clock.sleep(_LOOK_ELSEWHERE_S)
            now = next((one for one in await kept.all() if one.key == batch.key), None)
            if now is None:
                return None
            batch = now
        if batch.batch is not None:
            return batch
        others = {one.batch for one in await kept.all() if one.batch is not None}
        submission = Submission(
            batch.key,
            batch.file,
            batch.requests,
            batch.changed,
            frozenset(others | self._excluded),
        )
        while True:
            found = await self._patience.until_it_goes(partial(self._service.find, submission))
            if found is not None:
                batch = replace(batch, batch=found)
                await kept.keep(batch)
                return batch
            age = (self._context.clock.now() - batch.changed).total_seconds()
            if batch.file is None or age > SETTLES_S:
                await kept.forget(batch)
                return None
            await self._context.clock.sleep(_LOOK_S)

    def _is_new(self, batch: KeptBatch) -> bool:
        return self._context.clock.now() - batch.changed < TAKEN_OVER_AFTER

    async def submit(
        self, names: Iterable[bytes], line: Callable[[bytes], bytes]
    ) -> AsyncGenerator[KeptBatch, None]:
        """Leaves the requests with these names in as many batches as the service wants them in."""
        lines = ((name, line(name)) for name in names)
        pending = next(lines, None)
        while pending is not None:
            with TemporaryFile(dir=self._context.state) as content:
                part, pending = self._write(content, pending, lines)
                yield await self._submit(part, content)

    def _write(
        self, content: IO[bytes], first: tuple[bytes, bytes], lines: Iterator[tuple[bytes, bytes]]
    ) -> tuple[list[bytes], tuple[bytes, bytes] | None]:
        """Writes as many lines as fit; their names, and the next line."""
        limits, (opening, between, closing) = self._service.limits, self._service.brackets
        content.write(opening)
        size = len(opening) + len(closing)
        written: list[bytes] = []
        pending: tuple[bytes, bytes] | None = first
        while pending is not None:
            name, text = pending
            size += len(text) + len(between)
            if size > limits.size or len(written) == limits.requests:
                break
            content.write(between + text if written else text)
            written.append(name)
            pending = next(lines, None)
        content.write(closing)
        if not written:
            raise ModelError(
                f"A request is longer than {self._service.host} takes in a batch: shorten it.",
                "bad_request",
            )
        return written, pending

    async def _submit(self, names: list[bytes], content: IO[bytes]) -> KeptBatch:
        now = self._context.clock.now()
        model = self._model
        batch: KeptBatch | None = None
        while batch is None or batch.batch is None:
            if batch is None:
                key = secrets.token_hex(16)
                batch = KeptBatch(key, model.endpoint or "", model.label, packed(names), now, now)
                await self._context.kept.keep(batch)
            attempt = _Attempt(self._service, self._context, batch)
            file = BatchFile(batch.key, content, content.seek(0, 2))
            try:
                batch = await to_its_end(attempt.make(file), unless=attempt.costs_nothing)
            except ModelError as error:
                batch = attempt.batch
                try:
                    await self._patience.bear(error)
                except ModelError:
                    await self._context.kept.forget(batch)
                    raise
                batch = await self.settled(batch)
        self._patience.is_over()
        return batch


class _Attempt:
    """One submission, and how far it came."""

    def __init__(self, service: BatchService, context: Context, batch: KeptBatch) -> None:
        self.batch = batch
        self._service = service
        self._context = context

    def costs_nothing(self) -> bool:
        """Whether it can still be broken off."""
        return self.batch.file is None

    async def make(self, file: BatchFile) -> KeptBatch:
        found = await self._service.submit(file, self._uploaded)
        return await self._now(replace(self.batch, batch=found))

    async def _uploaded(self, file: str) -> None:
        if not await self._context.kept.is_ours(self.batch):
            raise ModelError(
                "Another machine has left these calls meanwhile, as this one said nothing for half "
                "an hour, so nothing was submitted: collect them there, or test again here.",
                "own",
            )
        await self._now(replace(self.batch, file=file))

    async def _now(self, batch: KeptBatch) -> KeptBatch:
        self.batch = replace(batch, changed=self._context.clock.now())
        await self._context.kept.keep(self.batch)
        return self.batch
