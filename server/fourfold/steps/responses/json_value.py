"""A response that is JSON: alone, in a code block, or with words around it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from fourfold.steps.responses.decoder import DECODER, NotJsonError, is_writable
from fourfold.steps.responses.errors import ResponseError
from fourfold.steps.responses.schema import check
from fourfold.text.same import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_DEPTH = 100
"""How many lists and mappings may stand inside each other."""

_HINT = "Answer with the JSON value alone, complete and valid, with no words before or after it."
_FENCE = re.compile(
    r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*json[c5]?\b[^\n]*\n\s*", re.MULTILINE | re.IGNORECASE
)
_FENCE_END = re.compile(r"\s*(?:`{3,}|~{3,}|\Z)")
_BRACKETS = ("{", "[")
_START = re.compile(r'\{\s*["}]|\[\s*[\[\]{"\-\dtfn]')
_CLEAR_START = re.compile(r'\{|\[\s*[\[{"]')
_MAX_FALSE_STARTS = 1000


class _Found(NamedTuple):
    value: Any
    length: int


def read_json(response: str, schema: Mapping[str, Any] | None) -> Any:
    """The JSON value in `response`, as `schema` wants it; ResponseError where there is none.

    Of several complete values the longest one counts. A value that breaks off is an error, even
    where parts of it are complete.
    """
    value = _find(normalize(response).strip())
    _check_depth(value)
    if schema is not None:
        check(value, schema)
    return value


def _find(text: str) -> Any:
    if not text.startswith(_BRACKETS):
        try:
            value = DECODER.decode(text)  # a text, a number, true, false or null
        except ValueError:
            pass
        else:
            return _decode(text, 0).value if isinstance(value, str) else value
    found = [] if text.startswith(_BRACKETS) else list(_in_fences(text))
    found = found or list(_in_prose(text))
    if not found:
        raise ResponseError("The response holds no JSON.", f"This holds no JSON. {_HINT}")
    return max(found, key=lambda it: it.length).value


def _in_fences(text: str) -> Iterator[_Found]:
    """The values of the code blocks that are called JSON."""
    position = 0
    while (opening := _FENCE.search(text, position)) is not None:
        found = _decode(text, opening.end())
        position = opening.end() + found.length
        if _FENCE_END.match(text, position) is None:
            raise _broken(text, position, "more follows its end")
        yield found


def _in_prose(text: str) -> Iterator[_Found]:
    """The complete values between other words; each place is read once at most."""
    position = 0
    for _ in range(_MAX_FALSE_STARTS):
        start = _START.search(text, position)
        if start is None:
            return
        try:
            found = _decode(text, start.start())
        except _BrokenJsonError as error:
            at_end = error.position >= len(text)
            if at_end or _CLEAR_START.match(text, start.start()):
                raise
            position = max(error.position, start.start() + 1)
            continue
        yield found
        position = start.start() + found.length


class _BrokenJsonError(ResponseError):
    """`position` is the offset of what is no JSON."""

    def __init__(self, position: int, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.position = position


def _decode(text: str, start: int) -> _Found:
    try:
        value, end = DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        position = error.pos
        if error.msg.startswith("Unterminated string"):
            raise _broken(text, position, "a text has no end", len(text)) from None
        if position >= len(text.rstrip()):
            raise _broken(text, len(text), "it is not complete") from None
        said = error.msg[0].lower() + error.msg[1:]
        raise _broken(text, position, said) from None
    except NotJsonError as error:
        raise ResponseError(f"The response's JSON cannot be used: {error}.", _HINT) from None
    except RecursionError:
        raise _too_deep() from None
    if not is_writable(text, start, end, value):
        raise ResponseError(
            "The response's JSON cannot be used: a text in it is no valid Unicode.", _HINT
        )
    return _Found(value, end - start)


def _broken(text: str, position: int, why: str, reached: int | None = None) -> _BrokenJsonError:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    where = f"line {line}, column {column}"
    return _BrokenJsonError(
        position if reached is None else reached,
        f"The response's JSON is broken at {where}: {why}.",
        f"The JSON is broken at {where}: {why}. {_HINT}",
    )


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> ResponseError:
    return ResponseError(
        f"The response's JSON goes more than {MAX_DEPTH} levels deep.",
        f"The JSON goes too deep: use at most {MAX_DEPTH} levels. {_HINT}",
    )
