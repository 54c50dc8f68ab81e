"""What stands where in a `workflow.yaml` that was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.source.problem import Position, Range
    from fourfold.workflow.file.configuration import WorkflowConfig


@dataclass(frozen=True, slots=True)
class Place:
    """One name in the file, at `range`.

    `key` is a step's key, with `value` its id; `input` the name of an input; `step` and `file` what
    an input takes. `step` is the id of the step that it is about.
    """

    kind: Literal["key", "input", "step", "file"]
    value: str
    step: str
    range: Range


def places(config: WorkflowConfig) -> Iterator[Place]:
    """Every place in the order of the file; what aliases repeat, once for each step."""
    for step in config.walk():
        yield Place("key", step.id, step.id, step.range)
        for name, source in step.inputs.items():
            yield Place("input", name, step.id, source.key_range)
            if source.kind in ("step", "file"):
                kind: Literal["step", "file"] = "step" if source.kind == "step" else "file"
                yield Place(kind, source.value, step.id, source.range)


def place_at(config: WorkflowConfig, position: Position) -> Place | None:
    """The place that a position is in, or just behind."""
    found = (it for it in places(config) if it.range.start <= position <= it.range.end)
    return next(found, None)
