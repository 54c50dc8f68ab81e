"""The one kind of error whose text is meant for the user."""

from __future__ import annotations

from typing import Any, Literal

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

    The text never holds a key or another secret. `kind` says the same to a program.
    """

    kind: ErrorKind = "own"


class InvalidArgumentError(FourfoldError):
    """A caller gave something that cannot be: an unknown step, a version that is not kept.

    `field` names the argument at fault, as protocol.md spells it.
    """

    kind: ErrorKind = "bad_input"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field

    @property
    def data(self) -> dict[str, Any]:
        """What a client is told besides the message."""
        return {"field": self.field}
