"""Which open documents may have other problems than before, after each thing that happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.lsp.events import (
    ProblemsChanged,
    TestsEdited,
    TextChanged,
    TextSaved,
    VersionsChanged,
)
from fourfold.lsp.open.prompt import OpenPrompt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from fourfold.lsp.open.documents import OpenDocuments


def _text_changed(opened: OpenDocuments, event: TextChanged) -> Iterator[str]:
    yield event.uri
    if isinstance(prompt := opened.at(event.uri), OpenPrompt):
        yield from _about_prompts(opened, prompt.folder.path, prompt.file.path)


def _text_saved(_: OpenDocuments, event: TextSaved) -> Iterator[str]:
    yield event.uri


def _tests_edited(opened: OpenDocuments, event: TestsEdited) -> Iterator[str]:
    yield from opened.prompts.uris(event.folder)


def _versions_changed(opened: OpenDocuments, event: VersionsChanged) -> Iterator[str]:
    yield from (one.uri for one in opened.tests_files() if one.file.step in event.steps)
    if event.steps:
        yield from (one.uri for one in opened.config_files())


def _problems_changed(opened: OpenDocuments, event: ProblemsChanged) -> Iterator[str]:
    if event.path is not None:
        if (uri := opened.prompts.uri_of(event.path)) is not None:
            yield uri
        return
    yield from _about_prompts(opened, event.folder)
    if event.all_prompts:
        yield from opened.prompts.uris(event.folder)


def _about_prompts(
    opened: OpenDocuments, folder: Path, prompt: Path | None = None
) -> Iterator[str]:
    """What says something of the prompts of a workspace folder, or of one of them."""
    yield from (one.uri for one in opened.workflow_files(folder))
    yield from (one.uri for one in opened.tests_files(folder, prompt))
    yield from (one.uri for one in opened.config_files(folder))


CONCERNED: Mapping[type, Callable[[OpenDocuments, Any], Iterator[str]]] = {
    TextChanged: _text_changed,
    TextSaved: _text_saved,
    TestsEdited: _tests_edited,
    VersionsChanged: _versions_changed,
    ProblemsChanged: _problems_changed,
}
