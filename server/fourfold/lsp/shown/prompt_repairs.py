"""Quick fixes of a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.client import text_changes
from fourfold.lsp.convert import client_range
from fourfold.lsp.labels import label
from fourfold.prompts.default_edit import default_edit

if TYPE_CHECKING:
    from fourfold.lsp.client import Client
    from fourfold.lsp.open.prompt import OpenPrompt

WITHOUT_VALUE = ("missing-input", "undeclared-input")


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
