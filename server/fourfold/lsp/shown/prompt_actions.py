"""Code actions of a prompt: repairs, a twin of every lens, and a choice for every version."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.app.switching import last_switch
from fourfold.errors import FourfoldError
from fourfold.lsp.commands.saving_tests import edit_for, make_test
from fourfold.lsp.convert import ACTION_KIND, asks_for
from fourfold.lsp.shown import menu
from fourfold.lsp.shown.prompt_repairs import read_repairs
from fourfold.project.project import Project

if TYPE_CHECKING:
    from fourfold.lsp.client import Client
    from fourfold.lsp.open.prompt import OpenPrompt
    from fourfold.lsp.server import FourfoldServer
    from fourfold.store.records import StepHistory


async def read_actions(
    ls: FourfoldServer, prompt: OpenPrompt, params: types.CodeActionParams
) -> list[types.CodeAction]:
    """What the editor asks for."""
    if params.context.trigger_kind is types.CodeActionTriggerKind.Automatic:
        await ls.first_lens_answered()
    actions: list[types.CodeAction] = []
    if asks_for(params, types.CodeActionKind.QuickFix):
        actions += await read_repairs(ls.client, prompt, params)
    if asks_for(params, ACTION_KIND):
        with contextlib.suppress(FourfoldError):  # of which the lens tells
            actions += await _of_versions(ls, prompt)
    return actions


async def _of_versions(ls: FourfoldServer, prompt: OpenPrompt) -> list[types.CodeAction]:
    """Everything that can be done with the prompt, version by version."""
    history = await prompt.history()
    stale = await prompt.is_stale()
    standings = prompt.standings(history)
    commands = menu.lens_commands(
        prompt,
        history,
        stale=stale,
        standings=standings,
        shows_runs=ls.client.renders_boards,
    )
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
