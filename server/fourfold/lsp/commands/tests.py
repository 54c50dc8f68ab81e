"""Commands about the tests of a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.app.answers.files import Opened
from fourfold.app.answers.tests import ListedTests, SavedTest, StartedTests, TestReport
from fourfold.app.testing.choosing import named, placed_tests, tests_named
from fourfold.app.testing.configured import configured_prompts
from fourfold.app.testing.kept_report import kept_report
from fourfold.app.testing.options import MatrixOptions
from fourfold.errors import InvalidArgumentError
from fourfold.lsp.commands.saving_tests import add_test, make_test, uri_of
from fourfold.lsp.commands.seen import seen_tests, seen_version, version_to_run
from fourfold.lsp.commands.targets import step_named, target_of
from fourfold.lsp.commands.test_places import listed
from fourfold.lsp.open.config_file import OpenConfigFile
from fourfold.lsp.uris import ConfigFile
from fourfold.project.documents import Document
from fourfold.prompts.step_ids import no_step

if TYPE_CHECKING:
    from fourfold.app.answers.tests import ListedTest
    from fourfold.app.commands.tests import (
        ListTests,
        RunTests,
        SaveTest,
        ShowTestReport,
        TestReportCommand,
    )
    from fourfold.app.testing.tests import FoundTests
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile


async def list_tests(ls: FourfoldServer, asked: ListTests) -> ListedTests:
    folder, file, _ = await target_of(ls, asked.uri)
    encoding = ls.workspace.position_encoding or "utf-16"

    def read(project: Project, file: StepFile) -> list[ListedTest]:
        return listed(placed_tests(project, file), encoding)

    return ListedTests(tests=await folder.ask(read, file))


async def run_tests(ls: FourfoldServer, asked: RunTests) -> StartedTests:
    """Answers with the matrix, which goes on with progress."""
    folder, file, found = await _chosen(ls, asked)
    await ls.settings_settled()
    history, shown = await version_to_run(ls, folder, file, await folder.history(file))
    chosen = asked.versions or "all"
    versions = [shown] if chosen == "current" else history.chosen(chosen)
    matrix = await folder.tests.start(file, versions, MatrixOptions.asked(asked), found)
    return StartedTests(
        id=matrix.id, planned=matrix.most_calls, estimate_usd=await matrix.estimate_usd()
    )


async def _chosen(ls: FourfoldServer, asked: RunTests) -> tuple[Folder, StepFile, FoundTests]:
    """The prompt and its tests, as the user sees them, saved or not. What stands in a configuration
    becomes a version of its prompt."""
    found = await ls.uris.what(asked.uri)
    if not isinstance(found, OpenConfigFile | ConfigFile):
        folder, file, _ = await target_of(ls, asked.uri)
        tests = await folder.ask(tests_named, file, asked.tests, seen_tests(ls, file))
        return folder, file, tests
    folder, step = found.folder, step_named(asked.uri)
    prompts = await folder.ask(configured_prompts, found.path, ls.open.config_text(found.path))
    for problem in prompts.problems:
        ls.client.tell(problem, error=True)
    known = {file.step: file for file in prompts.files}
    if step not in known:
        raise InvalidArgumentError("uri", no_step(step, list(known)))
    return folder, known[step], named(prompts.tests, asked.tests)


async def save_test(ls: FourfoldServer, asked: SaveTest) -> SavedTest:
    """Answers at once; the edit follows."""
    folder, file, document = await target_of(ls, asked.uri)
    run_id = asked.run or (document.run if document and document.kind in ("run", "answer") else "")
    if not run_id:
        seen = seen_version(ls, file, await folder.history(file))
        if seen.last_run is None:
            raise InvalidArgumentError(
                "run", f"{seen.label} of {file.step} has not been run yet; run it."
            )
        run_id = seen.last_run.id
    test = await make_test(ls, folder, file, run_id)
    ls.spawn(add_test(ls, test))
    return SavedTest(name=test.name, uri=uri_of(ls, test))


async def test_report(ls: FourfoldServer, asked: TestReportCommand) -> TestReport:
    folder, file, _ = await target_of(ls, asked.uri)
    return TestReport.of(await folder.ask(kept_report, file.step, asked.id))


async def show_test_report(ls: FourfoldServer, asked: ShowTestReport) -> Opened:
    """Opens the report's document, which follows what comes back."""
    folder, file, _ = await target_of(ls, asked.uri)
    report = await folder.ask(kept_report, file.step, asked.id)
    document = Document("test-report", file.step, run=report.id)
    return Opened(uri=await folder.views.open(document))
