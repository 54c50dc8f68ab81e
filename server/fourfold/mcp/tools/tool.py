"""A tool: its argument, what it does, and what a client may think of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from mcp_types import Tool as ListedTool
from mcp_types import ToolAnnotations
from msgspec import Meta

from fourfold.app.described import handler_name
from fourfold.mcp.shapes import argument_schema, object_schema

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fourfold.app.described import Answer, Command
    from fourfold.mcp.progress import Progress
    from fourfold.mcp.workspace import Workspace

StepName = Annotated[
    str,
    Meta(
        min_length=1,
        title="a text, the name of a step",
        description="a step as list_steps names it, or the path of its file",
    ),
]


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `notes` are sentences for the agent besides the answer, `progress` is shown while
    it goes on."""

    workspace: Workspace
    progress: Progress
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """`asked` is the type of its argument, which names and describes the tool and says what it
    answers. A tool that `reads` changes nothing, one that `asks` asks models; what `destroys` may
    push out a version or take one back, and what `repeats` is done once, however often it is
    called."""

    asked: type[Command]
    do: Callable[[Call, Any], Awaitable[Answer]]
    title: str
    reads: bool = False
    asks: bool = False
    destroys: bool = False
    repeats: bool = False

    @property
    def name(self) -> str:
        return handler_name(self.asked.command())

    def listed(self) -> ListedTool:
        """As clients see it."""
        return ListedTool(
            name=self.name,
            title=self.title,
            description=" ".join((self.asked.__doc__ or "").split()),
            input_schema=argument_schema(self.asked),
            output_schema=object_schema(self.asked.answer),
            annotations=ToolAnnotations(
                read_only_hint=self.reads,
                destructive_hint=self.destroys,
                idempotent_hint=self.reads or self.repeats,
                open_world_hint=self.asks,
            ),
        )
