"""list, show, use and save: the versions of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from fourfold.app.saving import save_version
from fourfold.app.steps_now import pushed_out
from fourfold.app.switching import use_version
from fourfold.app.testing.standing import rates, read_standings
from fourfold.cli.folder import open_project, step_now, take_in
from fourfold.cli.left_out import tell_left_out
from fourfold.cli.output import note, print_answer, print_markdown, print_table, print_text, say
from fourfold.cli.parameters import (
    STEP,
    VERSION,
    completed,
    folder_option,
    json_option,
    step_argument,
)
from fourfold.errors import InvalidArgumentError
from fourfold.project.naming import step_file
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import Run, StepHistory
    from fourfold.versions.change import Change


@click.command("list")
@click.argument("step", type=STEP, required=False)
@folder_option
@json_option("VersionList", "StepVersions")
def list_steps(step: str | None, folder: Path | None, as_json: bool) -> None:
    """List all steps, or the versions of STEP."""
    with open_project(folder, looks=step is None) as project:
        if step is not None:
            file, history = step_now(project, step)
            if as_json:
                print_versions(project, file, history)
            else:
                _print_versions(history, rates(read_standings(project, file)))
            return
        files = project.all_steps()
        take_in(project, files)
        known = [(file, project.store.history(file.step)) for file in files]
        histories = [(file, history) for file, history in known if history is not None]
        if as_json:
            _print_all(project, histories)
        elif histories:
            _print_steps(project, histories)
        else:
            home = project.steps.home
            note(f"There are no prompts yet: put one into {home}, such as requirement.md.")
        tell_left_out(project)


@click.command()
@click.argument("step", type=STEP, shell_complete=completed("steps_or_runs"))
@click.argument("version", type=VERSION, required=False)
@folder_option
@json_option("VersionWithText", "WholeRun")
def show(step: str, version: int | None, folder: Path | None, as_json: bool) -> None:
    """Print the text of a version, the current one without VERSION.

    The id of a run, as `fourfold log` lists it, may stand in place of STEP: what
    was sent then, what came back, and what became of it.
    """
    from fourfold.app.kept_runs import run_named

    with open_project(folder) as project:
        if (run := run_named(project, step)) is not None:
            _show_run(project, run, version, as_json)
            return
        file, history = step_now(project, step)
        kept = history.version(version or history.current)
        if as_json:
            from fourfold.app.answers.versions import VersionWithText

            standings = read_standings(project, file)
            print_answer(
                VersionWithText.of(
                    kept, history, file.suffix, project.uri_of, standings, text=kept.text
                )
            )
        else:
            print_text(kept.text)


@click.command()
@step_argument
@click.argument("version", type=VERSION)
@folder_option
@json_option("VersionList")
def use(step: str, version: int, folder: Path | None, as_json: bool) -> None:
    """Make VERSION the current one: the prompt file gets its text.

    Text in the file that no version holds is never overwritten.
    """
    with open_project(folder) as project:
        file, _ = step_now(project, step, refuses=True)
        use_version(project, file, version)
        history = project.history(file)
        if as_json:
            print_versions(project, file, history)
        else:
            say(f"v{version} of {file.step} is current, and {file.path.name} has its text.")


@click.command()
@step_argument
@folder_option
@json_option("VersionList")
def save(step: str, folder: Path | None, as_json: bool) -> None:
    """Keep the prompt file's text as a version now.

    For folders where saving alone does not (versionOnSave = "never").
    """
    with open_project(folder) as project:
        file = step_file(project, step)
        saved = save_version(project, file)
        if as_json:
            print_versions(project, file, saved.history)
        else:
            say(_saved(saved.change))


def _show_run(project: Project, run: Run, version: int | None, as_json: bool) -> None:
    from fourfold.app.answers.runs import WholeRun
    from fourfold.app.contents import document_text
    from fourfold.project.documents import Document

    if version is not None:
        raise InvalidArgumentError(
            "version", f"{run.id} is a run of {run.label}, which has no versions: leave it out."
        )
    if as_json:
        scores = project.store.scores(run.id)
        ratings = project.store.ratings(run.id)
        print_answer(WholeRun.whole(run, scores, ratings, project.uri_of))
    else:
        document = Document("run", run.step, run=run.id)
        print_markdown(document_text(project, document, lambda _: None, project.uri_of))


def print_versions(project: Project, file: StepFile, history: StepHistory) -> None:
    """VersionList as JSON, with the URIs that an editor of this folder would get."""
    from fourfold.app.answers.versions import VersionList

    print_answer(VersionList.of(history, file, project.uri_of, read_standings(project, file)))


def _print_all(project: Project, histories: list[tuple[StepFile, StepHistory]]) -> None:
    from fourfold.app.answers.versions import StepVersions, VersionList

    listed = [
        VersionList.of(history, file, project.uri_of, read_standings(project, file))
        for file, history in histories
    ]
    print_answer(StepVersions(steps=listed))


def _saved(change: Change) -> str:
    label = f"v{change.after} of {change.step}"
    if change.pushed_out is not None:
        return f"{label} is new and current; {pushed_out(change.step, change.pushed_out)}."
    if change.kind in ("seeded", "added"):
        return f"{label} is new and current."
    now = " now" if change.kind == "switched" else ""
    return f"{label} has this text already, and is current{now}."


def _print_steps(project: Project, histories: list[tuple[StepFile, StepHistory]]) -> None:
    from fourfold.runs.outcome import outcome

    rows = []
    for file, history in histories:
        current = history.current_version
        rows.append(
            [
                history.step,
                current.label,
                _kept(history),
                figures.local_time(current.created),
                outcome(current.last_run) if current.last_run else figures.NOTHING,
                rates(read_standings(project, file)).get(current.hash, ""),
            ]
        )
    header = ["Step", "Current", "Kept", "Saved", "Last result", "Tests"]
    if not any(row[-1] for row in rows):
        header, rows = header[:-1], [row[:-1] for row in rows]
    print_table(header, rows, ["<"] * len(header), spare=["Saved"])


def _print_versions(history: StepHistory, tests: Mapping[str, str]) -> None:
    from fourfold.reports.history import history_cells

    header = ["Version", "", "Saved", "Cause", "Words", "Lines", "Runs", "Last result"]
    aligned: list[Literal["<", ">"]] = ["<", "<", "<", "<", ">", ">", ">", "<"]
    rows = history_cells(history)
    if tests:
        header, aligned = [*header, "Tests"], [*aligned, "<"]
        for row, version in zip(rows, history.versions, strict=True):
            row.append(tests.get(version.hash, figures.NOTHING))
    print_table(header, rows, aligned, spare=["Words", "Cause"])


def _kept(history: StepHistory) -> str:
    return figures.versions(version.number for version in history.versions)
