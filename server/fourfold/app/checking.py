"""Everything that is wrong in a workspace folder: its prompts, its workflow.yaml, its settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfold.app import model_warnings
from fourfold.app.testing.files import configurations, tests_files
from fourfold.llm.user_models import model_warnings as models_of_settings
from fourfold.project.prompt_names import shared_names
from fourfold.settings import WORKSPACE_FILE, check_settings, user_file
from fourfold.source.problem import START, Position, Problem, Range
from fourfold.versions.prompt_files import UnreadablePromptError, read_prompt
from fourfold.workflow.checking import check_workflow
from fourfold.workflow.file.configuration import parse
from fourfold.workflow.templates import parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.source.problem import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of the file at `path`, which may lie outside the folder (the user's config.toml),
    or not be there (a setting's file that is missing)."""

    path: Path
    problem: Problem

    @property
    def counts(self) -> bool:
        """Whether something is wrong; a mere information tells of what is as it may be."""
        return self.problem.severity != "information"


async def check_folder(
    project: Project, registry: LLMIntegrationRegistry, only: Sequence[StepFile] | None = None
) -> list[Finding]:
    """What is wrong in the folder, or in `only` these prompts, by files and their lines. Nobody is
    asked over the network."""
    import asyncio

    await registry.recall_models()
    return await asyncio.to_thread(_all, project, registry, only)


def _all(
    project: Project, registry: LLMIntegrationRegistry, only: Sequence[StepFile] | None
) -> list[Finding]:
    found: list[Finding] = []
    files = project.all_steps() if only is None else only
    for file in files:
        found += _sorted(_prompt(project, registry, file))
    if only is None:
        found += _sorted(_configurations(project, files))
        found += _sorted(workflow_findings(project, registry))
        found += _sorted(_settings(project, registry))
        found += _left_out(project)
    return found


def _prompt(
    project: Project, registry: LLMIntegrationRegistry, file: StepFile
) -> Iterator[Finding]:
    try:
        template = parsed(read_prompt(file.path, project.folder), file.format)
    except FileNotFoundError:
        yield _about_file(file.path, f"{file.path} is deleted.", "error", "unreadable")
        return
    except UnreadablePromptError as error:
        yield _about_file(file.path, str(error), "error", "unreadable")
        return
    for sentence in shared_names(project.steps, file):
        yield _about_file(file.path, sentence, "warning", "same-id")
    for problem in (*template.problems, *model_warnings.in_prompt(registry, template.model)):
        yield Finding(file.path, problem)
    if tests_files(file):
        from fourfold.app.testing.checked import check_tests

        for path, problem in check_tests(project, file, template):
            yield Finding(path, problem)


def _configurations(project: Project, files: Iterable[StepFile]) -> Iterator[Finding]:
    if paths := configurations(project.folder, files):
        from fourfold.app.testing.checked_config import check_configs

        for path, problem in check_configs(project, paths):
            yield Finding(path, problem)


def workflow_findings(
    project: Project, registry: LLMIntegrationRegistry | None = None
) -> Iterator[Finding]:
    """What is wrong with workflow.yaml, if there is one; of its models with a `registry`."""
    path = project.workflow_file
    try:
        config = parse(read_prompt(path, project.folder))
    except FileNotFoundError:
        return
    except UnreadablePromptError as error:
        yield _about_file(path, str(error), "error", "unreadable")
        return
    problems = check_workflow(project, config, project.prompt_inputs.all())
    models = model_warnings.in_workflow(registry, config) if registry else []
    for problem in (*problems, *models):
        yield Finding(path, problem)


def _settings(project: Project, registry: LLMIntegrationRegistry) -> Iterator[Finding]:
    own, workspace = user_file(), project.folder / WORKSPACE_FILE
    for path, problems in check_settings(project.folder).items():
        for name, sentence in problems:
            severity: Severity = "error" if name is None else "warning"
            where = START if name is None else _line_of(path, name)
            yield Finding(path, Problem(where, sentence, severity, "setting", name))
    for sentence in registry.broken.values():
        yield _about_file(own, sentence, "error", "model")
    for sentence in project.steps.problems():
        at = workspace if _has(workspace, "folders") else own
        yield Finding(at, Problem(_line_of(at, "folders"), sentence, "warning", "folder"))
    for sentence in models_of_settings(project.settings, registry):
        at = workspace if _has(workspace, "model") else own
        yield Finding(at, Problem(_line_of(at, "model"), sentence, "warning", "model"))


def _left_out(project: Project) -> Iterator[Finding]:
    for place, reason in project.steps.overview().left_out:
        message = f"Fourfold keeps no versions of this file, since {reason}."
        yield _about_file(project.folder / place, message, "information", "no-prompt")


def _about_file(path: Path, message: str, severity: Severity, code: str) -> Finding:
    return Finding(path, Problem(START, message, severity, code))


def _sorted(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(
        findings,
        key=lambda it: (str(it.path), it.problem.range.start, it.problem.range.end),
    )


def _has(path: Path, setting: str) -> bool:
    return _line_of(path, setting) is not START


def _line_of(path: Path, setting: str) -> Range:
    """Where a settings file names a setting; its start where that is not found."""
    name = re.compile(rf"""\s*\[?["']?({re.escape(setting)})["']?\s*[=.\]]""")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return START
    for number, line in enumerate(lines):
        if (found := name.match(line)) is not None:
            return Range(Position(number, found.start(1)), Position(number, found.end(1)))
    return START
