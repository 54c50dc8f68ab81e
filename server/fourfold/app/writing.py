"""Writing the files of a step's response into the workspace, after the user has seen a diff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from fourfold.errors import FourfoldError
from fourfold.text.visible import visible
from fourfold.workflow.file.configuration import default_step

if TYPE_CHECKING:
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.steps.writing import FileChange
    from fourfold.store.records import Run

Change = Literal["created", "changed", "unchanged"]


class FilePlan(NamedTuple):
    """What writing the files of a `run` below `folder` would change.

    `warnings` says of the files that tools run or obey, by their paths, why each of them is asked
    about alone, and written only after a yes of its own.
    """

    run: Run
    folder: str
    changes: list[FileChange]
    warnings: dict[str, str]

    @property
    def pending(self) -> list[FileChange]:
        """The ordinary files that would not stay as they are."""
        return [one for one in self._pending if one.path not in self.warnings]

    @property
    def pending_alone(self) -> list[FileChange]:
        """Those that are asked about one by one."""
        return [one for one in self._pending if one.path in self.warnings]

    @property
    def _pending(self) -> list[FileChange]:
        return [change for change in self.changes if change_of(change) != "unchanged"]

    def place(self, change: FileChange) -> str:
        """A file's path below the workspace, as it is shown."""
        return f"{self.folder.rstrip('/')}/{change.path}"

    def question(self, change: FileChange) -> str:
        """What is asked about a file that is asked about alone."""
        place = visible(self.place(change))
        return f"⚠ Write {place} too? Look at it first: {self.warnings[change.path]}."


def plan_files(project: Project, file: StepFile, run_id: str | None = None) -> FilePlan:
    """The plan for a run of the step, or for the result that it has.

    FourfoldError where there are no files, workflow.yaml names no folder for them, or what is
    there cannot be replaced.
    """
    from fourfold.steps.writing import plan, target_folder

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
    changes = plan(files, target_folder(project.folder, folder))
    warnings = {one.path: why for one in changes if (why := _why_alone(project, one)) is not None}
    return FilePlan(run, folder, changes, warnings)


def _why_alone(project: Project, change: FileChange) -> str | None:
    from fourfold.steps.writing import why_asked_alone

    if (why := why_asked_alone(change, project.folder)) is not None:
        return why
    place = (change.folder / change.path).relative_to(project.folder.resolve())
    is_prompt = project.steps.why_no_prompt(project.folder / place) is None
    return "it becomes a prompt" if is_prompt else None


def change_of(change: FileChange) -> Change:
    """What writing does to a file."""
    if change.before is None:
        return "created"
    return "unchanged" if change.before == change.after else "changed"


def _run(project: Project, step: str, run_id: str | None) -> Run:
    from fourfold.workflow.snapshot import read_snapshot

    if run_id is None:
        state = read_snapshot(project).states.get(step)
        run_id = state.output.run if state and state.output else None
    run = project.store.find_run(run_id) if run_id else None
    if run is None or run.step != step or run.status != "succeeded":
        raise FourfoldError(f"{step} has no response whose files could be written; run it first.")
    return run
