"""The one kind of error whose text is meant for the user."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Literal

ErrorKind = Literal[
    "unauthorized",
    "forbidden",
    "not_found",
    "rate_limited",
    "bad_request",
    "server_error",
    "unreachable",
    "timed_out",
    "misfit",
    "bad_input",
    "no_model",
    "cancelled",
    "interrupted",
    "own",
]
"""What went wrong, for programs: the first eight happen at a model's endpoint."""


class FourfoldError(Exception):
    """What went wrong and what to do next, in one sentence that can be shown as it is.

    The sentence, `str(error)`, never holds a key or another secret. `kind` says the same to a
    program, and `field` names the argument at fault, as protocol.md spells it, if there is one.
    """

    kind: ErrorKind = "own"
    field: str | None = None


class InvalidArgumentError(FourfoldError):
    """A caller gave something that cannot be: an unknown step, a version that is not kept. The
    sentence does not repeat the name of the `field`."""

    kind: ErrorKind = "bad_input"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field: str = field


def unforeseen(error: Exception) -> FourfoldError:
    """What to say of an error that nobody foresaw: without its text, which may quote a prompt or a
    key."""
    if isinstance(error, OSError):
        what, why = error.filename or "The output or a file", error.strerror or error
        return FourfoldError(
            f"{what} could not be read or written ({why}): check it, then try again."
        )
    at = traceback.extract_tb(error.__traceback__)[-1]
    return FourfoldError(
        "Fourfold stopped on an error of its own, which please report "
        f"({type(error).__name__} at {Path(at.filename).name}:{at.lineno})."
    )
