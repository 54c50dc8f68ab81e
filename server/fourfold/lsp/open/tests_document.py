"""A document that holds tests, of one prompt or of several: the place of its cursor, what it may
name, and what it has for which prompt."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from fourfold.lsp.convert import client_range, code_points

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lsprotocol import types
    from pygls.workspace import TextDocument

    from fourfold.evals.referenced_files import ReferencedFiles
    from fourfold.evals.test_files.completing import Known
    from fourfold.evals.test_files.tests_file import PlacedCase
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.open.prompts import OpenPrompts
    from fourfold.project.steps import StepFile
    from fourfold.source.problem import Position, Problem, Range
    from fourfold.source.yaml_cursor import Cursor
    from fourfold.store.records import StepHistory


class Tested(NamedTuple):
    """A prompt that a document has tests for, the versions of it that are kept, and the URI by
    which commands know both: the prompt with these tests."""

    file: StepFile
    history: StepHistory | None
    uri: str


class TestsDocument(ABC):
    """The file at `path` in a workspace folder; `uri` is its URI as the editor spells it."""

    __test__ = False  # pytest's business is another one

    def __init__(
        self, uri: str, document: TextDocument, folder: Folder, path: Path, prompts: OpenPrompts
    ) -> None:
        self.uri = uri
        self.document = document
        self.folder = folder
        self.path = path
        self._prompts = prompts

    @abstractmethod
    async def problems(self) -> tuple[Problem, ...]:
        """What is wrong with it, given the prompts and the files that there are."""

    @abstractmethod
    async def known(self) -> Known:
        """What its prompts have as inputs, and which files it may name."""

    @abstractmethod
    async def tested(self) -> list[Tested]:
        """The prompts that it has tests for, in its order."""

    @abstractmethod
    async def usable(self) -> list[PlacedCase]:
        """The tests that can be run on what is there of the prompts, at places of this document."""

    @property
    def lines(self) -> Sequence[str]:
        """Its lines, without their ends."""
        return [line.rstrip("\r\n") for line in self.document.lines]

    @property
    def references(self) -> ReferencedFiles:
        """The files that it may name."""
        from fourfold.evals.referenced_files import ReferencedFiles

        return ReferencedFiles(self.path.parent, self.folder.real_path)

    @property
    def is_yaml(self) -> bool:
        return self.path.suffix in (".yaml", ".yml")

    async def cursor(self, where: Position) -> Cursor | None:
        """What stands at a position, in code points, as far as that can be told."""
        from fourfold.source.yaml_cursor import ITEM, cursor_at

        if self.path.suffix == ".csv":
            return None
        if self.path.suffix != ".jsonl":
            return await asyncio.to_thread(cursor_at, self.lines, where.line, where.character)
        found = cursor_at(self.lines[where.line : where.line + 1], 0, where.character)
        return None if found is None else replace(found, path=(ITEM, *found.path))

    def position(self, position: types.Position) -> Position:
        """A position of the client in code points."""
        return code_points(self.document, position)

    def client_range(self, range_: Range) -> types.Range:
        """A range in code points in the client's units."""
        return client_range(self.document, range_)
