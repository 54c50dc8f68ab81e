"""Arguments and options that several commands have, each with its completion."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN = re.compile(r"[\w+@%.:,/-]+")
"""A name that every shell takes as it is: it puts a completed word into the line unquoted."""
_VERSION = re.compile(r"v?([1-9]\d{0,8})", re.IGNORECASE)


class StepName(click.ParamType[str]):
    """A step's id, or the path of its file. Whether there is such a step is found out when it is
    used."""

    name = "step"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from fourfold.cli.folder import project_in

        with suppress(Exception):  # a completion that fails is no completion
            steps = [file.step for file in project_in(ctx.params.get("folder")).steps.all()]
            fitting = [one for one in steps if one.startswith(incomplete) and _PLAIN.fullmatch(one)]
            ids = [CompletionItem(one) for one in fitting]
            return ids or [CompletionItem(incomplete, "file")]
        return []


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
        return _completed_versions(ctx, "", incomplete)


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
        before, comma, last = incomplete.rpartition(",")
        whole = [CompletionItem("all")] if "all".startswith(incomplete) else []
        return [*whole, *_completed_versions(ctx, f"{before}{comma}", last)]


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

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON on stdout, and nothing else there."
)

model_option = click.option(
    "--model", metavar="MODEL", help="The model, before the one the prompt asks for."
)


def distinct(numbers: Sequence[int]) -> list[int]:
    """The numbers in their order, each once."""
    return list(dict.fromkeys(numbers))


def _completed_versions(ctx: click.Context, prefix: str, last: str) -> list[CompletionItem]:
    from fourfold.cli.folder import project_in
    from fourfold.project.naming import step_file

    with suppress(Exception):
        project = project_in(ctx.params.get("folder"))
        try:
            # Where an option is being completed, click has not told the arguments apart yet.
            file = step_file(project, ctx.params.get("step") or ctx.args[0])
            history = project.store.history(file.step) if project.is_used else None
        finally:
            project.close()
        labels = [version.label for version in history.versions] if history else []
        return [CompletionItem(prefix + label) for label in labels if label.startswith(last)]
    return []
