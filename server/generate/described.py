"""Everything that is described in `fourfold.app`: commands, answers, and the types in them."""

from __future__ import annotations

import enum
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Meta

import fourfold.app.answers
import fourfold.app.commands
from fourfold.app.described import Action, Answer, Command, News
from fourfold.errors import ErrorKind
from fourfold.llm.registry import ModelSource
from fourfold.store.records import Cause, FinishReason, RunStatus, Stopped, WorkflowRunStatus
from fourfold.workflow.evaluation import WorkflowStatus

ROOT = Path(__file__).parents[2]

NAMED = {
    "Cause": Cause,
    "ErrorKind": ErrorKind,
    "FinishReason": FinishReason,
    "ModelSource": ModelSource,
    "RunStatus": RunStatus,
    "Stopped": Stopped,
    "WorkflowRunStatus": WorkflowRunStatus,
    "WorkflowStatus": WorkflowStatus,
}
"""Words that a field can hold, by the name of their type."""


_FIRST = (
    "versions",
    "marks",
    "runs",
    "render",
    "responses",
    "comparisons",
    "workspace",
    "workflow",
)


def modules(package: Any) -> list[Any]:
    """The modules of a package, what a reader asks for first coming first."""
    names = [module.name for module in iter_modules(package.__path__)]
    names.sort(key=lambda name: (*(name != first for first in _FIRST), name))
    return [import_module(f"{package.__name__}.{name}") for name in names]


def commands() -> dict[str, tuple[str, type[Command]]]:
    """By its name each command's module and class, in the order of their modules."""
    return {
        one.command(): (module.__name__.rpartition(".")[2], one)
        for module in modules(fourfold.app.commands)
        for one in vars(module).values()
        if _is_made_in(one, module, Command)
    }


def answers() -> dict[str, type[Answer]]:
    """By its name each shape, in the order of their modules."""
    found = [
        one
        for module in modules(fourfold.app.answers)
        for name, one in vars(module).items()
        if _is_made_in(one, module, Answer) and one.__name__ == name  # no other name of it
    ]
    named = {one.__name__: one for one in found}
    if len(named) < len(found):
        raise ValueError("Two shapes have one name.")
    return named


def actions() -> dict[str, type[Action]]:
    """By its name each action, in the order of their modules."""
    return {
        one.__name__: one
        for module in modules(fourfold.app.commands)
        for one in vars(module).values()
        if _is_made_in(one, module, Action)
    }


def word_of(kind: type[msgspec.Struct]) -> tuple[str, str] | None:
    """The field by which an action is known, and its word."""
    found = kind.__struct_config__
    return None if found.tag is None else (str(found.tag_field), str(found.tag))


def _is_made_in(one: Any, module: Any, base: type) -> bool:
    return isinstance(one, type) and issubclass(one, base) and one.__module__ == module.__name__


def description(kind: Any) -> str | None:
    """What the pages say of a field of this type."""
    if get_origin(kind) is Annotated:
        found = [meta.description for meta in kind.__metadata__ if isinstance(meta, Meta)]
        return next((one for one in found if one), None)
    return None


def parts(kind: Any) -> list[Any]:
    """The alternatives of a type, without what is said of it."""
    if get_origin(kind) is Annotated:
        return parts(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        found = [part for one in get_args(kind) for part in parts(one)]
        return [part for part in found if part is not msgspec.UnsetType]
    return [kind]


def words(kind: Any) -> list[str] | None:
    """The words that a type is made of."""
    if get_origin(kind) is Literal and all(isinstance(word, str) for word in get_args(kind)):
        return list(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return [one.value for one in kind]
    return None


def name_of_words(kind: Any) -> str | None:
    """The name under which these words are known."""
    found = words(kind)
    return next((name for name, known in NAMED.items() if words(known) == found), None)


def base_of(shape: type[msgspec.Struct]) -> type[Answer] | None:
    """The shape that this one adds to."""
    base = shape.__base__
    return base if base not in (None, Action, Answer, News) else None


def fields(kind: type[msgspec.Struct]) -> list[tuple[str, Any, bool]]:
    """Each field's name as clients have it, its type, and whether it has to be there; of a shape
    that adds to another only its own."""
    inherited = getattr(kind.__base__, "__struct_fields__", ())
    return [
        (one.encode_name, one.type, one.required)
        for one in msgspec.structs.fields(kind)
        if one.name not in inherited
    ]
