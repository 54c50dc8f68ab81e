"""The one argument of a command, checked field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from fourfold.errors import InvalidArgumentError
from fourfold.lsp.commands.targets import target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fourfold.lsp.commands.targets import Target
    from fourfold.lsp.server import FourfoldServer

MOST_REPEATS = 20
_NUMBERS = "a list of version numbers, each once, such as [2, 3]"


class Arguments:
    """Reads the fields of a command's argument; a refusal names the field and what is allowed."""

    def __init__(self, ls: FourfoldServer, fields: dict[str, Any], allowed: Sequence[str]) -> None:
        for name in fields:
            if name not in allowed:
                raise InvalidArgumentError(
                    name, f"{name}: there is no such field; allowed are {', '.join(allowed)}."
                )
        self._ls = ls
        self._fields = fields

    def has(self, name: str) -> bool:
        return self._fields.get(name) is not None

    async def target(self) -> Target:
        """The step of `uri`."""
        uri = self.text("uri")
        if uri is None:
            raise InvalidArgumentError(
                "uri", "uri: it is missing; give the URI of a prompt file or of its document."
            )
        return await target_of(self._ls, uri)

    def text(self, name: str) -> str | None:
        found: str | None = self._checked(name, "a text", lambda v: isinstance(v, str) and bool(v))
        return found

    def flag(self, name: str) -> bool:
        return bool(self._checked(name, "true or false", lambda v: isinstance(v, bool)))

    def number(self, name: str, least: int, most: int | None = None) -> int | None:
        expected = f"a whole number from {least}" + (f" to {most}" if most else "")
        found: int | None = self._checked(
            name, expected, lambda v: _is_number(v) and v >= least and (most is None or v <= most)
        )
        return found

    def inputs(self) -> dict[str, Any]:
        found = self._checked("inputs", "an object of values by input name", _is_object)
        return found or {}

    def ids(self, name: str) -> list[str] | None:
        found: list[str] | None = self._checked(
            name,
            "a list of run ids",
            lambda v: isinstance(v, list) and all(isinstance(one, str) for one in v),
        )
        return found

    def versions(self) -> list[int] | None:
        """The version numbers asked for; None where there are none."""
        found: list[int] | None = self._checked("versions", _NUMBERS, _are_numbers)
        return found

    def versions_or_all(self) -> list[int] | Literal["all"] | None:
        """As `versions`, or "all"."""
        if self._fields.get("versions") == "all":
            return "all"
        found: list[int] | None = self._checked("versions", f'{_NUMBERS}, or "all"', _are_numbers)
        return found

    def versions_by_step(self) -> dict[str, int]:
        found: dict[str, int] | None = self._checked(
            "versions",
            "an object of version numbers by step id",
            lambda v: _is_object(v) and all(_is_number(one) for one in v.values()),
        )
        return found or {}

    def no_tests(self) -> None:
        """Refuses a test: a step has none yet."""
        if (test := self.text("test")) is not None:
            raise InvalidArgumentError(
                "test",
                f"test: there is no test {test}, since this step has no tests; leave it out.",
            )

    def _checked(self, name: str, expected: str, fits: Callable[[Any], bool]) -> Any:
        value = self._fields.get(name)
        if value is not None and not fits(value):
            raise InvalidArgumentError(name, f"{name}: it has to be {expected}.")
        return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_numbers(value: Any) -> bool:
    if not isinstance(value, list) or not all(_is_number(one) for one in value):
        return False
    return 0 < len(value) == len(set(value))


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)
