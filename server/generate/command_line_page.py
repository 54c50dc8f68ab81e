"""What `--json` prints, in server/COMMAND_LINE.md: names of shapes, of small ones their fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from fourfold.cli.main import make_cli
from fourfold.cli.parameters import JsonOption
from generate.described import ROOT, answers, base_of, fields
from generate.protocol_page import short

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = ROOT / "server" / "COMMAND_LINE.md"
_SMALL = 5
_NOBODY: Any = None  # serves here
_SECTION = re.compile(r"^## (fourfold(?: [a-z]+)+)[^\n]*\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BULLET = re.compile(r"^- `--json`: [^.\n]*\.", re.MULTILINE)


def page() -> str:
    """The whole page, with what each command prints."""
    printed = {path: option.answers for path, option in json_options()}

    def section(found: re.Match[str]) -> str:
        names = printed.get(found[1], ())
        said = " or ".join(_shape(name) for name in names)
        return _BULLET.sub(f"- `--json`: {said}.", found[0]) if names else found[0]

    return _SECTION.sub(section, PAGE.read_text(encoding="utf-8"))


def json_options() -> Iterator[tuple[str, JsonOption]]:
    """`fourfold workflow run` and its option, for each command that has one."""
    for path, command in _commands(make_cli(_NOBODY, _NOBODY), "fourfold"):
        for option in command.params:
            if isinstance(option, JsonOption):
                yield path, option


def _commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _shape(name: str) -> str:
    shape = answers()[name]
    own = fields(shape)
    if base_of(shape) or len(own) > _SMALL:
        return name
    said = [f"{field}: {short(kind)}" if "…" in short(kind) else field for field, kind, _ in own]
    return f"{name} `{{{', '.join(said)}}}`"
