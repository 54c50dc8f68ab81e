"""Errors as clients see them."""

from __future__ import annotations

from typing import Annotated, Self

from msgspec import UNSET, Meta, UnsetType

from fourfold.app.described import Answer
from fourfold.errors import ErrorKind, FourfoldError
from fourfold.prompts.failures import MissingInputError


class MissingInput(Answer):
    """An input without which a prompt cannot be run, as it declares it."""

    name: str
    kind: str
    description: str | None


class Error(Answer):
    """Why something could not be done: the `error` of `--json`, the `data` of a JSON-RPC error."""

    kind: ErrorKind
    message: Annotated[str, Meta(description="one sentence")]
    field: Annotated[str | None, Meta(description="the argument at fault")]
    missing: Annotated[
        list[MissingInput] | UnsetType, Meta(description="where inputs have no value")
    ] = UNSET

    @classmethod
    def of(cls, error: FourfoldError) -> Self:
        missing = error.missing if isinstance(error, MissingInputError) else ()
        return cls(
            kind=error.kind,
            message=str(error),
            field=error.field,
            missing=[MissingInput.copied(one) for one in missing] or UNSET,
        )
