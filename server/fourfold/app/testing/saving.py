"""The inputs of a run as a test of its prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fourfold.app.testing.files import new_tests_file, tests_files
from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.evals.test_files.adding import Insertion, NewTest, insertion
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile


class AddedTest(NamedTuple):
    """A test that is to be put into the file at `path`, whose text is `before`, None where it is
    still to be made."""

    name: str
    path: Path
    before: str | None
    insertion: Insertion

    @property
    def after(self) -> str:
        """The text with the test in it."""
        before, at = self.before or "", self.insertion.offset
        return f"{before[:at]}{self.insertion.text}{before[at:]}"


def place_of_tests(file: StepFile) -> Path:
    """Where a test of a prompt is added: the tests file beside it, there or not."""
    beside = (one for one in tests_files(file) if one.parent == file.path.parent)
    return next((one for one in beside if one != file.path), new_tests_file(file))


def test_of_run(
    project: Project, file: StepFile, run_id: str, opened: Callable[[Path], str | None]
) -> AddedTest:
    """A test with the inputs of a run. `opened` has the text of a file that an editor has open.

    FourfoldError where the run has none, or the tests file cannot take them.
    """
    run = project.store.find_run(run_id)
    if run is None or run.step != file.step:
        raise InvalidArgumentError("run", f"{file.step} has no run {run_id}.")
    if not run.inputs:
        raise InvalidArgumentError(
            "run",
            f"{run.label} of {file.step} had no inputs, so there is no test in it.",
        )
    by = "" if run.author is None else f" by {run.author}"
    name = f"as {run.label} was run{by}, {figures.local_time(run.started)}"
    path = place_of_tests(file)
    before = opened(path)
    if before is None and path.exists():
        before = _text(path)
    test = NewTest(name, run.inputs)
    return AddedTest(name, path, before, insertion(path.name, before or "", test))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeError):
        raise FourfoldError(f"{path.name} is no UTF-8 text: save it as UTF-8.") from None
