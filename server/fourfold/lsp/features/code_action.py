"""textDocument/codeAction: a twin of every lens, a choice for every version, and repairs."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.errors import FourfoldError
from fourfold.lsp.client import text_changes
from fourfold.lsp.convert import client_range
from fourfold.lsp.labels import label
from fourfold.lsp.open.prompt import OpenPrompt
from fourfold.lsp.open.workflow_file import OpenWorkflowFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fourfold.lsp.server import FourfoldServer
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
        match ls.open.at(params.text_document.uri):
            case OpenPrompt() as prompt:
                return await _on_prompt(ls, prompt, params)
            case OpenWorkflowFile() as file if _wants(params, KIND):
                return await _workflow_menu(file, params.range.end.line)
        return None


async def _on_prompt(
    ls: FourfoldServer, prompt: OpenPrompt, params: types.CodeActionParams
) -> list[types.CodeAction]:
    if params.context.trigger_kind is types.CodeActionTriggerKind.Automatic:
        await ls.first_lens_answered()
    actions: list[types.CodeAction] = []
    if _wants(params, types.CodeActionKind.QuickFix):
        template = await prompt.template()
        actions += _repairs(ls, prompt, template.problems, params)
    if _wants(params, KIND):
        with contextlib.suppress(FourfoldError):  # of which the lens tells
            actions += await _menu(ls, prompt, await prompt.history())
    return actions


def _wants(params: types.CodeActionParams, kind: str) -> bool:
    only = params.context.only
    return only is None or any(one in ("", kind) or kind.startswith(f"{one}.") for one in only)


async def _workflow_menu(file: OpenWorkflowFile, line: int) -> list[types.CodeAction]:
    from fourfold.lsp.features.workflow_menu import entries_at, read_entries

    return [
        types.CodeAction(title, kind=KIND, command=command)
        for title, command in entries_at(await read_entries(file), line)
    ]


async def _edits(
    ls: FourfoldServer, prompt: OpenPrompt, history: StepHistory
) -> list[types.CodeAction]:
    """Switching and undo: as commands, or else, where the server may not edit, as edits."""
    from fourfold.lsp.commands.versions import undoing
    from fourfold.lsp.features import menu

    shown = prompt.shown(history)
    others = [version for version in history.versions if version is not shown]
    titles = [menu.switch_title(one, on_save=not ls.client.saves_switches) for one in others]
    if ls.client.applies_edits:
        switches = [menu.switch_command(prompt, *one) for one in zip(others, titles, strict=True)]
        return [_run(command) for command in [*switches, menu.undo_command(prompt)]]
    texts = dict(zip(titles, (version.text for version in others), strict=True))
    with contextlib.suppress(FourfoldError):  # nothing can be undone
        texts[menu.UNDO_TITLE] = (await undoing(prompt.folder, prompt.file, history, prompt)).text
    return [
        types.CodeAction(title, kind=KIND, edit=ls.client.whole_change(prompt, text))
        for title, text in texts.items()
    ]


def _run(command: types.Command) -> types.CodeAction:
    return types.CodeAction(command.title, kind=KIND, command=command)


async def _menu(
    ls: FourfoldServer, prompt: OpenPrompt, history: StepHistory
) -> list[types.CodeAction]:
    """Everything that can be done with the prompt, version by version."""
    from fourfold.lsp.features import menu
    from fourfold.project.project import Project

    commands = menu.lens_commands(prompt, history, stale=await prompt.is_stale())
    actions = [*map(_run, commands), *await _edits(ls, prompt, history)]
    actions += map(_run, menu.other_commands(prompt, history))
    workflow = await prompt.folder.look(Project.workflow)
    config = workflow.step(prompt.file.step)
    if config is not None and config.response.folder is not None:
        actions.append(_run(menu.write_command(prompt, config.response.folder)))
    return actions


def _repairs(
    ls: FourfoldServer,
    prompt: OpenPrompt,
    problems: Sequence[Problem],
    params: types.CodeActionParams,
) -> Iterator[types.CodeAction]:
    """Edits that give a default to the inputs without a value that are used on these lines."""
    from fourfold.prompts.default_edit import default_edit

    lines = range(params.range.start.line, params.range.end.line + 1)
    for problem in problems:
        name, where = problem.subject, client_range(prompt.document, problem.range)
        if problem.code not in WITHOUT_VALUE or name is None or where.start.line not in lines:
            continue
        edit = default_edit(prompt.document.source, prompt.file.suffix, name)
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
                    prompt,
                    types.TextEdit(client_range(prompt.document, edit.range), edit.new_text),
                    versioned=ls.client.versions_edits,
                ),
            )
