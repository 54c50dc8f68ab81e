"""What `workflow.yaml` says: the steps in their order, and what each of them asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from fourfold.source.problem import Position, Range

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fourfold.source.problem import Problem
    from fourfold.steps.responses.reading import ResponseKind
    from fourfold.workflow.file.schema_places import SchemaPlaces

NOWHERE = Range(Position(0, 0), Position(0, 0))

SourceKind = Literal["step", "file", "value"]


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class InputSource:
    """Where the value of a step's input comes from.

    `value` is the id of the step whose response it is (`step`), a path below the workspace folder
    (`file`), or the value itself (`value`). `range` is where the file says so: the id, the path or
    the value; `key_range` is that of the input's name.
    """

    kind: SourceKind
    value: Any
    range: Range
    key_range: Range = NOWHERE


@dataclass(frozen=True, slots=True)
class ResponseConfig:
    """How a response is read; `schema` is a JSON schema, `retries` more tries if it is not so.

    `folder`, below the workspace folder, is where the files of a response may be written.
    `folder_range` and `schema_places` say where the file has them.
    """

    kind: ResponseKind = "text"
    schema: Mapping[str, Any] | None = None
    retries: int = 0
    folder: str | None = None
    folder_range: Range = field(default=NOWHERE, compare=False)
    schema_places: SchemaPlaces | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class StepConfig:
    """One step of the file, with its sub-steps.

    `id` is the path below `prompts/` (`requirement/refine`). `options` have the neutral names of
    `PromptTemplate.parameters` (`max_output_tokens`). `range` is the step's key in the file.
    `type` names the class of the step, where it is not the one that its id names; `type_range` is
    where, and `model_range` where the model is named.
    """

    id: str
    range: Range
    title: str
    model: str | None = None
    options: Mapping[str, Any] = field(default_factory=_nothing)
    inputs: Mapping[str, InputSource] = field(default_factory=_nothing)
    response: ResponseConfig = ResponseConfig()
    steps: tuple[StepConfig, ...] = ()
    type: str | None = None
    type_range: Range = NOWHERE
    model_range: Range = field(default=NOWHERE, compare=False)

    def walk(self) -> Iterator[StepConfig]:
        """This step, then its sub-steps at any depth, in the order of the file."""
        yield self
        for step in self.steps:
            yield from step.walk()


@dataclass(frozen=True, slots=True)
class WorkflowConfig:
    """A whole `workflow.yaml`, as far as it could be read, and what is wrong with it.

    `name` is None where the file gives none; `model_range` is where the model is named; `by_id` are
    its steps at any depth, each before its sub-steps. A folder without the file has
    `WorkflowConfig()`.
    """

    name: str | None = None
    model: str | None = None
    steps: tuple[StepConfig, ...] = ()
    problems: tuple[Problem, ...] = ()
    model_range: Range = field(default=NOWHERE, compare=False)
    by_id: Mapping[str, StepConfig] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = {step.id: step for top in self.steps for step in top.walk()}
        object.__setattr__(self, "by_id", found)

    def walk(self) -> Iterator[StepConfig]:
        """Every step of the file, each before its sub-steps."""
        return iter(self.by_id.values())

    def step(self, step_id: str) -> StepConfig | None:
        """What the file says about the step `step_id`; None where it says nothing."""
        return self.by_id.get(step_id)

    def ordered(self, step_ids: Iterable[str]) -> list[str]:
        """`step_ids` as they are listed: in the order of the file, then the others by path."""
        wanted = set(step_ids)
        listed = [step_id for step_id in self.by_id if step_id in wanted]
        others = sorted(wanted.difference(listed), key=lambda step_id: step_id.split("/"))
        return [*listed, *others]

    def title(self, step_id: str) -> str:
        """The title that the file gives the step, else one made from its id."""
        step = self.step(step_id)
        return default_title(step_id) if step is None else step.title


NO_WORKFLOW = WorkflowConfig()
"""What a folder without workflow.yaml has."""


def default_step(step_id: str) -> StepConfig:
    """What goes without saying of a step that the file does not name."""
    return StepConfig(step_id, NOWHERE, default_title(step_id))


def default_title(step_id: str) -> str:
    """`architecture_design` is "Architecture design", `requirement/refine` is "Refine"."""
    words = step_id.rpartition("/")[2].replace("_", " ").replace("-", " ").split()
    title = " ".join(words) or step_id
    return title[0].upper() + title[1:] if title else title


def parse(text: str) -> WorkflowConfig:
    """What the text of a `workflow.yaml` says. Never fails: see `WorkflowConfig.problems`."""
    from fourfold.workflow.file.reading import read

    return read(text)
