"""Why a prompt could not be rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.errors import ErrorKind, FourfoldError, InvalidArgumentError
from fourfold.text.figures import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.prompts.template import PromptTemplateVariable


class InputError(InvalidArgumentError):
    """Inputs that were given and cannot be: one that the prompt does not have, or a value of
    another kind."""

    def __init__(self, message: str) -> None:
        super().__init__("inputs", message)


class MissingInputError(InputError):
    """Inputs without which a prompt cannot be run and that nothing gives a value for, in the order
    of the file."""

    def __init__(self, missing: Sequence[PromptTemplateVariable], message: str) -> None:
        super().__init__(message)
        self.missing = tuple(missing)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(variable.name for variable in self.missing)


def without_value(
    missing: Sequence[PromptTemplateVariable], *, declarable: bool | None
) -> MissingInputError:
    """The refusal of a run whose prompt uses these inputs; `declarable` says that the file can hold
    a default for them below inputs, None that it can hold none."""
    names = [variable.name for variable in missing]
    first, one = names[0], len(names) == 1
    subject = f"Input {first} has" if one else f"Inputs {listed(names)} have"
    them = "it" if one else "them"
    place = (
        f", or give {them} a default below inputs in the file, {first}: {{default: …}}"
        if declarable
        else f", or write a default in the file, {{{{ {first} | default('…') }}}}"
        if declarable is False
        else ""
    )
    message = f"{subject} no value: pass {them} with the run{place}."
    return MissingInputError(missing, message)


class RenderError(FourfoldError):
    """A prompt that cannot become messages: what is wrong with it and what to do.

    `line` is the 0-based line of the file at fault, where it is known, and `reason` the sentence
    without it.
    """

    kind: ErrorKind = "bad_input"

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message if line is None else f"Line {line + 1}: {message}")
        self.line = line
        self.reason = message


class LackingPartError(RenderError):
    """A file in which there is nothing under the name of an input."""


class UnreadableVariablesError(RenderError):
    """Environment variables that a prompt asks for and does not get, in its order: those that it
    may not read (`forbidden`), else those that are not set."""

    def __init__(self, names: Sequence[str], *, forbidden: bool, way_out: str = "") -> None:
        self.names = tuple(dict.fromkeys(names))
        self.forbidden = forbidden
        one = len(self.names) == 1
        variables = f"environment variable{'' if one else 's'} {listed(self.names)}"
        if forbidden:
            allowed = ", ".join(f'"{name}"' for name in self.names)
            what = (
                f"The prompt asks for the {variables}, which it may not read: to allow it, add "
                f"allowEnv = [{allowed}] to your own config.toml"
            )
        else:
            is_not, them = ("is not", "it") if one else ("are not", "them")
            what = (
                f"The {variables} {is_not} set: set {them}, or write a default, "
                f"${{env:{self.names[0]}:…}}"
            )
        super().__init__(f"{what}{way_out}.")
