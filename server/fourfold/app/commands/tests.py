"""Commands about the tests of a prompt."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from fourfold.app.answers.files import Opened
from fourfold.app.answers.tests import ListedTests, SavedTest, StartedTests, TestReport
from fourfold.app.described import Command, PromptUri, Text, VersionNumbers, each_once
from fourfold.app.repeats import MOST_TEST_REPEATS

Names = Annotated[list[str], Meta(min_length=1, title="a list of names")]
Amount = Annotated[int, Meta(ge=1, title="a whole number from 1")]
Until = Literal["done", "certain"]
Seed = Annotated[int, Meta(ge=0, title="a whole number from 0")]
TestRepeats = Annotated[
    int, Meta(ge=1, le=MOST_TEST_REPEATS, title=f"a whole number from 1 to {MOST_TEST_REPEATS}")
]


class ListTests(Command):
    """The tests in the files beside the prompt, or in the prompt itself; none where there are
    none."""

    answer: ClassVar[Any] = ListedTests
    uri: PromptUri


class RunTests(Command):
    """Runs versions on the tests, at once: it goes on with progress that can be cancelled, keeps
    what is done, and says in the end which version is better. Without `versions`: all that are
    kept; `current` is the one that the user sees, as for `runStep`. Without `tests`: all. `until`
    certain stops at a winner or at equality. `budgetUsd` and `maxCalls` are not passed. What was
    answered before is taken over."""

    answer: ClassVar[Any] = StartedTests
    uri: PromptUri
    tests: Names | None = None
    versions: VersionNumbers | Literal["all", "current"] | None = None
    models: Names | None = None
    repeat: TestRepeats | None = None
    until: Until = "done"
    budget_usd: Annotated[float, Meta(gt=0, title="a number of dollars above 0")] | None = None
    max_calls: Amount | None = None
    seed: Seed | None = None

    def __post_init__(self) -> None:
        each_once("versions", self.versions)


class SaveTest(Command):
    """Adds a test with the inputs of a run to the tests file beside the prompt, which is made where
    there is none, as an edit that the user can undo, and opens it. The test asserts nothing yet.
    Without `run`: of the last run of the version that the user sees."""

    answer: ClassVar[Any] = SavedTest
    uri: PromptUri
    run: Text | None = None


class TestReportCommand(Command):
    """The report of the last matrix, or of that with `id`; of one that goes on as far as it has
    come."""

    __test__ = False  # pytest's business is another one

    answer: ClassVar[Any] = TestReport
    uri: PromptUri
    id: Text | None = None


class ShowTestReport(Command):
    """Opens the document of a report, which follows a matrix that goes on."""

    answer: ClassVar[Any] = Opened
    uri: PromptUri
    id: Text | None = None
