"""What stands in an outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import (
    DocumentSymbol,
    Location,
    Position,
    Range,
    SymbolInformation,
    SymbolKind,
)

from fourfold.lsp.labels import label
from fourfold.prompts.outline import outline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pygls.workspace import TextDocument

    from fourfold.lsp.open.prompt import OpenPrompt
    from fourfold.lsp.open.workflow_file import OpenWorkflowFile
    from fourfold.workflow.file.configuration import StepConfig

_KINDS = {
    "header": SymbolKind.Object,
    "message": SymbolKind.Namespace,
    "heading": SymbolKind.String,
}


def in_prompt(prompt: OpenPrompt) -> list[DocumentSymbol]:
    """Front matter, messages, and headings in each other as the text has them."""
    top: list[DocumentSymbol] = []
    inside = [(-1, top)]  # how deep the parts are that this one is in, and what is in each
    for part in outline(prompt.text, prompt.file.format):
        children: list[DocumentSymbol] = []
        symbol = DocumentSymbol(
            label(part.name),
            _KINDS[part.kind],
            _lines(prompt.document, part.start, part.end),
            _lines(prompt.document, part.start, part.start),
            children=children,
        )
        while inside[-1][0] >= part.depth:
            inside.pop()
        inside[-1][1].append(symbol)
        inside.append((part.depth, children))
    return top


async def in_workflow(file: OpenWorkflowFile) -> list[DocumentSymbol]:
    """The steps, each with its sub-steps."""
    config = await file.config()
    return _steps(file, config.steps, len(file.lines) - 1)


def flat(
    symbols: Sequence[DocumentSymbol], uri: str, inside: str | None = None
) -> list[SymbolInformation]:
    """The same for an editor that nests none."""
    found = []
    for one in symbols:
        place = Location(uri, one.range)
        found.append(SymbolInformation(place, one.name, one.kind, container_name=inside))
        found += flat(one.children or (), uri, one.name)
    return found


def _steps(file: OpenWorkflowFile, steps: Sequence[StepConfig], last: int) -> list[DocumentSymbol]:
    found = []
    for step, end in zip(steps, _ends(steps, last), strict=True):
        key = file.client_range(step.range)
        whole = Range(key.start, _lines(file.document, end, end).end)
        symbol = DocumentSymbol(
            label(step.title),
            SymbolKind.Function,
            whole,
            key,
            detail=label(step.id),
            children=_steps(file, step.steps, end),
        )
        found.append(symbol)
    return found


def _ends(steps: Sequence[StepConfig], last: int) -> Iterator[int]:
    """The last line of each step."""
    for step, following in zip(steps, (*steps[1:], None), strict=False):
        before = last if following is None else following.range.start.line - 1
        yield max(step.range.end.line, before)


def _lines(document: TextDocument, start: int, end: int) -> Range:
    """From the start of a line to the end of another, in the client's units."""
    text = document.lines[end].rstrip("\r\n") if end < len(document.lines) else ""
    return Range(Position(start, 0), Position(end, document.position_codec.client_num_units(text)))
