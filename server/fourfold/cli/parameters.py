"""Arguments and options that several commands have, each with its completion."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click
from click.shell_completion import CompletionItem

F = TypeVar("F", bound="Callable[..., Any]")

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

_VERSION = re.compile(r"v?([1-9]\d{0,8})", re.IGNORECASE)


class StepName(click.ParamType[str]):
    """A step's id, or the path of its file. Whether there is such a step is found out when it is
    used."""

    name = "step"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from fourfold.cli import completing

        return completing.steps(ctx, incomplete)


class VersionNumber(click.ParamType[int]):
    """v3 or 3."""

    name = "version"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        match = _VERSION.fullmatch(value)
        if match is None:
            self.fail(f"{value!r} is no version: write it like v3.", param, ctx)
        return int(match[1])

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from fourfold.cli import completing

        return completing.versions(ctx, incomplete)


class VersionNumbers(click.ParamType[list[int] | Literal["all"]]):
    """`all`, or version numbers with commas or spaces between them."""

    name = "versions"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> list[int] | Literal["all"]:
        if value == "all":
            return "all"
        if isinstance(value, list):
            return value
        return [VERSION.convert(one, param, ctx) for one in value.replace(",", " ").split()]

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from fourfold.cli import completing

        whole = [CompletionItem("all")] if "all".startswith(incomplete) else []
        return [*whole, *completing.versions(ctx, incomplete)]


class StepVersion(click.ParamType[tuple[str, int]]):
    """A step and a version, as in requirement=v2."""

    name = "step=version"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        if isinstance(value, tuple):
            return value
        step, sign, version = value.rpartition("=")
        if not (step and sign):
            self.fail(f"{value!r} names no version: write it like requirement=v2.", param, ctx)
        return step, VERSION.convert(version, param, ctx)


def completed(name: str) -> Completion:
    """The function of `cli/completing.py` with this name, which is imported where a shell asks."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from fourfold.cli import completing

        found: list[CompletionItem] = getattr(completing, name)(ctx, incomplete)
        return found

    return complete


STEP = StepName()
STEP_VERSION = StepVersion()
VERSION = VersionNumber()
VERSIONS = VersionNumbers()

step_argument = click.argument("step", type=STEP)

folder_option = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    is_eager=True,
    help="The workspace folder; else the nearest upwards with prompts/ or fourfold.toml, else "
    "git's top folder, else this one.",
)


class JsonOption(click.Option):
    """--json; `answers` are the names of the shapes that the command prints with it."""

    def __init__(self, *arguments: Any, answers: Sequence[str], **fields: Any) -> None:
        super().__init__(*arguments, **fields)
        self.answers = answers


def json_option(*answers: str) -> Callable[[F], F]:
    """The option of a command that prints one of these shapes."""
    return click.option(
        "--json",
        "as_json",
        cls=JsonOption,
        answers=answers,
        is_flag=True,
        help="Print JSON on stdout, and nothing else there.",
    )


model_option = click.option(
    "--model",
    metavar="MODEL",
    shell_complete=completed("models"),
    help="The model, before the one the prompt asks for.",
)


def distinct(numbers: Sequence[int]) -> list[int]:
    """The numbers in their order, each once."""
    return list(dict.fromkeys(numbers))
