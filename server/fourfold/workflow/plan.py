"""Which steps a run of the workflow runs, with which versions, and what it takes as it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.prompts.failures import InputError
from fourfold.prompts.step_ids import no_step
from fourfold.text.nearest import one_of
from fourfold.workflow.checking import what_breaks
from fourfold.workflow.graph import dependents, in_order, reached
from fourfold.workflow.prepared import make_step
from fourfold.workflow.snapshot import read_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.steps.base import BaseStep
    from fourfold.store.records import Version
    from fourfold.workflow.evaluation import StepFacts
    from fourfold.workflow.file.configuration import StepConfig
    from fourfold.workflow.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRequest:
    """What part of the workflow is to be run, and how.

    `start` and what depends on it, `until` and what it depends on; both None is all that
    workflow.yaml names, or every prompt where it names none. `versions` are numbers by step, for
    steps that are not to run with their current one; without `start` and `until` they and what
    depends on them are run. `fresh` asks the models even where they have answered the same before.
    `inputs` are values by STEP.NAME, or by NAME for every step that has such an input; they win
    over what workflow.yaml says, and what a step makes of them is not its result afterwards.
    `model` is asked by every step, before the one that its prompt and workflow.yaml ask for, with
    the same end. `budget_usd` is the most that may be spent. `shown` are versions that the user
    sees, by step, which run in the place of the current ones.
    """

    start: str | None = None
    until: str | None = None
    versions: Mapping[str, int] = field(default_factory=dict)
    fresh: bool = False
    inputs: Mapping[str, Any] = field(default_factory=dict)
    model: str | None = None
    budget_usd: float | None = None
    shown: Mapping[str, Version] = field(default_factory=dict)

    @property
    def is_all(self) -> bool:
        """Whether no part of the workflow is named."""
        return self.start is None and self.until is None and not self.versions

    def to_json(self) -> dict[str, Any]:
        """As WorkflowRun of PROTOCOL.md has it."""
        return {
            "from": self.start,
            "until": self.until,
            "versions": dict(self.versions),
            "fresh": self.fresh,
            "inputs": dict(self.inputs),
            "model": self.model,
            "budgetUsd": self.budget_usd,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> WorkflowRequest:
        return cls(
            start=document.get("from"),
            until=document.get("until"),
            versions=document.get("versions") or {},
            fresh=bool(document.get("fresh")),
            inputs=document.get("inputs") or {},
            model=document.get("model"),
            budget_usd=document.get("budgetUsd"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """A step to be run, with the version that it runs, and inputs that are `given` to it."""

    file: StepFile
    version: Version
    step: BaseStep
    facts: StepFacts
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def config(self) -> StepConfig:
        return self.step.config


@dataclass(frozen=True, slots=True)
class WorkflowPlan:
    """The steps to run, each after those whose responses it takes; the rest is in `snapshot`."""

    request: WorkflowRequest
    snapshot: Snapshot
    steps: Mapping[str, PlannedStep]
    default_model: str | None

    @property
    def is_unnamed(self) -> bool:
        """Whether several prompts would be run only because they are there."""
        return self.request.is_all and not self.snapshot.config.by_id and len(self.steps) > 1

    def counts(self, planned: PlannedStep) -> bool:
        """Whether a response of a step is its result afterwards: it is what workflow.yaml says."""
        return not planned.given and self.request.model is None

    def graph(self) -> dict[str, list[str]]:
        """Which of the steps to run each takes responses of."""
        return {
            step: [other for other in one.facts.needs.values() if other in self.steps]
            for step, one in self.steps.items()
        }


def make_plan(project: Project, request: WorkflowRequest) -> WorkflowPlan:
    """The plan for `request`, as everything is now.

    Raises InvalidArgumentError for a step, a version or an input that is not there and for an input
    of another kind, and FourfoldError where workflow.yaml has an error or there is nothing to run.
    """
    files = {file.step: file for file in project.all_steps()}
    known = set(project.store.step_names())
    if unseen := [file for file in files.values() if file.step not in known]:
        project.read_from_disk(unseen)
    if (reason := what_breaks(project)) is not None:
        raise FourfoldError(reason)
    if not files:
        raise FourfoldError(
            f"There is no step to run: put a prompt into {project.steps.home.name}/."
        )
    request = _by_ids(request, {project.steps.place(it.path): it.step for it in files.values()})
    snapshot = read_snapshot(project)
    graph = {step: needed for step, needed in snapshot.graph().items() if step in files}
    chosen = _chosen(request, graph, snapshot)
    steps = {
        step: _planned(project, files[step], snapshot, request)
        for step in in_order(graph)
        if step in chosen
    }
    given = _given(request.inputs, steps)
    steps = {step: replace(one, given=given.get(step, {})) for step, one in steps.items()}
    # as they were read, so that a run that goes on later has the same values
    inputs = {f"{step}.{name}": it for step, them in given.items() for name, it in them.items()}
    request = replace(request, inputs=inputs)
    return WorkflowPlan(request, snapshot, steps, snapshot.config.model or project.settings.model)


def _by_ids(request: WorkflowRequest, ids: Mapping[str, str]) -> WorkflowRequest:
    """The request with ids for steps that it names by the paths of their files."""
    known = set(ids.values())

    def id_of(step: str) -> str:
        return step if step in known else ids.get(step, step)

    return replace(
        request,
        start=None if request.start is None else id_of(request.start),
        until=None if request.until is None else id_of(request.until),
        versions={id_of(step): version for step, version in request.versions.items()},
    )


def _given(
    inputs: Mapping[str, Any], steps: Mapping[str, PlannedStep]
) -> dict[str, dict[str, Any]]:
    """The inputs of each step, as their kinds have them."""
    given: dict[str, dict[str, Any]] = {}
    for key, value in inputs.items():
        owner, _, name = key.rpartition(".")
        if owner and owner not in steps:
            raise InvalidArgumentError(
                "inputs", f"No step {owner} is to be run: {one_of(owner, steps)}"
            )
        owners = [owner] if owner else _having(name, steps)
        for step in owners:
            read = steps[step].step.template.given({name: value})
            given.setdefault(step, {}).update(read)
    return given


def _having(name: str, steps: Mapping[str, PlannedStep]) -> list[str]:
    """The steps that have an input of that name; InputError where none has."""
    having = [step for step, one in steps.items() if one.step.template.has_input(name)]
    if not having:
        known = {it.name: None for one in steps.values() for it in one.step.template.variables}
        has = one_of(name, known, "they have none; leave it out.")
        raise InputError(f"No step that is to be run has an input {name}: {has}")
    return having


def _chosen(
    request: WorkflowRequest, graph: Mapping[str, list[str]], snapshot: Snapshot
) -> set[str]:
    for name, step in [
        ("from", request.start),
        ("until", request.until),
        *(("versions", step) for step in request.versions),
    ]:
        if step is not None and step not in graph:
            raise InvalidArgumentError(name, no_step(step, graph))
    chosen = set(graph)
    if request.is_all and snapshot.config.by_id:
        chosen &= snapshot.config.by_id.keys()
    if request.start is not None:
        chosen = reached(dependents(graph), [request.start])
    elif request.versions and request.until is None:
        chosen = reached(dependents(graph), request.versions)
    if request.until is not None:
        chosen &= reached(graph, [request.until])
    if not chosen:
        raise InvalidArgumentError(
            "until",
            f"{request.until} takes nothing from {request.start}; name a step after it.",
        )
    return chosen | _missing_before(chosen, graph, snapshot)


def _missing_before(
    chosen: Iterable[str], graph: Mapping[str, list[str]], snapshot: Snapshot
) -> set[str]:
    """The steps before these that have no response to offer, and so have to run too."""
    needed: set[str] = set()
    pending = [other for step in chosen for other in graph[step]]
    while pending:
        step = pending.pop()
        if step not in needed and snapshot.states[step].output is None:
            needed.add(step)
            pending += graph[step]
    return needed


def _planned(
    project: Project, file: StepFile, snapshot: Snapshot, request: WorkflowRequest
) -> PlannedStep:
    number = request.versions.get(file.step)
    history = project.history(file)
    if number is not None:
        version = history.version(number, "versions")
    else:
        version = request.shown.get(file.step, history.current_version)
    return PlannedStep(
        file=file,
        version=version,
        step=make_step(project, file, version.text, snapshot.config_of(file.step)),
        facts=snapshot.facts[file.step],
    )
