"""textDocument/codeAction: a twin of every lens, a choice for every version, and repairs."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.errors import FourfoldError
from fourfold.lsp.client import text_changes
from fourfold.lsp.convert import client_range
from fourfold.lsp.labels import label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fourfold.lsp.buffers import Buffer
    from fourfold.lsp.server import FourfoldServer
    from fourfold.lsp.workflow_file import WorkflowFile
    from fourfold.source.problem import Problem
    from fourfold.store.records import StepHistory

KIND = "refactor.fourfold"
WITHOUT_VALUE = ("missing-input", "undeclared-input")


def register(server: FourfoldServer) -> None:
    kinds = [types.CodeActionKind.QuickFix, KIND]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(kinds))
    async def code_action(
        ls: FourfoldServer, params: types.CodeActionParams
    ) -> list[types.CodeAction] | None:
        uri = params.text_document.uri
        if (workflow := ls.workflow_files.get(uri)) is not None and _wants(params, KIND):
            return await _workflow_menu(workflow, params.range.end.line)
        buffer = ls.buffers.of_uri(uri)
        if buffer is None:
            return None
        if params.context.trigger_kind is types.CodeActionTriggerKind.Automatic:
            await ls.first_lens_answered()
        actions: list[types.CodeAction] = []
        if _wants(params, types.CodeActionKind.QuickFix):
            template = await buffer.template()
            actions += _repairs(ls, buffer, template.problems, params)
        if _wants(params, KIND):
            with contextlib.suppress(FourfoldError):  # of which the lens tells
                history = await buffer.history()
                state = await buffer.folder.workflow.state(buffer.file.step)
                stale = state is not None and state.stale
                actions += _menu(ls, buffer, history, await _edits(ls, buffer, history), stale)
        return actions


def _wants(params: types.CodeActionParams, kind: str) -> bool:
    only = params.context.only
    return only is None or any(one in ("", kind) or kind.startswith(f"{one}.") for one in only)


async def _workflow_menu(file: WorkflowFile, line: int) -> list[types.CodeAction]:
    from fourfold.lsp.features.workflow_menu import entries_at, read_entries

    return [
        types.CodeAction(title, kind=KIND, command=command)
        for title, command in entries_at(await read_entries(file), line)
    ]


async def _edits(
    ls: FourfoldServer, buffer: Buffer, history: StepHistory
) -> list[types.CodeAction]:
    """Switching and undo: as commands, or else, where the server may not edit, as edits."""
    from fourfold.lsp.commands.versions import undoing
    from fourfold.lsp.features import menu

    shown = buffer.shown(history)
    others = [version for version in history.versions if version is not shown]
    titles = [menu.switch_title(one, on_save=not ls.client.saves_switches) for one in others]
    if ls.client.applies_edits:
        switches = [menu.switch_command(buffer, *one) for one in zip(others, titles, strict=True)]
        return [_run(command) for command in [*switches, menu.undo_command(buffer)]]
    texts = dict(zip(titles, (version.text for version in others), strict=True))
    with contextlib.suppress(FourfoldError):  # nothing can be undone
        texts[menu.UNDO_TITLE] = (await undoing(buffer.folder, buffer.file, history, buffer)).text
    return [
        types.CodeAction(title, kind=KIND, edit=ls.client.whole_change(buffer, text))
        for title, text in texts.items()
    ]


def _run(command: types.Command) -> types.CodeAction:
    return types.CodeAction(command.title, kind=KIND, command=command)


def _menu(
    ls: FourfoldServer,
    buffer: Buffer,
    history: StepHistory,
    edits: Sequence[types.CodeAction],
    stale: bool,
) -> Iterator[types.CodeAction]:
    """Everything that can be done with the prompt, version by version."""
    from fourfold.lsp.features import menu

    yield from map(_run, menu.lens_commands(buffer, history, stale=stale))
    yield from edits
    yield from map(_run, menu.other_commands(buffer, history))
    config = buffer.folder.project.workflow().step(buffer.file.step)
    if config is not None and config.response.folder is not None:
        yield _run(menu.write_command(buffer, config.response.folder))


def _repairs(
    ls: FourfoldServer,
    buffer: Buffer,
    problems: Sequence[Problem],
    params: types.CodeActionParams,
) -> Iterator[types.CodeAction]:
    """Edits that give a default to the inputs without a value that are used on these lines."""
    from fourfold.prompts.default_edit import default_edit

    lines = range(params.range.start.line, params.range.end.line + 1)
    for problem in problems:
        name, where = problem.subject, client_range(buffer.document, problem.range)
        if problem.code not in WITHOUT_VALUE or name is None or where.start.line not in lines:
            continue
        edit = default_edit(buffer.document.source, buffer.file.suffix, name)
        if edit is not None:
            told = [
                d for d in params.context.diagnostics if (d.code, d.range) == (problem.code, where)
            ]
            yield types.CodeAction(
                label(f"Give {name} a default"),
                kind=types.CodeActionKind.QuickFix,
                diagnostics=told,
                is_preferred=True,
                edit=text_changes(
                    buffer,
                    types.TextEdit(client_range(buffer.document, edit.range), edit.new_text),
                    versioned=ls.client.versions_edits,
                ),
            )
