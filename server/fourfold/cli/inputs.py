"""The inputs that a command is given: NAME=VALUE, NAME=@FILE, and NAME=@- for stdin."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from fourfold.cli.parameters import completed
from fourfold.prompts.failures import InputError
from fourfold.prompts.kinds import Written

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_INPUT_BYTES = 2 * 1024 * 1024


class InputValue(click.ParamType[tuple[str, str]]):
    """An input and its value as it was written."""

    name = "input"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, sign, written = value.partition("=")
        if not (name and sign):
            self.fail(f"{name!r} has no value: write NAME=VALUE.", param, ctx)
        return name, written


INPUT = InputValue()

inputs_option = click.option(
    "--input",
    "inputs",
    type=INPUT,
    multiple=True,
    shell_complete=completed("inputs"),
    metavar="NAME=VALUE",
    help="An input of the prompt, its value also @FILE or @- (stdin); may be given several times.",
)


def read_inputs(given: Iterable[tuple[str, str]]) -> dict[str, Written]:
    """The inputs by name, to be read by the kinds that the prompt declares; InputError.

    A value that starts with @ is what that file holds, or stdin; @@ stands for one @.
    """
    inputs: dict[str, Written] = {}
    stdin_is_for: str | None = None
    for name, written in given:
        if written == "@-":
            if stdin_is_for is not None:
                raise InputError(
                    f"{name}=@- finds stdin read already, for {stdin_is_for}: name a file instead."
                )
            stdin_is_for = name
            inputs[name] = Written(_stdin(name))
        elif written.startswith("@") and not written.startswith("@@"):
            inputs[name] = Written(_file(name, written[1:]))
        else:
            inputs[name] = Written(written.removeprefix("@"))
    return inputs


def _stdin(name: str) -> str:
    if sys.stdin is None:
        raise InputError(f"{name}=@- finds stdin closed: pipe a text into it, or name a file.")
    return _text(name, "stdin", sys.stdin.buffer)


def _file(name: str, path: str) -> str:
    if not path:
        raise InputError(f"{name}=@ names no file: write @FILE, @- for stdin, or @@ for a plain @.")
    try:
        with Path(path).open("rb") as file:
            return _text(name, path, file)
    except (OSError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "that is no file's name"
        raise InputError(
            f"{name} is to be what the file {path} holds, which could not be read ({reason}); "
            "write @@ where the value itself starts with @."
        ) from None


def _text(name: str, source: str, stream: BinaryIO) -> str:
    from fourfold.text.same import normalize

    data = stream.read(MAX_INPUT_BYTES + 1)
    if len(data) > MAX_INPUT_BYTES:
        raise InputError(f"{source} is larger than 2 MB, too much for {name}: give a shorter text.")
    try:
        return normalize(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise InputError(
            f"{source} is no UTF-8 text, so it cannot be {name}: give a text."
        ) from None
