"""What the page of a board asks for, and what is done about it, wherever the board is shown."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

import msgspec

from fourfold.app.commands import boards as asked
from fourfold.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from fourfold.app.requests import RunOptions
    from fourfold.app.testing.options import MatrixOptions
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run, StepHistory, Version

P = ParamSpec("P")
T = TypeVar("T")

ENOUGH_PAIRS = 600
"""So many pairs tell versions apart that differ by 7 points; more are not planned at once."""


class Home(Protocol):
    """Where a board of one prompt is shown: how it runs and changes things there. What cannot be
    done raises FourfoldError."""

    file: StepFile

    async def history(self) -> StepHistory: ...

    async def run(self, versions: Sequence[Version], options: RunOptions) -> list[Run]: ...

    async def cancel(self, runs: Sequence[str]) -> None: ...

    async def make_current(self, version: int) -> None: ...

    async def test(self, versions: Sequence[Version], options: MatrixOptions) -> None: ...

    async def stop_tests(self) -> None: ...

    def ask(
        self, function: Callable[Concatenate[Project, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Awaitable[T]:
        """Calls `function` with the project, where that may be used."""

    def changed(self) -> None:
        """Takes in that something besides runs is another now."""


def read_action(body: bytes) -> asked.BoardAction:
    """An action as the page says it; InvalidArgumentError for anything else."""
    try:
        action: asked.BoardAction = msgspec.json.decode(body, type=asked.BoardAction)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise InvalidArgumentError("action", "the page asked for what there is not.") from None
    return action


async def carry_out(action: asked.BoardAction, home: Home) -> list[Run]:
    """Does it, and answers the runs that it has begun; FourfoldError where it cannot be done."""
    from fourfold.app.rating import rate
    from fourfold.app.testing.adding import add_test

    match action:
        case asked.RunAction(versions=numbers, inputs=inputs):
            return await _run(home, numbers, inputs or {})
        case asked.CancelAction(runs=runs):
            await home.cancel(runs)
        case asked.MakeCurrentAction(version=version):
            await home.make_current(version)
        case asked.RateAction(run=run, rating=rating, note=note):
            await home.ask(rate, run, rating, note)
            home.changed()
        case asked.RunTestsAction(max_calls=most):
            await _test(home, most)
        case asked.StopTestsAction():
            await home.stop_tests()
        case asked.KeepInputsAction(name=name, inputs=inputs):
            await home.ask(add_test, home.file, name, inputs)
            home.changed()
    return []


async def _run(home: Home, numbers: Sequence[int], inputs: dict[str, Any]) -> list[Run]:
    from fourfold.app.requests import RunOptions

    history = await home.history()
    # As the lenses have it: one is asked anew, of several what is missing.
    return await home.run(
        history.chosen(numbers), RunOptions(inputs=inputs, fresh=len(numbers) == 1)
    )


async def _test(home: Home, most_calls: int) -> None:
    from fourfold.app.testing.options import MatrixOptions
    from fourfold.app.testing.tests import tests_beside

    found = await home.ask(tests_beside, home.file, {})
    repeats = [placed.case.repeat for _, tests in found.files for placed in tests.cases]
    repeat = max([ceil(ENOUGH_PAIRS / max(1, len(repeats))), *repeats])
    history = await home.history()
    options = MatrixOptions(until="certain", repeat=repeat, max_calls=most_calls)
    await home.test(history.chosen("all"), options)
