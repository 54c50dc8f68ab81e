"""test: versions and models on the tests beside the prompts, and which is better."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from fourfold.app.repeats import MOST_TEST_REPEATS
from fourfold.cli import stopping
from fourfold.cli.errors import NOT_DONE, NOT_PROVEN, NOT_SO, Failure
from fourfold.cli.folder import open_project
from fourfold.cli.output import print_answer
from fourfold.cli.parameters import (
    STEP,
    VERSION,
    VERSIONS,
    completed,
    distinct,
    folder_option,
    json_option,
)
from fourfold.errors import InvalidArgumentError
from fourfold.settings import find_folder

if TYPE_CHECKING:
    from fourfold.app.commands.tests import Until
    from fourfold.evals.matrix.requirement import Requirement

FILE = click.Path(dir_okay=False, writable=True, path_type=Path)
_EXIT_CODES = {"not so": NOT_SO, "not proven": NOT_PROVEN, "not had": NOT_DONE}


class Names(click.ParamType[list[str]]):
    """Names with commas between them."""

    name = "names"

    def convert(
        self, value: str | list[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> list[str]:
        if isinstance(value, list):
            return value
        return list(dict.fromkeys(name for part in value.split(",") if (name := part.strip())))


class Baseline(click.ParamType[int | str]):
    """A version, a commit that git knows, as in git:main, or none."""

    name = "baseline"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | str:
        if isinstance(value, str) and (value.startswith("git:") or value == "none"):
            return value
        return VERSION.convert(value, param, ctx)


@click.command()
@click.argument("steps", metavar="[STEP]...", type=STEP, nargs=-1)
@click.option(
    "--versions",
    type=VERSIONS,
    metavar="VERSIONS",
    default="all",
    help="all, or versions such as v2,v3; else all that are kept.",
)
@click.option(
    "--models",
    type=Names(),
    metavar="A,B",
    shell_complete=completed("models"),
    help="Each version on each of these models.",
)
@click.option(
    "--repeat",
    type=click.IntRange(1, MOST_TEST_REPEATS),
    metavar="N",
    help="How often to ask each test; else as often as the tests say.",
)
@click.option(
    "--until",
    type=click.Choice(["done", "certain"]),
    default="done",
    help="certain: stop as soon as it is known which version is better, or that none is.",
)
@click.option(
    "--budget",
    type=click.FloatRange(min=0),
    metavar="USD",
    help="The most dollars to spend; no call is made that may pass it.",
)
@click.option(
    "--max-calls", type=click.IntRange(min=0), metavar="N", help="The most calls to make."
)
@click.option("--seed", type=click.IntRange(min=0), metavar="N", help="Draws the same order again.")
@click.option(
    "--baseline",
    type=Baseline(),
    metavar="VERSION",
    help="Hold all others against this version, or the prompt of a commit: v3, git:main; "
    "or a skill against none.",
)
@click.option(
    "--require",
    "requirement",
    type=click.Choice(["not-worse", "better"]),
    help="What the current version has to be, held against the baseline.",
)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 1),
    metavar="RATE",
    help="The least pass rate of the current version, 0 to 1.",
)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A promptfooconfig.yaml: its tests, for the prompts that it names.",
)
@click.option(
    "--workers", is_flag=True, help="Has the calls made by the team's workers, see fourfold worker."
)
@click.option(
    "--batch",
    is_flag=True,
    help="Leaves the calls with the provider's batch service, at its price, and waits; again "
    "it goes on.",
)
@click.option("--junit", type=FILE, metavar="FILE", help="Write the results there as JUnit XML.")
@click.option(
    "--markdown",
    type=FILE,
    metavar="FILE",
    help="Write the reports there as Markdown, for a comment on a pull request.",
)
@click.option(
    "--changed",
    is_flag=True,
    help="Only steps whose prompt or tests differ from the baseline's commit, else from where "
    "the branch began.",
)
@folder_option
@json_option("TestReports")
def test(
    steps: tuple[str, ...],
    versions: list[int] | Literal["all"],
    models: list[str] | None,
    repeat: int | None,
    until: Until,
    budget: float | None,
    max_calls: int | None,
    seed: int | None,
    baseline: int | str | None,
    requirement: Requirement | None,
    fail_under: float | None,
    config: Path | None,
    workers: bool,
    batch: bool,
    junit: Path | None,
    markdown: Path | None,
    changed: bool,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Run versions on their tests, and say which is better.

    Without STEP: all steps that have tests (NAME.tests.yaml beside the prompt). What was
    answered before is taken over, so running it again fills only the gaps. Ctrl-C keeps
    what is done, and reports it. The exit code is 4 where a requirement is not proven.
    """
    from fourfold.app.testing.configured import configured_prompts
    from fourfold.app.testing.options import MatrixOptions
    from fourfold.app.testing.revision import Revision
    from fourfold.cli.testing_run import Asked, run_tests
    from fourfold.cli.testing_steps import among, changed_steps, standing, tested_steps
    from fourfold.evals.matrix.requirement import worst
    from fourfold.reports.junit import junit_xml
    from fourfold.reports.test_report import report_markdown

    if requirement is not None and baseline is None:
        raise InvalidArgumentError(
            "baseline", "--require needs --baseline: the version to be held against."
        )
    if workers and batch:
        raise click.UsageError("--workers and --batch are two ways to make a call: name one.")
    options = MatrixOptions(
        models=models or (),
        repeat=repeat,
        until=until,
        budget_usd=budget,
        max_calls=max_calls,
        seed=seed,
    )
    if folder is None and config is not None:
        folder = find_folder(config.absolute().parent) or config.absolute().parent
    with open_project(folder, may_be_empty=config is not None) as project:
        prompts = None if config is None else configured_prompts(project, config)
        tests = None if prompts is None else prompts.tests
        files = tested_steps(project, steps) if prompts is None else among(project, prompts, steps)
        against = standing(project, baseline)
        if changed:
            since = against if isinstance(against, Revision) else None
            files = changed_steps(project, files, tests, since)
        asked = Asked(
            versions if versions == "all" else distinct(versions),
            against,
            options,
            requirement,
            fail_under,
            named=bool(steps),
            tests=tests,
            workers=workers,
            batch=batch,
        )
        done = stopping.run(run_tests(project, files, asked, as_json))
        if junit is not None:
            _write(junit, junit_xml(done.reports))
        if markdown is not None:
            _write(markdown, "\n".join(map(report_markdown, done.reports)))
        if as_json:
            from fourfold.app.answers.tests import TestReport, TestReports

            print_answer(TestReports(reports=[TestReport.of(one) for one in done.reports]))
    if prompts is not None and prompts.problems:
        done.finding = worst([done.finding, "not had"])
    if code := _EXIT_CODES.get(done.finding):
        raise click.exceptions.Exit(code)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror}.") from None
