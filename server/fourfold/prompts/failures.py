"""Why a prompt could not be rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.errors import ErrorKind, FourfoldError

if TYPE_CHECKING:
    from collections.abc import Sequence


class MissingInputError(FourfoldError):
    """Required inputs that nothing gives a value for; `names` in the order of the file."""

    kind: ErrorKind = "bad_input"

    def __init__(self, names: Sequence[str], *, declarable: bool) -> None:
        self.names = tuple(names)
        first = self.names[0]
        subject = f"Input {first} has" if len(self.names) == 1 else f"Inputs {listed(names)} have"
        them = "it" if len(self.names) == 1 else "them"
        place = (
            f"give {them} a default below inputs in the file, {first}: {{default: …}}"
            if declarable
            else f"write a default in the file, {{{{ {first} | default('…') }}}}"
        )
        super().__init__(f"{subject} no value: pass {them} with the run, or {place}.")


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


class RenderError(FourfoldError):
    """A prompt that cannot become messages: what is wrong with it and what to do.

    `line` is the 0-based line of the file at fault, where it is known.
    """

    kind: ErrorKind = "bad_input"

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message if line is None else f"Line {line + 1}: {message}")
        self.line = line
