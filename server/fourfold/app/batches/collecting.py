"""Reads the answers of a batch: in no order, perhaps twice, perhaps not all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app.batches.names import as_name
from fourfold.llm.integration import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Set
    from typing import Any

    from fourfold.app.batches.patience import Patience
    from fourfold.app.batches.spool import Spool
    from fourfold.llm.batches.service import BatchService, BatchStatus
    from fourfold.store.facts import KeptBatch


class Collected:
    """What came for the requests called `names`; lines are put into `answers`. Of several lines
    for one request the first answer counts, and an answer before a failure."""

    def __init__(self, names: Set[bytes], answers: Spool) -> None:
        self._names = names
        self._answers = answers
        self._answered: set[bytes] = set()
        self._failed: dict[bytes, bool] = {}  # and whether it may go well another time
        self._lines = 0
        self._broken: ModelError | None = None

    @property
    def is_of_others(self) -> bool:
        """Whether there are answers, none of which was asked for."""
        return bool(self._lines) and not self._answered and not self._failed

    def has(self, name: bytes) -> bool:
        """Whether a line with this name says nothing new."""
        return name not in self._names or name in self._answered

    def take(self, name: bytes, line: bytes, *, failed: bool, again: bool) -> None:
        """Takes a line."""
        if not failed:
            self._answered.add(name)
            self._failed.pop(name, None)
        elif name in self._failed:
            return
        else:
            self._failed[name] = again
        self._answers.put(name, line)

    def note_line(self) -> None:
        self._lines += 1

    def break_off(self, error: ModelError) -> None:
        """The rest could not be read."""
        self._broken = error

    def _missing(self) -> set[bytes]:
        return {
            name for name in self._names if name not in self._answered and name not in self._failed
        }

    def lost(self, status: BatchStatus, host: str) -> dict[bytes, ModelError]:
        """Why requests have no line."""
        return dict.fromkeys(self._missing(), self._broken or _why(status, host))

    def held(self, status: BatchStatus) -> set[bytes]:
        """The requests whose answers the service may still give."""
        return self._missing() if self._broken is not None or not status.ended else set()

    def again(self, status: BatchStatus) -> set[bytes]:
        """The requests that may go well another time."""
        failed = {name for name, again in self._failed.items() if again}
        if self._broken is not None or status.cancelled or not status.ended:
            return failed
        return failed | self._missing()


def _why(status: BatchStatus, host: str) -> ModelError:
    if status.refused is not None:
        return ModelError(status.refused, "rate_limited")
    if status.cancelled:
        return ModelError("The batch was cancelled before this was answered.", "cancelled")
    if not status.ended:
        return ModelError(
            f"The batch has not ended after a day: ask {host} for the reason, and test again to "
            "collect it.",
            "server_error",
        )
    return ModelError(f"{host} gave no answer to it in its batch.", "server_error")


async def collect(
    service: BatchService,
    batch: KeptBatch,
    status: BatchStatus,
    found: Collected,
    patience: Patience,
    parameters: Callable[[bytes], Mapping[str, Any]],
) -> None:
    """Reads all files of answers into `found`; one that breaks off is read again from its start."""
    learned = False
    for result in status.results:

        async def read(result: str = result) -> None:
            nonlocal learned
            async for line in service.results(result, batch.requests):
                outcome = service.read(line) if line.strip() else None
                if outcome is None:
                    continue
                found.note_line()
                name = as_name(outcome.name)
                if found.has(name):
                    continue
                if outcome.refusal is not None and not learned:
                    learned = await service.learn(parameters(name), outcome)
                kind = outcome.error.kind if outcome.error else None
                again = (
                    outcome.again
                    or (outcome.refusal is not None and learned)
                    or (kind == "cancelled" and not status.cancelled)
                )
                # An answer that does not fit is one.
                found.take(name, line, failed=kind not in (None, "misfit"), again=again)

        try:
            await patience.until_it_goes(read)
        except ModelError as error:
            if error.kind != "bad_request":  # which is a file without end
                raise
            found.break_off(error)
