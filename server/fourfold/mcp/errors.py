"""How an agent is told that something could not be done."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mcp import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS

from fourfold.app.answers.command_line import Failed
from fourfold.app.answers.errors import Error
from fourfold.errors import FourfoldError, unforeseen
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_log = logging.getLogger(__name__)


def failed(error: Exception) -> Failed:
    """The error as data, for a tool's answer; one that nobody foresaw is logged."""
    if not isinstance(error, FourfoldError):
        error = unforeseen(error)
        _log.error(str(error))
    return Failed(error=Error.of(error))


def in_words(failed: Failed) -> str:
    """The same for who reads only text."""
    error = failed.error
    field = "" if error.field is None else f"{error.field}: "
    return one_line(f"{field}{error.message}")


@contextmanager
def told_as_protocol_errors() -> Iterator[None]:
    """For prompts and resources, whose answers have no place for an error."""
    try:
        yield
    except Exception as error:
        told = failed(error)
        code = INVALID_PARAMS if told.error.kind == "bad_input" else INTERNAL_ERROR
        raise MCPError(code, in_words(told), told.error.to_json()) from error
