"""What a Jinja text asks for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UsedVariable:
    """A variable that the text takes from its inputs; offsets of its first use in the text.

    `optional` means that the text itself deals with the variable being absent, `only_walked` that
    it does nothing but go through it in a loop.
    """

    name: str
    start: int
    end: int
    optional: bool
    only_walked: bool = False


@dataclass(frozen=True, slots=True)
class JinjaError:
    """Why the text is no template that can be run; offsets into the text."""

    message: str
    start: int
    end: int
    code: str = "jinja-syntax"


@dataclass(frozen=True, slots=True)
class JinjaSource:
    """Variables in the order of first use, every name read, and where plain text stands."""

    variables: tuple[UsedVariable, ...]
    names: frozenset[str]
    data_spans: tuple[tuple[int, int], ...]
    error: JinjaError | None = None
