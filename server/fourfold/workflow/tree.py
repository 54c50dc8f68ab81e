"""The workflow as it stands, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfold.workflow.evaluation import StepState, WorkflowStatus, overall
from fourfold.workflow.snapshot import Snapshot, needs, read_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run
    from fourfold.workflow.file.configuration import StepConfig


@dataclass(frozen=True, slots=True)
class StepNode:
    """A step of the workflow with its sub-steps.

    `file` is None for a step of workflow.yaml that has no prompt. `last_run` is the run that the
    status is of, else the newest.
    """

    config: StepConfig
    file: StepFile | None
    current: int | None
    state: StepState
    last_run: Run | None
    steps: tuple[StepNode, ...]

    @property
    def needs(self) -> dict[str, str]:
        """The steps whose responses it takes, by input."""
        return needs(self.config)

    def walk(self) -> Iterator[StepNode]:
        """This step, then its sub-steps at any depth."""
        yield self
        for step in self.steps:
            yield from step.walk()


@dataclass(frozen=True, slots=True)
class WorkflowTree:
    """The whole workflow: steps of workflow.yaml in its order, then the others by path. `named` are
    the ids of the former."""

    name: str
    steps: tuple[StepNode, ...]
    named: frozenset[str]

    @property
    def status(self) -> WorkflowStatus:
        """How the steps stand that are run with the workflow."""
        return overall(
            node.state.status
            for node in self.walk()
            if node.file is not None and (not self.named or node.config.id in self.named)
        )

    def walk(self) -> Iterator[StepNode]:
        for step in self.steps:
            yield from step.walk()


def read_tree(project: Project) -> WorkflowTree:
    """The workflow as it stands. Looks for prompt files, and reads none that it has seen before."""
    files = {file.step: file for file in project.all_steps()}
    if not project.is_used:  # and showing it puts nothing into the folder
        config = project.workflow()
        return _tree(project, Snapshot(config, {}, {}, (), (), {}), files, {})
    snapshot = read_snapshot(project)
    if unseen := [file for step, file in files.items() if step not in snapshot.now]:
        project.read_from_disk(unseen)
        snapshot = read_snapshot(project)
    runs = project.store.newest_runs()
    for step, state in snapshot.states.items():
        # After a switch back the status is that of an older run.
        if state.run is not None and state.run != runs[step].id:
            runs[step] = project.store.find_run(state.run) or runs[step]
    return _tree(project, snapshot, files, runs)


def _tree(
    project: Project,
    snapshot: Snapshot,
    files: Mapping[str, StepFile],
    runs: Mapping[str, Run],
) -> WorkflowTree:
    return WorkflowTree(
        snapshot.config.name or project.folder.name,
        _nodes(snapshot, files, runs),
        frozenset(snapshot.config.by_id),
    )


def _nodes(
    snapshot: Snapshot, files: Mapping[str, StepFile], runs: Mapping[str, Run]
) -> tuple[StepNode, ...]:
    listed = {*snapshot.config.by_id, *files}
    below: dict[str, list[str]] = {}
    for step in snapshot.config.ordered(listed):
        parent = step.rpartition("/")[0]
        below.setdefault(parent if parent in listed else "", []).append(step)

    def node(step: str) -> StepNode:
        now = snapshot.now.get(step)
        return StepNode(
            snapshot.config_of(step),
            files.get(step),
            now.current if now else None,
            snapshot.states.get(step) or StepState(WorkflowStatus.NOT_STARTED),
            runs.get(step),
            tuple(node(inner) for inner in below.get(step, ())),
        )

    return tuple(node(step) for step in below.get("", ()))
