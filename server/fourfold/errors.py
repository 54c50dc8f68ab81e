"""The one kind of error whose text is meant for the user."""

from __future__ import annotations


class FourfoldError(Exception):
    """What went wrong and what to do next, in one sentence that can be shown as it is.

    The text never holds a key or another secret.
    """


class InvalidArgumentError(FourfoldError):
    """A caller gave something that cannot be: an unknown step, a version that is not kept.

    `field` names the argument at fault, as protocol.md spells it.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
