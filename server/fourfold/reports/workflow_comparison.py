"""Two runs of the workflow against each other: which versions they used, what was answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from fourfold.reports.diff_block import LEGEND, diff_block
from fourfold.runs.outcome import outcome
from fourfold.text import figures
from fourfold.text.markdown import plain, table

if TYPE_CHECKING:
    from fourfold.store.records import Run, StepRun, WorkflowRun


class ComparedStepRun(NamedTuple):
    """How a step went in a workflow run, with its run where that is still kept."""

    step_run: StepRun
    run: Run | None


@dataclass(frozen=True, slots=True)
class ComparedStep:
    """A step in both workflow runs, None where it had no part in one."""

    step: str
    left: ComparedStepRun | None
    right: ComparedStepRun | None

    @property
    def same_response(self) -> bool:
        left, right = self.responses()
        return left is not None and left == right

    def responses(self) -> tuple[str | None, str | None]:
        """Both responses; None where there is none any more."""
        return _response(self.left), _response(self.right)


@dataclass(frozen=True, slots=True)
class WorkflowComparison:
    """The steps in the order of the workflow."""

    left: WorkflowRun
    right: WorkflowRun
    steps: tuple[ComparedStep, ...]

    @property
    def title(self) -> str:
        return (
            f"{self.right.name}: {figures.local_time(self.left.started)} ↔ "
            f"{figures.local_time(self.right.started)}"
        )


def workflow_comparison_document(comparison: WorkflowComparison) -> str:
    """Per step the versions used, how it went, and what differs in its response, as Markdown."""
    header = ["Step", "Versions", "Left", "Right", "Response"]
    rows = [
        [
            plain(step.step),
            " → ".join(dict.fromkeys([_version(step.left), _version(step.right)])),
            _outcome(step.left),
            _outcome(step.right),
            _relation(step),
        ]
        for step in comparison.steps
    ]
    parts = [
        f"# {plain(comparison.title)}",
        f"Left: {_about(comparison.left)}  \nRight: {_about(comparison.right)}",
        table(header, rows, ["<"] * len(header)),
    ]
    differing = [step for step in comparison.steps if _relation(step) == "differs"]
    if differing:
        parts.append(LEGEND)
    for step in differing:
        left, right = step.responses()
        parts += [f"## {plain(step.step)}", diff_block(left or "", right or "") or ""]
    return "\n\n".join(parts) + "\n"


def _about(run: WorkflowRun) -> str:
    outcome = run.status if run.error is None else f"{run.status}: {plain(run.error)}"
    asked = _asked(run)
    return f"{figures.local_time(run.started)}, {outcome}{f' ({asked})' if asked else ''}"


def _asked(run: WorkflowRun) -> str:
    request = run.request
    versions = [f"{plain(step)} v{number}" for step, number in request.get("versions", {}).items()]
    return ", ".join(
        part
        for part in (
            f"from {plain(request['from'])}" if request.get("from") else "",
            f"until {plain(request['until'])}" if request.get("until") else "",
            *(f"with {version}" for version in versions),
            "all asked anew" if request.get("fresh") else "",
        )
        if part
    )


def _version(side: ComparedStepRun | None) -> str:
    number = side.step_run.version if side else None
    return f"v{number}" if number else figures.NOTHING


def _outcome(side: ComparedStepRun | None) -> str:
    if side is None:
        return "not part of it"
    if side.run is None or side.step_run.status != "succeeded":
        return side.step_run.status
    if not side.step_run.reused and not side.run.cached:
        return outcome(side.run)
    return f"{outcome(replace(side.run, cost_usd=0.0, tries=()))}, reused"


def _relation(step: ComparedStep) -> str:
    left, right = step.responses()
    if left is None or right is None:
        return "no longer kept" if _lost(step.left) or _lost(step.right) else figures.NOTHING
    return "the same" if left == right else "differs"


def _lost(side: ComparedStepRun | None) -> bool:
    return side is not None and side.run is None and side.step_run.status == "succeeded"


def _response(side: ComparedStepRun | None) -> str | None:
    return side.run.response if side is not None and side.run is not None else None
