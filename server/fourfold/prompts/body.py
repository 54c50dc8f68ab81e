"""What of a prompt file becomes messages, without the inputs that it is made with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from fourfold.prompts.failures import RenderError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fourfold.prompts.references import References

Role = Literal["system", "developer", "user", "assistant"]
MOST_CHARACTERS = 1 << 20


class Body(Protocol):
    """`first_line` is its 0-based line in the file; lines of errors count from there."""

    @property
    def first_line(self) -> int: ...

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written in it."""

    def completed(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values, with those that follow from others."""

    def messages(self, values: Mapping[str, Any], references: References) -> list[dict[str, str]]:
        """`values` holds one for each input that has one. May block; RenderError."""


@dataclass(frozen=True, slots=True)
class TemplateBody:
    """A Jinja text; `source` has its role markers made unforgeable.

    `roles` says whether it is split into messages; otherwise it is one user message, unchanged.
    """

    source: str
    first_line: int
    roles: bool
    default_role: Literal["system", "user"]

    @property
    def is_blank(self) -> bool:
        return not self.source.strip()

    def completed(self, values: dict[str, Any]) -> dict[str, Any]:
        return values

    def messages(self, values: Mapping[str, Any], references: References) -> list[dict[str, str]]:
        from fourfold.prompts.rendering import shared_renderer
        from fourfold.prompts.roles import split_roles

        rendered = shared_renderer().render(self.source, values)
        if self.roles:
            return split_roles(rendered, self.default_role)
        return [{"role": "user", "content": rendered}]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the value of an input is put in, after `before` if it has one that is not empty."""

    name: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class FilledMessage:
    role: Role
    parts: tuple[str | Slot, ...]


def _unchanged(values: dict[str, Any]) -> dict[str, Any]:
    return values


@dataclass(frozen=True, slots=True)
class FilledBody:
    """Messages in whose texts values are put in, and nothing else is done."""

    filled: tuple[FilledMessage, ...]
    complete: Callable[[dict[str, Any]], dict[str, Any]] = field(default=_unchanged, compare=False)
    first_line: int = 0

    @property
    def is_blank(self) -> bool:
        return not any(
            not isinstance(part, str) or part.strip()
            for message in self.filled
            for part in message.parts
        )

    def completed(self, values: dict[str, Any]) -> dict[str, Any]:
        return self.complete(values)

    def messages(self, values: Mapping[str, Any], references: References) -> list[dict[str, str]]:
        made = []
        size = 0
        printed = {name: as_text(value) for name, value in values.items()}
        for message in self.filled:
            texts = []
            for part in message.parts:
                texts.append(part if isinstance(part, str) else _filled(part, printed))
                size += len(texts[-1])
                if size > MOST_CHARACTERS:
                    raise RenderError(
                        f"The prompt comes to more than {MOST_CHARACTERS:,} characters: shorten "
                        "its inputs."
                    )
            made.append({"role": message.role, "content": "".join(texts)})
        return made


def _filled(slot: Slot, printed: Mapping[str, str]) -> str:
    value = printed.get(slot.name, "")
    return slot.before + value if value else ""


def as_text(value: Any) -> str:
    """A value as it stands in a text: a step's response as it was said, what is no text as JSON."""
    if isinstance(value, dict) and isinstance(value.get("markdown"), str):
        value = value["markdown"]
    if value is None or isinstance(value, str):
        return value or ""
    try:
        return json.dumps(value, ensure_ascii=False, indent=2, default=str)
    except (TypeError, ValueError, RecursionError):
        raise RenderError(
            "The inputs cannot be put into the text: give texts, numbers, lists and mappings with "
            "text keys."
        ) from None
