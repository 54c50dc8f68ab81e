"""Problems of open prompts and of workflow.yaml, published once the user has stopped typing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.buffers import Buffer
from fourfold.lsp.convert import FIRST_LINE, diagnostic
from fourfold.project.prompt_names import shared_names
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from pygls.workspace import TextDocument

    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.lsp.server import FourfoldServer
    from fourfold.lsp.workflow_file import WorkflowFile

PAUSE_SECONDS = 0.3


def check_soon(ls: FourfoldServer, buffer: Buffer | WorkflowFile) -> None:
    """Looks at the prompt or the workflow once it has been left alone for a moment."""
    if buffer.check is not None:
        buffer.check.cancel()
    loop = asyncio.get_running_loop()
    buffer.check = loop.call_later(PAUSE_SECONDS, lambda: ls.spawn(_check(ls, buffer)))


async def _check(ls: FourfoldServer, buffer: Buffer | WorkflowFile) -> None:
    await ls.first_lens_answered()
    if isinstance(buffer, Buffer):
        await _check_prompt(ls, buffer)
    elif ls.workflow_files.get(buffer.uri) is buffer:
        from fourfold.app import model_warnings

        version = buffer.document.version
        problems = [
            *await buffer.problems(),
            *model_warnings.in_workflow(_registry(ls, buffer), await buffer.config()),
        ]
        if ls.workflow_files.get(buffer.uri) is buffer and buffer.document.version == version:
            found = [diagnostic(buffer.document, problem) for problem in problems]
            _publish(ls, buffer.uri, found, version)


async def _check_prompt(ls: FourfoldServer, buffer: Buffer) -> None:
    from fourfold.app import model_warnings

    if ls.buffers.of_uri(buffer.uri) is not buffer:
        return
    version = buffer.document.version
    template = await buffer.template()
    models = model_warnings.in_prompt(_registry(ls, buffer), template.model)
    found = [diagnostic(buffer.document, one) for one in (*template.problems, *models)]
    if (reason := buffer.folder.unreadable.get(buffer.file.step)) is not None:
        found.insert(0, _about_file(reason, types.DiagnosticSeverity.Warning))
    found += await asyncio.to_thread(_about_rivals, buffer)
    if buffer.document.version == version:
        _publish(ls, buffer.uri, found, version)


def _about_rivals(buffer: Buffer) -> list[types.Diagnostic]:
    """Names the files that would have the same id."""
    found = shared_names(buffer.folder.project.steps, buffer.file)
    return [_about_file(one, types.DiagnosticSeverity.Warning) for one in found]


def _registry(ls: FourfoldServer, buffer: Buffer | WorkflowFile) -> LLMIntegrationRegistry:
    return ls.registry(buffer.folder.project.settings)


def explain_no_step(ls: FourfoldServer, uri: str, document: TextDocument) -> None:
    """Says of a file that looks like a prompt and is none why it has no versions."""
    if (reason := ls.why_no_step(uri, told=True)) is not None:
        message = f"Fourfold keeps no versions of this file, since {reason}."
        found = [_about_file(message, types.DiagnosticSeverity.Information)]
        _publish(ls, uri, found, document.version)


def clear(ls: FourfoldServer, uri: str) -> None:
    _publish(ls, uri, [], None)


def _about_file(message: str, severity: types.DiagnosticSeverity) -> types.Diagnostic:
    return types.Diagnostic(FIRST_LINE, one_line(message), severity=severity, source="fourfold")


def _publish(
    ls: FourfoldServer, uri: str, found: list[types.Diagnostic], version: int | None
) -> None:
    told = version if ls.client.versions_diagnostics else None
    ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, told))
