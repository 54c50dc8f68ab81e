"""What commands take and answer, described once.

The check of an argument, `--json`, the tables of the pages, the extension's `protocol.ts` and the
JSON Schema all come from the classes that stand on these two. A field's type says what it may be;
`msgspec.Meta` says the rest: `title` reads on after "it has to be", `description` is for the pages.
"""

from __future__ import annotations

import re
from functools import cache
from operator import attrgetter
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    Self,
    TypeVar,
    get_args,
    get_origin,
)

import msgspec
from msgspec import Meta, Struct

from fourfold.errors import InvalidArgumentError

Text = Annotated[str, Meta(min_length=1, title="a text")]
PromptUri = Annotated[
    str, Meta(min_length=1, title="a text, the URI of a prompt file or of its document")
]
Flag = Annotated[bool, Meta(title="true or false")]
VersionNumber = Annotated[int, Meta(ge=1, title="a whole number from 1")]
VersionNumbers = Annotated[
    list[int], Meta(min_length=1, title="a list of version numbers, each once, such as [2, 3]")
]
Inputs = Annotated[dict[str, Any], Meta(title="an object of values by input name")]


class Answer(Struct, kw_only=True, rename="camel"):
    """What a command answers: one shape of PROTOCOL.md."""

    @classmethod
    def copied(cls, record: object, **others: Any) -> Self:
        """With what a record has under the same names, but for these `others`."""
        names, values = _same_fields(cls, *others)
        others.update(zip(names, values(record), strict=True))
        return cls(**others)

    def to_json(self) -> dict[str, Any]:
        """As clients get it, in the order of the fields."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found


@cache
def _same_fields(answer: type[Answer], *others: str) -> tuple[list[str], Callable[[object], Any]]:
    """The names of all fields but `others`, and what reads their values of a record, in C: lists
    have a thousand of them."""
    names = [name for name in answer.__struct_fields__ if name not in others]
    if len(names) > 1:
        return names, attrgetter(*names)
    return names, lambda record: [getattr(record, name) for name in names]


class News(Answer):
    """What a notification to a client says that wants events: one shape of PROTOCOL.md."""


class Command(Struct, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The one argument of a command of the language server; its class is named as the command is.

    `answer` is the type of what it is answered with.
    """

    answer: ClassVar[Any]

    @classmethod
    def command(cls) -> str:
        """`fourfold.runStep` of `RunStep`; a class that an answer is named like ends in Command."""
        name = cls.__name__.removesuffix("Command")
        return f"fourfold.{name[0].lower()}{name[1:]}"


class Action(Struct, kw_only=True, rename="camel", forbid_unknown_fields=True, tag_field="action"):
    """One of several things that a command can be asked for; its word says which."""


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

C = TypeVar("C", bound=Command)


def read_command(command: type[C], given: Mapping[str, Any]) -> C:
    """The argument of a command, checked field by field. null stands for a field that is not there,
    where that has no meaning of its own.

    Raises InvalidArgumentError, which names the field and what is allowed.
    """
    fields = {field.encode_name: field for field in msgspec.structs.fields(command)}
    for name in given:
        if name not in fields:
            raise InvalidArgumentError(
                name, f"there is no such field; allowed are {', '.join(fields)}."
            )
    values = {}
    for name, field in fields.items():
        wanted = expected(field.type)
        if field.required and given.get(name) is None and not (name in given and _has_null(field)):
            raise InvalidArgumentError(name, f"it is missing; give {wanted}.")
        if name in given and (field.required or given[name] is not None):
            try:
                values[field.name] = msgspec.convert(given[name], field.type)
            except msgspec.ValidationError:
                raise InvalidArgumentError(name, f"it has to be {wanted}.") from None
    return command(**values)


def _has_null(field: msgspec.structs.FieldInfo) -> bool:
    kind = field.type
    inner = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    return type(None) in get_args(inner)


def expected(kind: Any) -> str:
    """What a value of this type has to be, in words."""
    if get_origin(kind) is Annotated:
        titles = [meta.title for meta in kind.__metadata__ if meta.title]
        return titles[-1] if titles else expected(get_args(kind)[0])
    if get_origin(kind) is Literal:
        return " or ".join(f'"{word}"' for word in get_args(kind))
    parts = [part for part in get_args(kind) if part is not type(None)]
    return ", or ".join(expected(part) for part in parts)


def each_once(field: str, numbers: object) -> None:
    """Refuses a list that has something twice; InvalidArgumentError."""
    if isinstance(numbers, list) and len(set(numbers)) < len(numbers):
        raise InvalidArgumentError(field, f"it has to be {expected(VersionNumbers)}.")


def handler_name(command: str) -> str:
    """`run_step` of `fourfold.runStep`."""
    return re.sub(r"[A-Z]", lambda at: f"_{at[0].lower()}", command.removeprefix("fourfold."))
