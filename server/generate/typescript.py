"""vscode-extension/src/protocol.ts: the shapes that the language server answers with."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from fourfold.app.described import Answer, News
from generate.described import (
    NAMED,
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

_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", Any: "unknown"}
_WIDTH = 100
_PLAIN |= {type(None): "null", date: "string"}


def protocol_ts() -> str:
    """The file, in the order in which a reader meets the shapes."""
    needed: dict[str, type[Answer]] = {}
    for _, command in commands().values():
        _need(command.answer, needed)
    for shape in answers().values():
        if issubclass(shape, News):
            _need(shape, needed)
    used = "\n\n".join(_interface(one) for name, one in answers().items() if name in needed)
    asked = actions()
    used += "\n\n" + "\n\n".join(map(_interface, asked.values()))
    used += "\n\n" + _alias("BoardAction", list(asked))
    named = [_words(name, words(kind) or []) for name, kind in NAMED.items()]
    types = "\n\n".join(one for one in named if one.split()[2] in used)
    return (
        "/** The shapes of PROTOCOL.md that the server has. Made by `make generate`. */\n\n"
        f"{types}\n\n{used}\n"
    )


def _need(kind: Any, needed: dict[str, type[Answer]]) -> None:
    for part in parts(kind):
        if isinstance(part, type) and issubclass(part, Answer):
            if part.__name__ not in needed:
                needed[part.__name__] = part
                _need(base_of(part), needed)
                for _, inner, _ in fields(part):
                    _need(inner, needed)
        else:
            for inner in get_args(part):
                _need(inner, needed)


def _interface(shape: type[Struct]) -> str:
    base = base_of(shape)
    extends = f" extends {base.__name__}" if base else ""
    lines = [_comment(shape.__doc__ or "", ""), f"export interface {shape.__name__}{extends} {{"]
    if (word := word_of(shape)) is not None:
        lines.append(f"  {word[0]}: '{word[1]}';")
    for name, kind, required in fields(shape):
        if (said := description(kind)) is not None:
            lines.append(_comment(f"{said[0].upper()}{said[1:]}.", "  "))
        mark = "?" if word is not None and not required else ""
        lines.append(f"  {name}{mark}: {_type(kind)};")
    return "\n".join([*lines, "}"])


def _comment(text: str, indent: str) -> str:
    return f"{indent}/** {' '.join(text.split())} */"


def _type(kind: Any) -> str:
    return " | ".join(dict.fromkeys(_single(part) for part in parts(kind)))


def _single(kind: Any) -> str:
    if (found := words(kind)) is not None:
        return name_of_words(kind) or " | ".join(f"'{one}'" for one in found)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, type):
        return kind.__name__
    if get_origin(kind) is Literal:
        return " | ".join(str(number) for number in get_args(kind))
    inner = get_args(kind)
    if get_origin(kind) is list:
        (item,) = inner
        of = _type(item)
        return f"({of})[]" if " | " in of else f"{of}[]"
    if get_origin(kind) is tuple:
        return f"[{', '.join(_type(item) for item in inner)}]"
    return f"Record<string, {_type(inner[1])}>"


def _words(name: str, found: list[str]) -> str:
    return _alias(name, [repr(one) for one in found])


def _alias(name: str, found: list[str]) -> str:
    line = f"export type {name} = {' | '.join(found)};"
    if len(line) <= _WIDTH:
        return line
    return f"export type {name} ={''.join(f'{chr(10)}  | {one}' for one in found)};"
