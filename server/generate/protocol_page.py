"""The tables of commands and shapes in server/PROTOCOL.md."""

from __future__ import annotations

import textwrap
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from generate.described import (
    NAMED,
    ROOT,
    actions,
    answers,
    base_of,
    commands,
    description,
    fields,
    name_of_words,
    parts,
    word_of,
    words,
)

if TYPE_CHECKING:
    from msgspec import Struct

    from fourfold.app.described import Command

PAGE = ROOT / "server" / "PROTOCOL.md"
_WIDTH = 118
_PLAIN = {str: "text", int: "number", float: "number", bool: "bool", Any: "value"}
_PLAIN |= {type(None): "null", date: "date"}


def page() -> str:
    """The whole page, its made parts anew."""
    text = PAGE.read_text(encoding="utf-8")
    text = _between(text, "commands", _commands())
    return _between(text, "shapes", f"```\n{_shapes()}\n```")


def _between(text: str, name: str, made: str) -> str:
    start, end = f"<!-- {name}: made by `make generate` -->\n", f"<!-- end of {name} -->"
    before, rest = text.split(start)
    _, after = rest.split(end)
    return f"{before}{start}{made}\n{end}{after}"


def _commands() -> str:
    rows = [
        f"| `{name}` | `{_argument(command)}` | {_answer(command)} |"
        for name, (_, command) in commands().items()
    ]
    return "\n".join(["| command | argument | answer |", "|---|---|---|", *rows])


def _argument(command: type[Command]) -> str:
    listed = []
    for name, kind, required in fields(command):
        said = short(kind) if required else short(kind).removesuffix("|null")
        mark = "" if required else "?"
        listed.append(f"{name}{mark}" if said == "text" else f"{name}{mark}: {said}")
    return f"{{{', '.join(listed)}}}"


def _answer(command: type[Command]) -> str:
    return f"{short(command.answer)}. {' '.join((command.__doc__ or '').split())}"


def _shapes() -> str:
    made = [_shape(name, one) for name, one in {**answers(), **actions()}.items()]
    made += [_wrapped(f"{name} {_words(words(kind) or [])}") for name, kind in NAMED.items()]
    return "\n".join(made)


def _shape(name: str, shape: type[Struct]) -> str:
    base, listed = base_of(shape), []
    if (word := word_of(shape)) is not None:
        listed.append(f'{word[0]}: "{word[1]}"')
    for field, kind, required in fields(shape):
        said = f" ({description(kind)})" if description(kind) else ""
        mark = "?" if word is not None and not required else ""
        listed.append(f"{field}{mark}: {short(kind)}{said}")
    more = f"{base.__name__} with " if base else ""
    return _wrapped(f"{name} {more}{{{', '.join(listed)}}}")


def _wrapped(text: str) -> str:
    return textwrap.fill(
        text, _WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )


def _words(found: list[str]) -> str:
    return " | ".join(f'"{one}"' for one in found)


def short(kind: Any) -> str:
    """A type as the pages have it."""
    found = [part for part in parts(kind) if part is not type(None)]
    shown = [_single(part) for part in found]
    nullable = len(found) < len(parts(kind))
    return "|".join([*shown, "null"] if nullable and kind is not Any else shown)


def _single(kind: Any) -> str:
    if (found := words(kind)) is not None:
        return name_of_words(kind) or _words(found)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, type):
        return kind.__name__
    if get_origin(kind) is Literal:
        return " | ".join(str(number) for number in get_args(kind))
    inner = [short(one) for one in get_args(kind)]
    if get_origin(kind) is list:
        return f"[{inner[0]}…]"
    if get_origin(kind) is tuple:
        return f"[{', '.join(inner)}]"
    return f"{{name: {inner[1]}}}"
