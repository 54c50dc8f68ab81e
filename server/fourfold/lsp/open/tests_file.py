"""A tests file that the editor has open, with what it says of its prompt."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.lsp.open.tests_document import Tested, TestsDocument

if TYPE_CHECKING:
    from pathlib import Path

    from pygls.workspace import TextDocument

    from fourfold.evals.referenced_files import ReferencedFiles
    from fourfold.evals.test_files.completing import Known
    from fourfold.evals.test_files.tests_file import PlacedCase, TestsFile
    from fourfold.lsp.folder import Folder
    from fourfold.lsp.open.prompts import OpenPrompts
    from fourfold.project.steps import StepFile
    from fourfold.prompts.template import PromptTemplate
    from fourfold.source.problem import Problem
    from fourfold.store.records import StepHistory


class OpenTestsFile(TestsDocument):
    """The tests of the prompt `file`."""

    def __init__(
        self,
        uri: str,
        document: TextDocument,
        folder: Folder,
        file: StepFile,
        path: Path,
        prompts: OpenPrompts,
    ) -> None:
        super().__init__(uri, document, folder, path, prompts)
        self.file = file
        self._tests: tuple[int | None, TestsFile] | None = None

    @property
    def references(self) -> ReferencedFiles:
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

    async def tested(self) -> list[Tested]:
        return [Tested(self.file, await self.history(), self.uri)]

    async def usable(self) -> list[PlacedCase]:
        from fourfold.app.testing.variables import usable

        tests, templates = await self.tests(), await self.templates()
        return await asyncio.to_thread(usable, self.file.step, tests, templates)

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
        from fourfold.app.testing.checked import passed_over
        from fourfold.app.testing.variables import problems_of

        tests, templates = await self.tests(), await self.templates()
        over = await asyncio.to_thread(passed_over, self.file, self.path)
        found = await asyncio.to_thread(problems_of, self.file.step, tests, templates)
        return found if over is None else (over, *found)

    async def known(self) -> Known:
        from fourfold.evals.test_files.completing import Known

        inputs = {it.name: it for one in reversed(await self.templates()) for it in one.variables}
        return Known(list(inputs.values()), self.references)
