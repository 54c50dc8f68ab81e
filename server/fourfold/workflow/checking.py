"""workflow.yaml held against the prompts and files of its workspace folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.versions.prompt_files import UnreadablePromptError, read_prompt
from fourfold.workflow.file.checks import blocking, check
from fourfold.workflow.file.checks_files import file_state
from fourfold.workflow.templates import parsed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.prompts.template import PromptTemplate, PromptTemplateVariable
    from fourfold.source.problem import Problem
    from fourfold.workflow.file.configuration import WorkflowConfig

    Inputs = tuple[PromptTemplateVariable, ...] | None


class PromptInputs:
    """The inputs of every prompt of a folder, each file read again once it has changed.

    Reads files, so it is called away from an event loop, from one thread at a time.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[Path, tuple[tuple[int, int], Inputs]] = {}

    def all(self, opened: Mapping[Path, PromptTemplate] | None = None) -> dict[str, Inputs]:
        """The inputs by step; None for a prompt that cannot be read.

        `opened` are prompts as an editor has them, which count in place of their files.
        """
        opened = opened or {}
        found: dict[str, Inputs] = {}
        known: dict[Path, tuple[tuple[int, int], Inputs]] = {}
        for file in self._project.steps.all():
            if (template := opened.get(file.path)) is not None:
                found[file.step] = _inputs(template)
            elif (entry := self._read(file)) is not None:
                known[file.path] = entry
                found[file.step] = entry[1]
        self._known = known
        return found

    def _read(self, file: StepFile) -> tuple[tuple[int, int], Inputs] | None:
        try:
            stat = file.path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            known = self._known.get(file.path)
            if known is not None and known[0] == stamp:
                return known
            text = read_prompt(file.path, self._project.folder)
        except FileNotFoundError:
            return None
        except (OSError, UnreadablePromptError):
            return (0, -1), None
        return stamp, _inputs(parsed(text, file.format))


def _inputs(template: PromptTemplate) -> Inputs:
    """None where the prompt is broken, so that its inputs are not all known."""
    if any(problem.severity == "error" for problem in template.problems):
        return None
    return template.variables


def check_workflow(
    project: Project, config: WorkflowConfig, inputs: Mapping[str, Inputs]
) -> tuple[Problem, ...]:
    """All problems of the folder's workflow.yaml; see `workflow.checks.check`."""
    types = None
    if any(step.type is not None for step in config.walk()):
        from fourfold.steps.types import step_classes

        types = step_classes()
    return check(config, inputs, lambda name: file_state(project.folder, name), types)


def what_breaks(project: Project) -> str | None:
    """Why the folder's workflow.yaml cannot be run, as a sentence; None where it can, or where
    there is none."""
    name = project.workflow_file.name
    try:
        read_prompt(project.workflow_file, project.folder)
    except FileNotFoundError:
        return None
    except UnreadablePromptError as error:
        return str(error)
    prompts = project.prompt_inputs.all()
    problems = blocking(check_workflow(project, project.workflow(), prompts))
    if not problems:
        return None
    first, *others = problems
    more = f" (and {len(others)} more)" if others else ""
    return f"{name} line {first.range.start.line + 1}: {first.message}{more}"
