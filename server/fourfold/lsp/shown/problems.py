"""What is wrong with an open document, as diagnostics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.convert import FIRST_LINE, diagnostic
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from fourfold.lsp.open.prompt import OpenPrompt
    from fourfold.lsp.open.tests_document import TestsDocument
    from fourfold.lsp.open.workflow_file import OpenWorkflowFile
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.prompts.template import PromptTemplate
    from fourfold.source.problem import Problem


async def in_workflow(ls: FourfoldServer, file: OpenWorkflowFile) -> list[types.Diagnostic]:
    from fourfold.app import model_warnings

    registry = ls.registry(file.folder.settings)
    problems = [
        *await file.problems(),
        *model_warnings.in_workflow(registry, await file.config()),
    ]
    return [diagnostic(file.document, problem) for problem in problems]


async def in_tests(file: TestsDocument) -> list[types.Diagnostic]:
    return [diagnostic(file.document, problem) for problem in await file.problems()]


async def in_prompt(ls: FourfoldServer, prompt: OpenPrompt) -> list[types.Diagnostic]:
    from fourfold.app import model_warnings

    template = await prompt.template()
    models = model_warnings.in_prompt(ls.registry(prompt.folder.settings), template.model)
    tested = await _about_tests(prompt, template)
    found = (*template.problems, *models, *tested)
    problems = [diagnostic(prompt.document, one) for one in found]
    unreadable = prompt.folder.why_unreadable(prompt.file.step)
    first = [] if unreadable is None else [_about_file(unreadable)]
    rivals = await prompt.folder.look(_shared_names, prompt.file)
    return [*first, *problems, *map(_about_file, rivals)]


async def _about_tests(prompt: OpenPrompt, template: PromptTemplate) -> list[Problem]:
    """What the prompt lacks for its tests, and what is wrong with those in the prompt itself."""
    history = prompt.folder.last_history(prompt.file.step)
    label = "This text"
    if history is not None:
        shown = prompt.shown(history)
        label = shown.label if shown.hash == prompt.hash else f"{shown.label} + unsaved"

    def check(project: Project) -> list[Problem]:
        from fourfold.app.testing.files import tests_files

        if not tests_files(prompt.file):
            return []
        from fourfold.app.testing.checked import check_prompt

        return check_prompt(project, prompt.file, prompt.text, template, history, label)

    return await prompt.folder.look(check)


async def of_no_prompt(ls: FourfoldServer, uri: str) -> list[types.Diagnostic]:
    """Why a file that looks like a prompt is none."""
    reason = await ls.uris.why_no_prompt(uri, told=True)
    if reason is None:
        return []
    message = f"Fourfold keeps no versions of this file, since {reason}."
    return [_about_file(message, types.DiagnosticSeverity.Information)]


def _shared_names(project: Project, file: StepFile) -> list[str]:
    from fourfold.project.prompt_names import shared_names

    return shared_names(project.steps, file)


def _about_file(
    message: str, severity: types.DiagnosticSeverity = types.DiagnosticSeverity.Warning
) -> types.Diagnostic:
    return types.Diagnostic(FIRST_LINE, one_line(message), severity=severity, source="fourfold")
