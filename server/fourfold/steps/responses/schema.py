"""Whether a value is as a JSON schema wants it; a schema reaches nothing outside itself."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from fourfold.errors import ErrorKind, FourfoldError
from fourfold.steps.responses.errors import ResponseError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jsonschema_rs import ValidationError, Validator

_BACKTRACK_LIMIT = 100_000
_MAX_SAID = 3
_MAX_CHARACTERS = 160


class SchemaError(FourfoldError):
    """A JSON schema that is none, or that names what is outside itself; `path` leads to the part
    that is wrong, as far as that is known."""

    kind: ErrorKind = "bad_input"

    def __init__(self, message: str, path: Sequence[str | int]) -> None:
        super().__init__(message)
        self.path = tuple(path)


def schema_error(schema: Mapping[str, Any]) -> SchemaError | None:
    """What makes `schema` none (JSON Schema, Draft 2020-12 unless it says another), in a few words,
    with the path to it; None where it is one."""
    try:
        _validator(schema)
    except SchemaError as error:
        return error
    return None


def check(value: Any, schema: Mapping[str, Any]) -> None:
    """ResponseError naming what in `value` is not as `schema` wants it, and where.

    Raises FourfoldError where `schema` is none.
    """
    try:
        validator = _validator(schema)
    except SchemaError as error:
        raise FourfoldError(
            f"The schema of the step's response cannot be used: {error}. Change it in "
            "workflow.yaml."
        ) from None
    try:
        said = [_sentence(it) for it in islice(validator.iter_errors(value), _MAX_SAID)]
    except ValueError:
        said = ["it cannot be compared with the schema"]
    if said:
        what = "; ".join(said)
        raise ResponseError(
            f"The response's JSON does not fit its schema: {what}.",
            f"The JSON does not fit its schema: {what}. Answer with the corrected JSON alone. "
            f"The schema is {json.dumps(schema, ensure_ascii=False, default=str)}",
        )


def _validator(schema: Mapping[str, Any]) -> Validator:
    import jsonschema_rs

    try:
        return jsonschema_rs.validator_for(
            dict(schema),
            offline=True,
            # a pattern that would try every way to match gives up instead
            pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACK_LIMIT),
        )
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        path = getattr(error, "instance_path", [])
        reason = str(getattr(error, "message", None) or error).split("\n", maxsplit=1)[0]
        raise SchemaError(f"{_path(path)}{_short(reason)}", path) from None


def _sentence(error: ValidationError) -> str:
    return f"{_path(error.instance_path)}{_short(error.message)}"


def _path(parts: list[str | int]) -> str:
    if not parts:
        return ""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return f"{_short(path.removeprefix('.'))}: "


def _short(text: str) -> str:
    """At most so many characters, from the middle of which the rest was cut."""
    if len(text) <= _MAX_CHARACTERS:
        return text
    half = _MAX_CHARACTERS // 2
    return f"{text[:half]}…{text[-half:]}"
