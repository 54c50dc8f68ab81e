"""Carries out a matrix: versions × models × tests × repeats, through the one runner.

What was answered before is taken over, and only gaps are asked, so that a matrix that was killed
goes on without paying again.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from fourfold.app.testing.ahead import want, waves
from fourfold.app.testing.costs import Costs
from fourfold.app.testing.judging import grading_of, judged, judged_record, shortened
from fourfold.app.testing.keeping import Keeper, Spent
from fourfold.app.testing.options import Progress
from fourfold.app.testing.ready import AT_ONCE, Place, Readying
from fourfold.app.testing.room import Room
from fourfold.errors import FourfoldError
from fourfold.evals.judges import calls_of
from fourfold.evals.matrix.purse import Purse
from fourfold.evals.matrix.report import TestReport
from fourfold.evals.matrix.results import Answer, Results, ending, settled
from fourfold.evals.missing import MISSING
from fourfold.runs.spending import Spending
from fourfold.store.errors import NotKeptError
from fourfold.store.records import KeptArm, KeptMatrix

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from fourfold.app.engine import Engine
    from fourfold.app.testing.ahead import Ahead
    from fourfold.app.testing.asking import Asking
    from fourfold.app.testing.options import MatrixOptions
    from fourfold.app.testing.outside.carrying import Outside
    from fourfold.app.testing.ready import Key, Ready
    from fourfold.app.testing.tests import StepTests
    from fourfold.evals.cases import TestCase
    from fourfold.evals.grading import Grade
    from fourfold.evals.matrix.arm import Arm
    from fourfold.evals.response import Response
    from fourfold.runs.request import RunRequest
    from fourfold.store.records import Run, Score, Stopped

_LOOKS = 50  # for as many pairs as have been looked at


class Matrix:
    """One step's matrix. `run` carries it out; cancelled, it keeps what is done and reports it."""

    def __init__(
        self,
        engine: Engine,
        step: str,
        options: MatrixOptions,
        tests: StepTests,
        asking: dict[Arm, Asking],
        results: Results,
        seed: int,
        *,
        note: Callable[[str], None],
        on_progress: Callable[[Progress], None],
        outside: Outside,
    ) -> None:
        self.id = engine.runner.new_id()
        self.tests = tests
        self.results = results
        self.planned = len(results.order) * len(results.arms)
        asked = [test for test, _ in results.order if tests.cases[test].recorded is MISSING]
        self.most_calls = len(asked) * len(results.arms)
        self.judge_calls = sum(
            calls_of(tests.cases[test].assertions) for test, _ in results.order
        ) * len(results.arms)
        self._engine = engine
        self._step = step
        self._options = options
        self._asking = asking
        self._seed = seed
        self._started = datetime.now(UTC)
        self._note = note
        self._on_progress = on_progress
        self._spending = Spending(options.budget_usd, options.max_calls)
        self._cached = 0
        self._done = 0
        self._left: set[Arm] = set()
        self._stopped: Stopped = "done"
        self._looked = 0
        self._told: set[tuple[Arm, str]] = set()
        self._keeper = Keeper(self.id, engine)
        self._tasks: set[asyncio.Task[None]] = set()
        self._readying = Readying(engine, asking)
        self._twins: dict[Key, asyncio.Task[None]] = {}
        self._failure: BaseException | None = None
        self._taken_back = False
        models = [one.resolved for one in asking.values() if one.resolved is not None]
        self._room = Room(engine.runner, models, sparing=options.until == "certain")
        self._outside = outside
        self._costs = Costs(tests, outside, options.budget_usd)
        self._unjudged: set[Arm] = set()

    async def estimate_usd(self) -> float | None:
        """About what all calls would cost, had none been made before; None where no price is
        known."""
        return await self._costs.of_all(self.results, self._asking.values(), self.most_calls)

    async def run(self) -> TestReport:
        """Asks what is missing; FourfoldError where that cannot be done or kept."""
        await self._keeper.begin(self._kept())
        try:
            return await self._carried_out()
        finally:
            await self._outside.close()

    async def _carried_out(self) -> TestReport:
        try:
            await self._ask_all()
            if self._stopped in ("certain", "equal") and self._engine.take_back is not None:
                self._taken_back = True
                self._engine.take_back()
            await self._all_ended()
        except BaseException as error:
            for task in self._tasks:
                task.cancel()
            await self._all_ended()
            self._stopped = "cancelled"
            await self._keep_end()
            if not isinstance(error, asyncio.CancelledError):
                raise
        else:
            if self._stopped == "done" and self._outside.short_of_money:
                self._stopped = "budget"
            await self._keep_end()
        return TestReport(
            id=self.id,
            step=self._step,
            seed=self._seed,
            stopped=self._stopped,
            cached=self._cached,
            spending=self._spending,
            results=self.results,
            found=self.results.verdict(),
            names={identity: case.name for identity, case in self.tests.cases.items()},
            left=frozenset(self._left),
            started=self._started,
            refused=self.tests.refused,
        )

    async def _ask_all(self) -> None:
        ahead = self._engine.ahead
        if ahead is None:
            await self._ask_places(0, len(self.results.order))
            return
        begun = 0
        for end in waves(len(self.results.order), looking=self._options.until == "certain"):
            while begun < end and self._stopped == "done":
                affordable = begun + await self._want(ahead, begun, end)
                if affordable == begun:
                    self._stopped = "budget"
                    return
                await ahead.carry_out()
                await self._ask_places(begun, affordable)
                await self._all_ended()
                begun = affordable
            if self._options.until == "certain" and self._stopped == "done":
                self._look()

    async def _ask_places(self, begin: int, end: int) -> None:
        places = (
            Place(arm, place)
            for place in range(begin, end)
            for arm in self.results.arms
            if arm not in self._left
        )
        while some := list(islice(places, AT_ONCE)):
            await self._ask_some(some)
            if self._stopped != "done":
                return

    async def _ask_some(self, places: Sequence[Place]) -> None:
        cases = [(at, self._case(at.place), self.results.order[at.place][1]) for at in places]
        asked = [one for one in cases if one[1].recorded is MISSING]
        ready = iter(await self._readying.ready(asked, self._twins))
        for at, case, _ in cases:
            one = next(ready) if case.recorded is MISSING else None
            if at.arm not in self._left:
                await self._ask(at, one)
            if self._failure is not None:
                raise self._failure
            if self._stopped != "done":
                return

    def _case(self, place: int) -> TestCase:
        return self.tests.cases[self.results.order[place][0]]

    async def _want(self, ahead: Ahead, begin: int, end: int) -> int:
        """Has the calls of these places made ahead; of how many that can be afforded."""
        arms = [arm for arm in self.results.arms if arm not in self._left]
        repeats = [
            [(Place(arm, place), self._case(place), self.results.order[place][1]) for arm in arms]
            for place in range(begin, end)
        ]
        return await want(ahead, repeats, self._readying, self._costs, self._spending)

    async def _ask(self, at: Place, ready: Ready | FourfoldError | None) -> None:
        """Has one answer, or sets a call for it going; None stands for one that is recorded."""
        arm, place = at
        if ready is None:
            await self._begin(self._take_record(arm, place))
            return
        if isinstance(ready, FourfoldError):
            self._tell(arm, str(ready))
            self._put(arm, place, Answer(None, reason=shortened(str(ready))))
            return
        request, run = ready.request, ready.run
        if ready.asked:  # two tests may differ in their assertions alone
            if twin := self._twins.get(ready.key):
                await asyncio.wait((twin,))
            run = await self._readying.evidence(request)
        if run is not None:
            self._cached += 1
            await self._begin(self._take(arm, place, run, Purse(self._spending)))
            return
        await self._room.take()
        case = self._case(place)
        # What was made ahead has its price already.
        estimate = 0.0 if self._engine.ahead else self._costs.of_call(arm, request)
        purse = Purse(self._spending, calls_of(case.assertions), await self._costs.of_judges(case))
        affordable = await self._affords(estimate, purse)
        # What came back meanwhile may have decided about this arm, or all.
        if not affordable or arm in self._left or self._stopped != "done":
            if affordable:
                self._spending.settle(estimate, None, called=False)
                purse.close()
            elif self._stopped == "done":
                self._stopped = "budget"
            self._room.give()
            return
        task = await self._begin(self._call(arm, place, request, estimate, purse))
        self._twins[ready.key] = task
        task.add_done_callback(lambda _: self._twins.pop(ready.key))
        task.add_done_callback(lambda _: purse.close())

    async def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Sets it going, once there are not too many that do."""
        while len(self._tasks) >= self._room.most_answers:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def _affords(self, estimate: float | None, judges: Purse) -> bool:
        """Whether there is room for a call and its judges, once those that go on have cost what
        they do."""
        following, following_usd = judges.kept_free, judges.kept_usd
        while not self._spending.take(estimate, following=following, following_usd=following_usd):
            if not self._tasks:
                return False
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        return True

    async def _call(
        self, arm: Arm, place: int, request: RunRequest, estimate: float | None, purse: Purse
    ) -> None:
        run = None
        called = True  # what a call that is cancelled has cost nobody knows
        promised = self._engine.runner.new_id()
        request = replace(request, id=promised)
        try:
            run = await self._engine.runner.carry_out(request)
            called = not run.cached and not self._is_unmade(run)
        except asyncio.CancelledError:
            kept = await self._engine.in_store(lambda store: store.find_run(promised))
            called = kept is not None and kept.started is not None
            self._put(arm, place, Answer(None))
            return
        except NotKeptError:
            self._tell(arm, f"{arm} was pushed out by newer versions, so the rest goes on without.")
            self._left.add(arm)
            return
        finally:
            self._spending.settle(estimate, run.cost_usd if run else None, called=called)
            self._room.give()
        if self._is_unmade(run):
            return  # as if it had not been asked
        self._cached += run.cached
        self._costs.note(arm, run.cost_usd)
        if run.error is not None:
            self._tell(arm, run.error)
        await self._take(arm, place, run, purse)

    def _is_unmade(self, run: Run) -> bool:
        """Whether a run was taken back before anybody made its call."""
        return self._taken_back and run.status == "cancelled"

    async def _take_record(self, arm: Arm, place: int) -> None:
        case = self._case(place)
        prompt = await self._asking[arm].prompt(case)
        grade = partial(self._grade, Purse(self._spending))
        try:
            answer = await judged_record(case, prompt, grade)
        except asyncio.CancelledError:
            self._put(arm, place, Answer(None))
            return
        await self._keep(arm, place, answer)

    async def _grade(self, purse: Purse, response: Response, case: TestCase) -> Grade:
        return await self._outside.result(grading_of(response, case, self.tests.files), purse)

    async def _take(self, arm: Arm, place: int, run: Run, purse: Purse) -> None:
        case = self._case(place)
        try:
            answer, scores = await judged(run, case, partial(self._grade, purse))
        except asyncio.CancelledError:
            self._put(arm, place, Answer(None))
            return
        await self._keep(arm, place, answer, scores)

    async def _keep(
        self, arm: Arm, place: int, answer: Answer, scores: Sequence[Score] = ()
    ) -> None:
        self._put(arm, place, answer, scores)
        await self._keeper.store_some(self._spent())

    def _spent(self) -> Spent:
        return Spent(self._spending.calls, self._cached, self._spending.cost_usd)

    async def _keep_end(self) -> None:
        left = [place for place, arm in enumerate(self.results.arms) if arm in self._left]
        await self._keeper.end(self._stopped, left, self._spent())

    def _kept(self) -> KeptMatrix:
        """What is known of the matrix before anything is asked."""
        arms, baseline = self.results.arms, self.results.baseline
        return KeptMatrix(
            id=self.id,
            step=self._step,
            started=self._started,
            seed=self._seed,
            arms=[
                KeptArm(arm.version, arm.model, arm.label, self._asking[arm].tested.hash)
                for arm in arms
            ],
            tests=[(identity, case.name) for identity, case in self.tests.cases.items()],
            order=self.results.order,
            baseline=None if baseline is None else arms.index(baseline),
            refused=self.tests.refused,
        )

    def _put(self, arm: Arm, place: int, answer: Answer, scores: Sequence[Score] = ()) -> None:
        self.results.put(arm, place, answer)
        self._keeper.add(self.results.arms.index(arm), place, answer, scores)
        self._done += 1
        if answer.passed is None and answer.reason and arm not in self._unjudged:
            self._unjudged.add(arm)
            self._tell(arm, answer.reason)
        self._on_progress(
            Progress(self._done, self.planned, self._spending.calls, self._spending.cost_usd)
        )
        looks = self._options.until == "certain" and self._engine.ahead is None
        if looks and self._stopped == "done":
            self._look()

    def _look(self) -> None:
        """Leaves out who needs not be asked any more, and stops where all is known. A verdict over
        many pairs takes its time, so that of many not each is looked at."""
        baseline = self.results.baseline
        whole = self.results.reach([arm for arm in self.results.arms if arm not in self._left])
        if whole < self._looked + max(1, self._looked // _LOOKS):
            return
        self._looked = whole
        found = self.results.verdict()
        out = settled(found, baseline)
        self._left.update(arm for arm in self.results.arms if arm in out)
        self._stopped = ending(found, baseline) or self._stopped

    def _tell(self, arm: Arm, sentence: str) -> None:
        """Says what went wrong, of each arm once."""
        if (arm, sentence) not in self._told:
            self._told.add((arm, sentence))
            self._note(f"{arm}: {sentence}")

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failure = self._failure or error

    async def _all_ended(self) -> None:
        while self._tasks:
            await asyncio.wait(self._tasks)
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
