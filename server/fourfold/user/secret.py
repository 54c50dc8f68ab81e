"""Keys: shown only to who asks for them by name, and taken out of what is kept."""

from __future__ import annotations

import re

MASK = "•••"
_SHORTEST = 8
_WORDS = re.compile(r"(?!sk-)[a-z]+(?:[-_ ][a-z]+)*")


class Secret:
    """A key that shows itself only to who asks for it by name."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        # Made-up ones, such as "lm-studio", are for servers that take any; texts may hold those.
        if len(value) >= _SHORTEST and not _WORDS.fullmatch(value):
            _known.add(value)

    def reveal(self) -> str:
        """The key itself, for the one header it belongs in."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a Secret is not written anywhere")


_known: set[str] = set()


def without_secrets(text: str) -> str:
    """`text` with a mask for every key that this process has been given."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, MASK)
    return text


def is_known(text: str) -> bool:
    """Whether a key that this process has been given stands in `text`."""
    return any(value in text for value in _known)
