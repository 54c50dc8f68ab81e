"""Comparisons as clients see them: pairs of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from msgspec import Meta

from fourfold.app.answers.runs import RunWithResponse
from fourfold.app.described import Answer
from fourfold.project.documents import Document
from fourfold.store.records import RunStatus
from fourfold.text.patch import unified

if TYPE_CHECKING:
    from fourfold.app.answers.runs import UriOf
    from fourfold.reports import comparison, workflow_comparison
    from fourfold.store.records import Run


class ComparisonPair(Answer):
    """Two documents to show side by side."""

    title: str
    left: Annotated[str, Meta(description="a URI, as `right`")]
    right: str


class Comparison(Answer):
    """Two to four versions of a step against each other."""

    uri: Annotated[str, Meta(description="of the comparison's document")]
    title: str
    versions: list[int]
    pairs: list[ComparisonPair]

    @classmethod
    def of(cls, compared: comparison.Comparison, suffix: str, uri_of: UriOf) -> Self:
        """`suffix` is that of the prompt file."""

        def side(one: comparison.DocumentReference) -> str:
            if one.run is not None:
                return uri_of(Document("answer", compared.step, run=one.run))
            if one.kind == "response":
                return uri_of(Document("response", compared.step, (one.version,)))
            return uri_of(Document("version", compared.step, (one.version,), suffix=suffix))

        return cls(
            uri=uri_of(comparison_document(compared)),
            title=compared.title,
            versions=list(compared.versions),
            pairs=[
                ComparisonPair(
                    title=pair.title,
                    left=side(pair.left),
                    right=side(pair.right),
                )
                for pair in compared.pairs
            ],
        )


class ComparedVersion(Answer):
    """A version, and the run that speaks for it."""

    version: int
    label: str
    run: RunWithResponse | None


class Difference(Answer):
    """What differs between the first version and another."""

    what: Literal["prompt", "response"]
    versions: Annotated[tuple[int, int], Meta(description="the first one, and the other")]
    same: bool
    diff: Annotated[str, Meta(description="a unified diff")]

    @classmethod
    def of(
        cls, what: Literal["prompt", "response"], versions: tuple[int, int], old: str, new: str
    ) -> Self:
        return cls(what=what, versions=versions, same=old == new, diff=_diff(old, new))


class ComparisonWithFigures(Comparison):
    """A comparison with its figures and differences, for a script."""

    compared: list[ComparedVersion]
    differences: Annotated[list[Difference], Meta(description="where both sides are there")]

    @classmethod
    def figures(cls, compared: comparison.Comparison, suffix: str, uri_of: UriOf) -> Self:
        same = Comparison.of(compared, suffix, uri_of)
        base, first = compared.base, compared.base.version.number
        differences = []
        for other in compared.others:
            pair = (first, other.version.number)
            old, new = base.version.text, other.version.text
            differences.append(Difference.of("prompt", pair, old, new))
            if base.run and other.run:
                old, new = base.run.response, other.run.response
                differences.append(Difference.of("response", pair, old, new))
        return cls.copied(
            same,
            compared=[
                ComparedVersion(
                    version=one.version.number,
                    label=one.label,
                    run=_run(one.run, uri_of),
                )
                for one in compared.compared
            ],
            differences=differences,
        )


def _run(run: Run | None, uri_of: UriOf) -> RunWithResponse | None:
    return RunWithResponse.with_response(run, uri_of) if run else None


def _diff(old: str, new: str) -> str:
    return "".join(f"{line}\n" for line in unified(old, new))


def comparison_document(compared: comparison.Comparison) -> Document:
    """The document of a comparison; that of a test is known by one of its runs."""
    of_test = next((one.run.id for one in compared.compared if compared.test and one.run), "")
    return Document("comparison", compared.step, compared.versions, of_test)


class WorkflowComparisonPair(ComparisonPair):
    """The responses that a step had in two runs of the workflow."""

    same: bool


class WorkflowComparison(Answer):
    """Two runs of the workflow against each other."""

    uri: Annotated[str, Meta(description="of the comparison's document")]
    title: str
    runs: Annotated[tuple[str, str], Meta(description="the older one first")]
    pairs: list[WorkflowComparisonPair]

    @classmethod
    def of(cls, compared: workflow_comparison.WorkflowComparison, uri_of: UriOf) -> Self:
        """A pair for each step that both have a response of."""
        return cls(
            uri=uri_of(workflow_comparison_document(compared)),
            title=compared.title,
            runs=(compared.left.id, compared.right.id),
            pairs=[
                WorkflowComparisonPair(
                    title=f"{step.step}: {step.left.run.label} ↔ {step.right.run.label}",
                    left=uri_of(Document("answer", step.step, run=step.left.run.id)),
                    right=uri_of(Document("answer", step.step, run=step.right.run.id)),
                    same=step.same_response,
                )
                for step in compared.steps
                if step.left and step.right and step.left.run and step.right.run
            ],
        )


class StepRunCompared(Answer):
    """How a step went in one of two runs of the workflow."""

    version: int
    status: RunStatus
    reused: bool
    run: Annotated[RunWithResponse | None, Meta(description="null where it went with its version")]

    @classmethod
    def of(cls, side: workflow_comparison.ComparedStepRun | None, uri_of: UriOf) -> Self | None:
        if side is None:
            return None
        return cls.copied(
            side.step_run,
            run=_run(side.run, uri_of),
        )


class StepCompared(Answer):
    """A step in two runs of the workflow; a side is null where it had no part in that run."""

    step: str
    left: StepRunCompared | None
    right: StepRunCompared | None
    same: Annotated[bool | None, Meta(description="null where a response is not there")]
    diff: Annotated[str | None, Meta(description="of the responses, a unified diff")]


class WorkflowComparisonWithFigures(WorkflowComparison):
    """The comparison with its figures and differences, for a script."""

    steps: Annotated[list[StepCompared], Meta(description="in the order of the workflow")]

    @classmethod
    def figures(cls, compared: workflow_comparison.WorkflowComparison, uri_of: UriOf) -> Self:
        steps = []
        for step in compared.steps:
            old, new = step.responses()
            both = old is not None and new is not None
            steps.append(
                StepCompared(
                    step=step.step,
                    left=StepRunCompared.of(step.left, uri_of),
                    right=StepRunCompared.of(step.right, uri_of),
                    same=old == new if both else None,
                    diff=_diff(old or "", new or "") if both else None,
                )
            )
        return cls.copied(WorkflowComparison.of(compared, uri_of), steps=steps)


def workflow_comparison_document(compared: workflow_comparison.WorkflowComparison) -> Document:
    """The document of a comparison of workflow runs."""
    return Document("workflow-comparison", run=f"{compared.left.id}-{compared.right.id}")
