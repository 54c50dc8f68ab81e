"""The workflow as JSON: Workflow of PROTOCOL.md, written and read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from fourfold.app.shapes import run_summary
from fourfold.errors import FourfoldError
from fourfold.workflow.evaluation import WorkflowStatus
from fourfold.workflow.tree import read_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fourfold.app.shapes import UriOf
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.workflow.tree import StepNode, WorkflowTree


@dataclass(frozen=True, slots=True)
class StepDocument:
    """A step as a client sees it: `uri` is its prompt's, None where it has none; `inputs` name the
    step that each takes, None for a file or a value; `last_run` is a RunSummary."""

    id: str
    title: str
    uri: str | None
    status: WorkflowStatus
    current: int | None
    inputs: Mapping[str, str | None]
    stale: bool
    last_run: Mapping[str, Any] | None
    steps: tuple[StepDocument, ...] = ()

    def walk(self) -> Iterator[StepDocument]:
        """This step, then its sub-steps at any depth."""
        yield self
        for step in self.steps:
            yield from step.walk()

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "title": self.title,
            "uri": self.uri,
            "status": self.status.value,
            "current": self.current,
            "inputs": dict(self.inputs),
            "stale": self.stale,
            "lastRun": self.last_run,
            "steps": [step.to_json() for step in self.steps],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError for what is none."""
        return cls(
            document["id"],
            document["title"],
            document["uri"],
            WorkflowStatus(document["status"]),
            document["current"],
            dict(document["inputs"]),
            document["stale"],
            document["lastRun"],
            tuple(cls.from_json(step) for step in document["steps"]),
        )


@dataclass(frozen=True, slots=True)
class WorkflowDocument:
    """A workflow as a client sees it, at one moment."""

    name: str
    status: WorkflowStatus
    steps: tuple[StepDocument, ...]

    def walk(self) -> Iterator[StepDocument]:
        """Every step, each before its sub-steps."""
        for step in self.steps:
            yield from step.walk()

    def to_json(self) -> dict[str, Any]:
        """Workflow of PROTOCOL.md."""
        return {
            "name": self.name,
            "status": self.status.value,
            "steps": [step.to_json() for step in self.steps],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """What `to_json` gave; FourfoldError for anything else."""
        try:
            return cls(
                document["name"],
                WorkflowStatus(document["status"]),
                tuple(StepDocument.from_json(step) for step in document["steps"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise FourfoldError(
                f"This is no workflow document ({error}); take one from `fourfold workflow show "
                "--json`."
            ) from error


def read_document(project: Project) -> WorkflowDocument:
    """The workflow as it stands, for readers outside an editor."""
    return to_document(
        read_tree(project),
        lambda document: document.uri(project.key),
        lambda file: file.uri,
    )


def to_document(
    tree: WorkflowTree, uri_of: UriOf, file_uri: Callable[[StepFile], str]
) -> WorkflowDocument:
    """The tree with the URIs that a client can use."""

    def step(node: StepNode) -> StepDocument:
        return StepDocument(
            node.config.id,
            node.config.title,
            file_uri(node.file) if node.file else None,
            node.state.status,
            node.current,
            {
                name: source.value if source.kind == "step" else None
                for name, source in node.config.inputs.items()
            },
            node.state.stale,
            run_summary(node.last_run, uri_of) if node.last_run else None,
            tuple(step(inner) for inner in node.steps),
        )

    return WorkflowDocument(tree.name, tree.status, tuple(step(node) for node in tree.steps))
