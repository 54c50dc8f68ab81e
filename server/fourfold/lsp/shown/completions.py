"""What can be typed next, in workflow.yaml, in a prompt and in its tests."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from fourfold.lsp.convert import client_range
from fourfold.source.problem import Position, Range
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from fourfold.evals.test_files.completing import Word as TestWord
    from fourfold.lsp.open.prompt import OpenPrompt
    from fourfold.lsp.open.tests_document import TestsDocument
    from fourfold.lsp.open.workflow_file import OpenWorkflowFile
    from fourfold.lsp.server import FourfoldServer
    from fourfold.prompts.completing import Word
    from fourfold.workflow.file.completing import Completion, Known

_KINDS = {
    "step": types.CompletionItemKind.Module,
    "input": types.CompletionItemKind.Variable,
    "key": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.EnumMember,
    "file": types.CompletionItemKind.File,
}


async def in_prompt(
    prompt: OpenPrompt, position: types.Position
) -> list[types.CompletionItem] | None:
    from fourfold.prompts.completing import complete
    from fourfold.prompts.formats import parse_as

    document, format_ = prompt.document, prompt.file.format
    where = document.position_codec.position_from_client_units(document.lines, position)
    lines = [line.rstrip("\r\n") for line in document.lines]

    def inputs_of(text: str) -> list[str]:
        return [variable.name for variable in parse_as(text, format_).variables]

    found = await asyncio.to_thread(
        complete, lines, where.line, where.character, format_, inputs_of
    )
    if found is None:
        return None
    start = Position(where.line, found.start)
    replaced = client_range(document, Range(start, Position(where.line, where.character)))
    return [_item(place, one, replaced) for place, one in enumerate(found.words)]


async def in_workflow(
    ls: FourfoldServer, file: OpenWorkflowFile, position: types.Position
) -> list[types.CompletionItem] | None:
    from fourfold.source.yaml_cursor import cursor_at
    from fourfold.workflow.file.completing import complete

    where = file.position(position)
    cursor = await asyncio.to_thread(cursor_at, file.lines, where.line, where.character)
    if cursor is None:
        return None
    found = complete(cursor, await _known(ls, file))
    word = Range(Position(where.line, cursor.start), Position(where.line, cursor.end))
    replaced = file.client_range(word)
    return [_item(place, one, replaced) for place, one in enumerate(found)]


async def in_tests(
    file: TestsDocument, position: types.Position
) -> list[types.CompletionItem] | None:
    from fourfold.evals.test_files.completing import complete

    where = file.position(position)
    cursor = await file.cursor(where)
    if cursor is None:
        return None
    known, in_json = await file.known(), not file.is_yaml
    found = await asyncio.to_thread(complete, cursor, known, in_json=in_json)
    word = Range(Position(where.line, cursor.start), Position(where.line, cursor.end))
    replaced = file.client_range(word)
    return [_item(place, one, replaced) for place, one in enumerate(found)]


async def _known(ls: FourfoldServer, file: OpenWorkflowFile) -> Known:
    from fourfold.steps.types import step_classes
    from fourfold.workflow.file.completing import Known

    models = await asyncio.to_thread(ls.registry(file.folder.settings).models)
    return Known(
        await file.config(),
        await file.inputs(),
        [model.name for model in models if not model.name.endswith("/…")],
        await asyncio.to_thread(lambda: sorted(step_classes())),
    )


def _item(
    place: int, found: Completion | Word | TestWord, replaced: types.Range
) -> types.CompletionItem:
    return types.CompletionItem(
        one_line(found.label),
        kind=_KINDS[found.kind],
        detail=found.detail and one_line(found.detail),
        sort_text=f"{place:05}",
        filter_text=found.label,
        text_edit=types.TextEdit(replaced, found.text),
    )
