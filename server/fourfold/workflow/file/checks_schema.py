"""Whether the `schema` of a response is a JSON schema that can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.source.problem import Problem

if TYPE_CHECKING:
    from fourfold.workflow.file.configuration import ResponseConfig


def check_schema(response: ResponseConfig) -> Problem | None:
    """What is wrong with the schema, at the part that is wrong; None where nothing is."""
    if response.schema is None or response.schema_places is None:
        return None
    from fourfold.steps.responses.schema import schema_error

    error = schema_error(response.schema)
    if error is None:
        return None
    message = f"This JSON schema cannot be used: {error}. Correct it."
    where = response.schema_places.range_of(error.path)
    return Problem(where, message, "error", "workflow-schema")
