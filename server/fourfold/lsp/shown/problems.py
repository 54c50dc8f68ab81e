"""What is wrong with an open document, as diagnostics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.convert import FIRST_LINE, diagnostic
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from fourfold.lsp.open.prompt import OpenPrompt
    from fourfold.lsp.open.workflow_file import OpenWorkflowFile
    from fourfold.lsp.server import FourfoldServer
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile


async def in_workflow(ls: FourfoldServer, file: OpenWorkflowFile) -> list[types.Diagnostic]:
    from fourfold.app import model_warnings

    registry = ls.registry(file.folder.settings)
    problems = [
        *await file.problems(),
        *model_warnings.in_workflow(registry, await file.config()),
    ]
    return [diagnostic(file.document, problem) for problem in problems]


async def in_prompt(ls: FourfoldServer, prompt: OpenPrompt) -> list[types.Diagnostic]:
    from fourfold.app import model_warnings

    template = await prompt.template()
    models = model_warnings.in_prompt(ls.registry(prompt.folder.settings), template.model)
    problems = [diagnostic(prompt.document, one) for one in (*template.problems, *models)]
    unreadable = prompt.folder.why_unreadable(prompt.file.step)
    first = [] if unreadable is None else [_about_file(unreadable)]
    rivals = await prompt.folder.look(_shared_names, prompt.file)
    return [*first, *problems, *map(_about_file, rivals)]


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
