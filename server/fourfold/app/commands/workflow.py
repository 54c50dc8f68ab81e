"""Commands about the workflow of a folder."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta, field

from fourfold.app.answers.comparisons import WorkflowComparison
from fourfold.app.answers.files import Opened
from fourfold.app.answers.runs import Runs
from fourfold.app.answers.workflow import Workflow, WorkflowRuns
from fourfold.app.commands.runs import RunIds
from fourfold.app.described import Command, Flag, Text


class StartWorkflow(Command):
    """One run for each step that is going to run, queued, under the id that its run will have; none
    while the user is asked whether to run prompts that no workflow.yaml names. See Running the
    workflow."""

    answer: ClassVar[Any] = Runs
    uri: Text | None = None
    from_: Text | None = field(name="from", default=None)
    until: Text | None = None
    versions: (
        Annotated[dict[str, int], Meta(title="an object of version numbers by step id")] | None
    ) = None
    fresh: Flag = False


class ShowWorkflow(Command):
    """How the workflow stands."""

    answer: ClassVar[Any] = Workflow
    uri: Text | None = None


class ShowWorkflowDocument(Command):
    """Opens the workflow's document, a diagram with how each step stands."""

    answer: ClassVar[Any] = Opened
    uri: Text | None = None


class ListWorkflowRuns(Command):
    """The runs of the workflow that are kept."""

    answer: ClassVar[Any] = WorkflowRuns
    uri: Text | None = None


class CompareWorkflowRuns(Command):
    """Opens the document of the comparison unless the client renders comparisons itself. Without
    `runs`: the newest two."""

    answer: ClassVar[Any] = WorkflowComparison
    uri: Text | None = None
    runs: RunIds | None = None
