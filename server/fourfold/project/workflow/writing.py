"""Writing the files of a step's response into the workspace, after the user has seen a diff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from fourfold.errors import FourfoldError
from fourfold.workflow.configuration import default_step

if TYPE_CHECKING:
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run
    from fourfold.workflow.steps.files import FileChange

Change = Literal["created", "changed", "unchanged"]


class FilePlan(NamedTuple):
    """What writing the files of a `run` below `folder` would change."""

    run: Run
    folder: str
    changes: list[FileChange]

    @property
    def pending(self) -> int:
        """How many files would not stay as they are."""
        return sum(change_of(change) != "unchanged" for change in self.changes)


def plan_files(project: Project, file: StepFile, run_id: str | None = None) -> FilePlan:
    """The plan for a run of the step, or for the result that it has.

    FourfoldError where there are no files, workflow.yaml names no folder for them, or what is
    there cannot be replaced.
    """
    from fourfold.workflow.steps.files import plan, target_folder

    config = project.workflow().step(file.step) or default_step(file.step)
    folder = config.response.folder
    if folder is None:
        raise FourfoldError(
            f"Nobody has said where the files of {file.step} may be written: add a folder to its "
            "response in workflow.yaml, as in {kind: code, folder: src}."
        )
    run = _run(project, file.step, run_id)
    value = run.processed()
    files = value.get("files") if isinstance(value, dict) else None
    if not files:
        raise FourfoldError(f"The response of {file.step} holds no files; run it again.")
    return FilePlan(run, folder, plan(files, target_folder(project.folder, folder)))


def change_of(change: FileChange) -> Change:
    """What writing does to a file."""
    if change.before is None:
        return "created"
    return "unchanged" if change.before == change.after else "changed"


def _run(project: Project, step: str, run_id: str | None) -> Run:
    from fourfold.project.workflow.snapshot import read_snapshot

    if run_id is None:
        state = read_snapshot(project).states.get(step)
        run_id = state.output.run if state and state.output else None
    run = project.store.find_run(run_id) if run_id else None
    if run is None or run.step != step or run.status != "succeeded":
        raise FourfoldError(f"{step} has no response whose files could be written; run it first.")
    return run
