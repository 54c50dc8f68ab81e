"""A response that is not what its step asks for."""

from __future__ import annotations

from fourfold.errors import ErrorKind, FourfoldError


class ResponseError(FourfoldError):
    """A response that is not what its step asks for.

    `message` says what is wrong, and the error's text also what the user can do; `hint` tells the
    model what to do better; `response` is what it said, once known.
    """

    kind: ErrorKind = "misfit"

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message.removesuffix('.')}; change the prompt, or run it again.")
        self.hint = hint
        self.response = ""
