"""Tools that only look. They put nothing into a folder in which no prompt was ever used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from fourfold.app.answers.agents import ListedSteps
from fourfold.app.answers.comparisons import ComparisonWithFigures
from fourfold.app.answers.tests import TestReport
from fourfold.app.answers.versions import VersionWithText
from fourfold.app.contents import make_comparison
from fourfold.app.described import Command, Text, VersionNumber, VersionNumbers, each_once
from fourfold.app.listing import list_steps
from fourfold.app.steps_now import step_now
from fourfold.app.testing.kept_report import kept_report
from fourfold.app.testing.standing import read_standings
from fourfold.mcp.tools.tool import StepName, Tool

if TYPE_CHECKING:
    from fourfold.mcp.tools.tool import Call


class ListSteps(Command):
    """The prompts of the workspace folder: their names, kept versions, inputs, last results, and
    whether they have tests. Everything else is asked by these names."""

    answer: ClassVar[Any] = ListedSteps


class ReadVersion(Command):
    """A version of a prompt with its text; without `version` the current one. Use it before you
    write a better one."""

    answer: ClassVar[Any] = VersionWithText
    step: StepName
    version: VersionNumber | None = None


class Compare(Command):
    """Two to four versions against each other: what differs in prompts and in responses, with the
    figures of the runs that speak for them. Without `versions`: the current one against the one
    that it was made from. It says what differs; which is better, and whether that is proven, say
    run_tests and test_report."""

    answer: ClassVar[Any] = ComparisonWithFigures
    step: StepName
    versions: VersionNumbers | None = None

    def __post_init__(self) -> None:
        each_once("versions", self.versions)


class TestReportCommand(Command):
    """What the tests of a prompt came to: how often each version passes, and for each pair which is
    better and whether that is proven. Of the last run of the tests, or of that with `id`; no model
    is asked."""

    __test__ = False  # pytest's business is another one

    answer: ClassVar[Any] = TestReport
    step: StepName
    id: Text | None = None


async def _list_steps(call: Call, asked: ListSteps) -> ListedSteps:
    async with call.workspace.looking() as engine:
        return await engine.call(list_steps, engine.project, call.notes.append)


async def _read_version(call: Call, asked: ReadVersion) -> VersionWithText:
    async with call.workspace.looking() as engine:
        project = engine.project

        def read() -> VersionWithText:
            file, history = step_now(project, asked.step, call.notes.append)
            kept = history.version(asked.version or history.current)
            standings = read_standings(project, file)
            return VersionWithText.of(
                kept, history, file.suffix, project.uri_of, standings, text=kept.text
            )

        return await engine.call(read)


async def _compare(call: Call, asked: Compare) -> ComparisonWithFigures:
    async with call.workspace.looking() as engine:
        project = engine.project

        def compared() -> ComparisonWithFigures:
            file, history = step_now(project, asked.step, call.notes.append)
            found = make_comparison(project, history, asked.versions, engine.runner.live)
            return ComparisonWithFigures.figures(found, file.suffix, project.uri_of)

        return await engine.call(compared)


async def _test_report(call: Call, asked: TestReportCommand) -> TestReport:
    async with call.workspace.looking() as engine:
        project = engine.project

        def read() -> TestReport:
            file, _ = step_now(project, asked.step, call.notes.append)
            return TestReport.of(kept_report(project, file.step, asked.id))

        return await engine.call(read)


READING = [
    Tool(asked=ListSteps, do=_list_steps, title="List prompts", reads=True),
    Tool(asked=ReadVersion, do=_read_version, title="Read a version", reads=True),
    Tool(asked=Compare, do=_compare, title="Compare versions", reads=True),
    Tool(asked=TestReportCommand, do=_test_report, title="Show the verdict", reads=True),
]
