"""How each step of a workflow stands: worked out from what it is made of and what it came to.

A step's *recipe* names everything that its response depends on: the text of its current version,
what workflow.yaml asks of it, and the processed responses that it takes. Its result counts as long
as the recipe of the run that it came from is the recipe now, so that a change anywhere before a
step makes it stale, and taking the change back makes its old result count again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from fourfold.text.same import content_hash
from fourfold.workflow.graph import in_order

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from fourfold.store.facts import Result


class WorkflowStatus(StrEnum):
    """How a step, or a whole workflow, stands."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What a step is made of.

    `version` is the hash of the text that it runs with, None where it has none; `rest` names all
    else that workflow.yaml and the settings say of it; `needs` are the steps whose responses it
    takes, by input; `executed` says whether it ever had a result.
    """

    version: str | None
    rest: str = ""
    needs: Mapping[str, str] = field(default_factory=dict)
    executed: bool = False

    def recipe(self, outputs: Mapping[str, str], version: str | None = None) -> str:
        """The recipe with the `outputs` of these names, by input, and with another `version`."""
        return _recipe(version or self.version, self.rest, tuple(sorted(outputs.items())))


@dataclass(frozen=True, slots=True)
class Output:
    """A processed response that later steps may take: the `run` it is of, and its name."""

    run: str
    name: str


@dataclass(frozen=True, slots=True)
class StepState:
    """How a step stands.

    `stale` says that it was run, and would be another run now. `output` is what later steps get if
    they are run now: a result that counts where the step is `settled`, else the last one that there
    was. `recipe` is the one to run it with, None while a step before it has no output. `run` is
    the one that the status is of.
    """

    status: WorkflowStatus
    stale: bool = False
    settled: bool = False
    output: Output | None = None
    recipe: str | None = None
    run: str | None = None


@lru_cache(maxsize=8192)
def _recipe(*made_of: Hashable) -> str:
    return content_hash(ascii(made_of))


_GOING_ON = {"queued", "running"}


class Results:
    """What the runs of one step came to, by recipe; the newest wins."""

    def __init__(self) -> None:
        self.ended: dict[str, Result] = {}
        self.succeeded: dict[str, Result] = {}
        self.newest: Result | None = None
        self.going_on = False

    def add(self, result: Result) -> None:
        """Takes in a result that is newer than all before."""
        if result.status in _GOING_ON:
            self.going_on = True
            return
        self.ended[result.recipe] = result
        if result.status == "succeeded":
            self.succeeded[result.recipe] = result
            self.newest = result


def by_step(results: Iterable[Result]) -> dict[str, Results]:
    """The results of each step; those given later are newer."""
    found: dict[str, Results] = {}
    for result in results:
        found.setdefault(result.step, Results()).add(result)
    return found


def order_of(facts: Mapping[str, StepFacts]) -> list[str]:
    """The steps in the order in which they can be evaluated, without those on or after a cycle."""
    return in_order({step: tuple(fact.needs.values()) for step, fact in facts.items()})


def evaluate(
    facts: Mapping[str, StepFacts],
    results: Mapping[str, Results],
    order: Iterable[str] | None = None,
) -> dict[str, StepState]:
    """How every step of `facts` stands; `order` is that of `order_of`, where it is known.

    A step on a cycle, or after one, never gets a recipe.
    """
    states: dict[str, StepState] = {}
    nothing = Results()
    for step in order_of(facts) if order is None else order:
        states[step] = _state(facts[step], results.get(step, nothing), states)
    for step, fact in facts.items():
        if step not in states:
            states[step] = StepState(_without_result(fact), stale=fact.executed)
    return states


def _state(fact: StepFacts, results: Results, before: Mapping[str, StepState]) -> StepState:
    outputs: dict[str, str] = {}
    follows = True
    for name, step in fact.needs.items():
        needed = before.get(step)
        if needed is not None and needed.output is not None:
            outputs[name] = needed.output.name
        if needed is None or not needed.settled:
            follows = False
    complete = fact.version is not None and len(outputs) == len(fact.needs)
    recipe = fact.recipe(outputs) if complete else None
    counting = results.succeeded.get(recipe) if recipe and follows else None
    # A later try that failed takes nothing from a result that counts.
    result = counting or (results.ended.get(recipe) if recipe and follows else None)
    made = counting or results.newest
    status = WorkflowStatus(result.status) if result else _without_result(fact)
    return StepState(
        WorkflowStatus.RUNNING if results.going_on else status,
        stale=result is None and fact.executed,
        settled=counting is not None,
        output=Output(made.run, made.output) if made else None,
        recipe=recipe,
        run=result.run if result and not results.going_on else None,
    )


def _without_result(fact: StepFacts) -> Literal[WorkflowStatus.STALE, WorkflowStatus.NOT_STARTED]:
    return WorkflowStatus.STALE if fact.executed else WorkflowStatus.NOT_STARTED


_WORST_FIRST = (
    WorkflowStatus.RUNNING,
    WorkflowStatus.FAILED,
    WorkflowStatus.CANCELLED,
    WorkflowStatus.STALE,
    WorkflowStatus.NOT_STARTED,
)


def overall(statuses: Iterable[WorkflowStatus]) -> WorkflowStatus:
    """How a workflow stands whose steps stand like that."""
    found = set(statuses)
    if not found:
        return WorkflowStatus.NOT_STARTED
    return next((status for status in _WORST_FIRST if status in found), WorkflowStatus.SUCCEEDED)
