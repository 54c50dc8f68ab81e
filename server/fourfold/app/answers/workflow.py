"""Workflows and their runs as clients see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

import msgspec
from msgspec import Meta

from fourfold.app.answers.runs import RunSummary, moment
from fourfold.app.described import Answer, News
from fourfold.errors import FourfoldError
from fourfold.store.records import RunStatus, WorkflowRunStatus
from fourfold.workflow.evaluation import WorkflowStatus
from fourfold.workflow.tree import read_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from fourfold.app.answers.runs import UriOf
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store import records
    from fourfold.workflow.estimating import StepEstimate
    from fourfold.workflow.tree import StepNode, WorkflowTree


class WorkflowStep(Answer):
    """A step with its sub-steps, and how it stands."""

    id: str
    step: Annotated[str, Meta(description="the same")]
    title: str
    uri: Annotated[str | None, Meta(description="null for a step without a prompt")]
    status: WorkflowStatus
    current: int | None
    inputs: Annotated[
        dict[str, str | None],
        Meta(description="the step whose response each takes; null for a file or a value"),
    ]
    stale: bool
    named: Annotated[
        bool, Meta(description="whether workflow.yaml names it: only those run with the workflow")
    ]
    last_run: RunSummary | None
    steps: list[WorkflowStep]

    @classmethod
    def of(
        cls,
        node: StepNode,
        named: Collection[str],
        uri_of: UriOf,
        file_uri: Callable[[StepFile], str],
    ) -> Self:
        """`named` are the ids of the steps that workflow.yaml names."""
        config = node.config
        return cls(
            id=config.id,
            step=config.id,
            title=config.title,
            uri=file_uri(node.file) if node.file else None,
            status=node.state.status,
            current=node.current,
            inputs={
                name: source.value if source.kind == "step" else None
                for name, source in config.inputs.items()
            },
            stale=node.state.stale,
            named=config.id in named,
            last_run=RunSummary.of(node.last_run, uri_of) if node.last_run else None,
            steps=[cls.of(inner, named, uri_of, file_uri) for inner in node.steps],
        )

    def walk(self) -> Iterator[WorkflowStep]:
        """This step, then its sub-steps at any depth."""
        yield self
        for step in self.steps:
            yield from step.walk()


class Workflow(Answer):
    """A workflow as it stands."""

    name: Annotated[str, Meta(description="the folder's where workflow.yaml gives none")]
    status: Annotated[
        WorkflowStatus,
        Meta(description="of the steps that workflow.yaml names; of all where it names none"),
    ]
    steps: list[WorkflowStep]

    @classmethod
    def of(cls, tree: WorkflowTree, uri_of: UriOf, file_uri: Callable[[StepFile], str]) -> Self:
        """With the URIs that a client can use."""
        steps = [WorkflowStep.of(node, tree.named, uri_of, file_uri) for node in tree.steps]
        return cls(name=tree.name, status=tree.status, steps=steps)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """What `to_json` gave; FourfoldError for anything else."""
        try:
            return msgspec.convert(document, cls)
        except (msgspec.ValidationError, RecursionError) as error:
            raise FourfoldError(
                f"This is no workflow document ({error}); take one from `fourfold workflow show "
                "--json`."
            ) from error

    def walk(self) -> Iterator[WorkflowStep]:
        """Every step, each before its sub-steps."""
        for step in self.steps:
            yield from step.walk()


WorkflowDocument = Workflow
"""Its name in the Python API, where `Workflow` is what runs."""


class PlannedStep(Answer):
    """A step that a run of the workflow would run."""

    step: str
    version: int
    model: Annotated[str | None, Meta(description="null where nobody can say yet")]
    reused: Annotated[bool, Meta(description="the response that is there counts")]
    input_tokens: Annotated[int, Meta(description="about, without what steps before it bring")]
    estimate_usd: Annotated[float | None, Meta(description="null where no price is known")]


class PlannedWorkflow(Answer):
    """What a run of the workflow would do, in its order: no model is asked."""

    steps: list[PlannedStep]
    estimate_usd: Annotated[float | None, Meta(description="as far as prices are known")]

    @classmethod
    def of(cls, estimated: Sequence[StepEstimate]) -> Self:
        known = [one.usd for one in estimated if one.usd is not None]
        steps = [
            PlannedStep(
                step=one.planned.file.step,
                version=one.planned.version.number,
                model=one.model.label if one.model else None,
                reused=one.reused,
                input_tokens=one.tokens,
                estimate_usd=one.usd,
            )
            for one in estimated
        ]
        return cls(steps=steps, estimate_usd=sum(known) if known else None)


class StepRun(Answer):
    """How a step went in a run of the workflow."""

    step: str
    version: int
    run: Annotated[str | None, Meta(description="null where it went with its version")]
    status: RunStatus
    reused: bool
    error: str | None


class WorkflowRun(Answer):
    """A run of the workflow that is kept."""

    id: str
    name: str
    status: Annotated[WorkflowRunStatus, Meta(description="interrupted: its process was killed")]
    error: str | None
    started: Annotated[str, Meta(description="ISO 8601 UTC")]
    ended: str | None
    from_: str | None = msgspec.field(name="from")
    until: str | None
    versions: dict[str, int]
    fresh: bool
    inputs: Annotated[dict[str, Any], Meta(description="by STEP.NAME")]
    model: Annotated[str | None, Meta(description="what every step asks, where one was named")]
    budget_usd: float | None
    steps: list[StepRun]

    @classmethod
    def of(cls, run: records.WorkflowRun, steps: Sequence[records.StepRun]) -> Self:
        """With these `steps` in their order."""
        asked = run.request
        return cls.copied(
            run,
            started=moment(run.started),
            ended=moment(run.ended) if run.ended else None,
            from_=asked.get("from"),
            until=asked.get("until"),
            versions=asked.get("versions", {}),
            fresh=asked.get("fresh", False),
            inputs=asked.get("inputs", {}),
            model=asked.get("model"),
            budget_usd=asked.get("budgetUsd"),
            steps=[StepRun.copied(one) for one in steps],
        )


class WorkflowEnded(News):
    """What `fourfold/workflowEnded` says."""

    uri: Annotated[str, Meta(description="of the workspace folder")]
    run: WorkflowRun


class WorkflowRuns(Answer):
    """Runs of the workflow, the newest first, at most 50."""

    runs: list[WorkflowRun]


def read_workflow(project: Project) -> Workflow:
    """The workflow as it stands, for readers outside an editor."""
    return Workflow.of(
        read_tree(project), lambda document: document.uri(project.key), lambda file: file.uri
    )
