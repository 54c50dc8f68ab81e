"""Which steps `fourfold test` is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fourfold.app.testing.files import tests_files
from fourfold.app.testing.revision import PREFIX, Revision, branching_point
from fourfold.app.testing.texts import NONE
from fourfold.cli.errors import Failure
from fourfold.cli.folder import step_id
from fourfold.cli.output import note
from fourfold.errors import InvalidArgumentError
from fourfold.project.naming import step_file
from fourfold.prompts.step_ids import no_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.app.testing.configured import ConfiguredPrompts
    from fourfold.app.testing.tests import FoundTests
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile


def tested_steps(project: Project, steps: Sequence[str]) -> list[StepFile]:
    """Those that are named, else all that have tests."""
    if steps:
        return list(dict.fromkeys(step_file(project, step) for step in steps))
    files = [file for file in project.all_steps() if tests_files(file)]
    if not files:
        raise Failure(
            "No prompt has tests: write some into a file beside it, such as "
            "requirement.tests.yaml beside requirement.md."
        )
    return files


def among(project: Project, prompts: ConfiguredPrompts, steps: Sequence[str]) -> list[StepFile]:
    """The prompts of a configuration, or those of them that are named."""
    for problem in prompts.problems:
        note(problem)
    wanted = [step_id(project, step) for step in steps]
    known = [file.step for file in prompts.files]
    for step in wanted:
        if step not in known:
            raise InvalidArgumentError("step", no_step(step, known))
    return [file for file in prompts.files if not wanted or file.step in wanted]


def standing(
    project: Project, baseline: int | str | None
) -> int | Revision | Literal["none"] | None:
    """What a baseline is, git:REF as its commit. Raises FourfoldError."""
    if baseline is None or isinstance(baseline, int):
        return baseline
    if baseline == NONE:
        return "none"
    return Revision.named(project.folder, baseline.removeprefix(PREFIX))


def changed_steps(
    project: Project, files: Sequence[StepFile], tests: FoundTests | None, since: Revision | None
) -> list[StepFile]:
    """Those whose prompt or tests are not as they were; says which are left out."""
    since = since or branching_point(project.folder)
    paths = {file: {file.path, *(tests.paths if tests else tests_files(file))} for file in files}
    differing = since.changed(set().union(*paths.values()))
    same = [file.step for file in files if not paths[file] & differing]
    if same:
        note(f"As at {since.name}, and so left out: {', '.join(same)}.")
    return [file for file in files if file.step not in same]
