"""Code actions of a prompt: a twin of every lens, a choice for every version, and repairs."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.app.switching import last_switch
from fourfold.errors import FourfoldError
from fourfold.lsp.client import text_changes
from fourfold.lsp.commands.saving_tests import edit_for, make_test
from fourfold.lsp.convert import ACTION_KIND, client_range
from fourfold.lsp.labels import label
from fourfold.lsp.shown import menu
from fourfold.project.project import Project
from fourfold.prompts.default_edit import default_edit

if TYPE_CHECKING:
    from fourfold.lsp.client import Client
    from fourfold.lsp.open.prompt import OpenPrompt
    from fourfold.lsp.server import FourfoldServer
    from fourfold.store.records import StepHistory

WITHOUT_VALUE = ("missing-input", "undeclared-input")


async def read_actions(ls: FourfoldServer, prompt: OpenPrompt) -> list[types.CodeAction]:
    """Everything that can be done with the prompt, version by version."""
    history = await prompt.history()
    stale = await prompt.is_stale()
    standings = prompt.standings(history)
    commands = menu.lens_commands(prompt, history, stale=stale, standings=standings)
    actions = [*map(_run, commands), *await _edits(ls.client, prompt, history)]
    actions += map(_run, menu.other_commands(prompt, history))
    actions += await _tests(ls, prompt, history)
    workflow = await prompt.folder.look(Project.workflow)
    config = workflow.step(prompt.file.step)
    if config is not None and config.response.folder is not None:
        actions.append(_run(menu.write_command(prompt, config.response.folder)))
    return actions


async def _edits(
    client: Client, prompt: OpenPrompt, history: StepHistory
) -> list[types.CodeAction]:
    """Switching and undo: as commands, or else, where the server may not edit, as edits."""
    shown = prompt.shown(history)
    others = [version for version in history.versions if version is not shown]
    titles = [menu.switch_title(one, on_save=not client.saves_switches) for one in others]
    if client.applies_edits:
        switches = [menu.switch_command(prompt, *one) for one in zip(others, titles, strict=True)]
        return [_run(command) for command in [*switches, menu.undo_command(prompt)]]
    texts = dict(zip(titles, (version.text for version in others), strict=True))
    with contextlib.suppress(FourfoldError):  # nothing can be undone
        texts[menu.UNDO_TITLE] = (await prompt.folder.ask(last_switch, prompt.file, shown)).text
    return [
        types.CodeAction(title, kind=ACTION_KIND, edit=client.whole_change(prompt, text))
        for title, text in texts.items()
    ]


async def _tests(
    ls: FourfoldServer, prompt: OpenPrompt, history: StepHistory
) -> list[types.CodeAction]:
    """Saving the inputs of the last run as a test: as a command, or as an edit in its place."""
    last = prompt.shown(history).last_run
    if last is None:
        return []
    command = menu.save_test_command(prompt, last)
    if ls.client.applies_edits:
        return [_run(command)]
    try:
        test = await make_test(ls, prompt.folder, prompt.file, last.id)
    except FourfoldError:
        return []  # there were none, or they can be no test
    edit = edit_for(ls, test)
    if edit is None:  # the command makes the file
        return [_run(command)]
    return [types.CodeAction(command.title, kind=ACTION_KIND, edit=edit)]


def _run(command: types.Command) -> types.CodeAction:
    return types.CodeAction(command.title, kind=ACTION_KIND, command=command)


async def read_repairs(
    client: Client, prompt: OpenPrompt, params: types.CodeActionParams
) -> list[types.CodeAction]:
    """Edits that give a default to the inputs without a value that are used on these lines."""
    lines = range(params.range.start.line, params.range.end.line + 1)
    repairs = []
    for problem in (await prompt.template()).problems:
        name, where = problem.subject, client_range(prompt.document, problem.range)
        if problem.code not in WITHOUT_VALUE or name is None or where.start.line not in lines:
            continue
        edit = default_edit(prompt.document.source, prompt.file.suffix, name)
        if edit is not None:
            told = [
                d for d in params.context.diagnostics if (d.code, d.range) == (problem.code, where)
            ]
            repair = types.CodeAction(
                label(f"Give {name} a default"),
                kind=types.CodeActionKind.QuickFix,
                diagnostics=told,
                is_preferred=True,
                edit=text_changes(
                    prompt,
                    types.TextEdit(client_range(prompt.document, edit.range), edit.new_text),
                    versioned=client.versions_edits,
                ),
            )
            repairs.append(repair)
    return repairs
