"""What a shell offers for the word that is being typed. A completion that fails is none."""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from click.shell_completion import CompletionItem

from fourfold.cli.folder import project_in
from fourfold.project.naming import step_file
from fourfold.runs.outcome import outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import click

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.store.records import StepHistory

MOST_RUNS = 20

_PLAIN = re.compile(r"[\w+@%.:,/-]+")
"""A name that every shell takes as it is: it puts a completed word into the line unquoted."""


def steps(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """The ids of steps, else files."""
    with suppress(Exception), _project(ctx) as project:
        names = [file.step for file in project.steps.all()]
        return _fitting(names, incomplete) or [CompletionItem(incomplete, "file")]
    return []


def steps_or_runs(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """The ids of runs that fit what is typed, else as `steps`."""
    return (runs(ctx, incomplete) if incomplete else []) or steps(ctx, incomplete)


def versions(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """Those that the step has, of several the last one."""
    before, comma, last = incomplete.rpartition(",")
    with suppress(Exception), _project(ctx) as project:
        kept = _history(project, _named(project, ctx)).versions
        return _fitting([one.label for one in kept], last, before + comma)
    return []


def models(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """The names that are configured, of several the last one."""
    from fourfold.llm.user_models import make_registry

    before, comma, last = incomplete.rpartition(",")
    with suppress(Exception), _project(ctx) as project:
        found = make_registry(project.settings).models()
        return _fitting([one.name.removesuffix("…") for one in found], last, before + comma)
    return []


def inputs(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """NAME= of the step's inputs, where no step is named those of all."""
    from fourfold.workflow.templates import parsed

    with suppress(Exception), _project(ctx) as project:
        files = [_named(project, ctx)] if _step(ctx) else project.steps.all()
        texts = [(file, project.text_now(file) or "") for file in files]
        found = [parsed(text, file.format).variables for file, text in texts]
        return _fitting(dict.fromkeys(f"{it.name}=" for them in found for it in them), incomplete)
    return []


def runs(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """The ids of the newest runs, with what each was."""
    with suppress(Exception), _project(ctx) as project:
        found = project.store.run_log(None, MOST_RUNS) if project.is_used else []
        return [
            CompletionItem(run.id, help=f"{run.step} {run.label} {outcome(run)}")
            for run in found
            if run.id.startswith(incomplete)
        ]
    return []


def workflow_runs(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """The ids of the newest runs of the workflow, with how each ended."""
    with suppress(Exception), _project(ctx) as project:
        found = project.store.workflow_runs(MOST_RUNS) if project.is_used else []
        return [
            CompletionItem(run.id, help=run.status)
            for run in found
            if run.id.startswith(incomplete)
        ]
    return []


@contextmanager
def _project(ctx: click.Context) -> Iterator[Project]:
    project = project_in(ctx.params.get("folder"))
    try:
        yield project
    finally:
        project.close()


def _step(ctx: click.Context) -> Any:
    # Where an option is being completed, click has not told the arguments apart yet.
    return ctx.params.get("step") or next(iter(ctx.args), None)


def _named(project: Project, ctx: click.Context) -> StepFile:
    return step_file(project, _step(ctx))


def _history(project: Project, file: StepFile) -> StepHistory:
    found = project.store.history(file.step) if project.is_used else None
    if found is None:
        raise LookupError(file.step)
    return found


def _fitting(names: Iterable[str], incomplete: str, before: str = "") -> list[CompletionItem]:
    return [
        CompletionItem(before + name)
        for name in names
        if name.startswith(incomplete) and _PLAIN.fullmatch(name.removesuffix("="))
    ]
