"""A tests file that the editor has open, with what it says of its prompt."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.lsp.convert import client_range, code_points

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lsprotocol import types
    from pygls.workspace import TextDocument

    from fourfold.evals.referenced_files import ReferencedFiles
    from fourfold.evals.test_files.completing import Known
    from fourfold.evals.test_files.tests_file import TestsFile
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.open.prompts import OpenPrompts
    from fourfold.project.steps import StepFile
    from fourfold.prompts.template import PromptTemplate
    from fourfold.source.problem import Position, Problem, Range
    from fourfold.source.yaml_cursor import Cursor
    from fourfold.store.records import StepHistory


class OpenTestsFile:
    """The file at `path`, which holds tests of the prompt `file`; `uri` is its URI as the editor
    spells it."""

    def __init__(
        self,
        uri: str,
        document: TextDocument,
        folder: Folder,
        file: StepFile,
        path: Path,
        prompts: OpenPrompts,
    ) -> None:
        self.uri = uri
        self.document = document
        self.folder = folder
        self.file = file
        self.path = path
        self._prompts = prompts
        self._tests: tuple[int | None, TestsFile] | None = None

    @property
    def lines(self) -> Sequence[str]:
        """Its lines, without their ends."""
        return [line.rstrip("\r\n") for line in self.document.lines]

    @property
    def references(self) -> ReferencedFiles:
        """The files that it may name."""
        from fourfold.evals.referenced_files import ReferencedFiles

        return ReferencedFiles(self.file.path.parent, self.folder.real_path)

    async def tests(self) -> TestsFile:
        """What it says, as far as it can be read."""
        from fourfold.app.testing.tests import read_at

        version = self.document.version
        if self._tests is None or self._tests[0] != version:
            text, references = self.document.source, self.references
            read = await asyncio.to_thread(read_at, self.file, self.path, text, references)
            self._tests = (version, read)
        return self._tests[1]

    def saved(self) -> None:
        """Looks again at the files that it names, since somebody may have written them."""
        self._tests = None

    async def history(self) -> StepHistory:
        """The versions of its prompt, without waiting where they are known."""
        return await self.folder.known_history(self.file)

    async def templates(self) -> list[PromptTemplate]:
        """The prompt as the editor or the disk has it, and its kept versions."""
        from fourfold.app.testing.checked import kept_templates

        kept: list[PromptTemplate] = []
        with contextlib.suppress(FourfoldError):  # without a file there is none
            kept = await asyncio.to_thread(kept_templates, self.file, await self.history())
        prompt = self._prompts.at(self.file.path)
        return kept if prompt is None else [await prompt.template(), *kept]

    async def problems(self) -> tuple[Problem, ...]:
        """What is wrong with it, given the prompt and the files that there are."""
        from fourfold.app.testing.checked import passed_over
        from fourfold.app.testing.variables import problems_of

        tests, templates = await self.tests(), await self.templates()
        over = await asyncio.to_thread(passed_over, self.file, self.path)
        found = await asyncio.to_thread(problems_of, self.file.step, tests, templates)
        return found if over is None else (over, *found)

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

    async def known(self) -> Known:
        """What its prompt has as inputs, and which files it may name."""
        from fourfold.evals.test_files.completing import Known

        inputs = {it.name: it for one in reversed(await self.templates()) for it in one.variables}
        return Known(list(inputs.values()), self.references)

    def position(self, position: types.Position) -> Position:
        """A position of the client in code points."""
        return code_points(self.document, position)

    def client_range(self, range_: Range) -> types.Range:
        """A range in code points in the client's units."""
        return client_range(self.document, range_)
