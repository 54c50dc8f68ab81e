"""A `promptfooconfig.yaml` that the editor has open."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import quote

from fourfold.lsp.open.tests_document import Tested, TestsDocument

if TYPE_CHECKING:
    from fourfold.app.testing.checked_config import ConfigInFolder
    from fourfold.evals.test_files.completing import Known
    from fourfold.evals.test_files.tests_file import PlacedCase
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.prompts.template import PromptTemplate
    from fourfold.source.problem import Problem
    from fourfold.store.records import StepHistory


class OpenConfigFile(TestsDocument):
    """What it says of the prompts that it names, the ones that are open as the editor has them."""

    async def problems(self) -> tuple[Problem, ...]:
        config, kept = await self._read()
        return tuple(await asyncio.to_thread(config.own_problems, kept))

    async def tested(self) -> list[Tested]:
        """None where the configuration is promptfoo's alone."""
        config, kept = await self._read()
        if not config.is_for_us(kept):
            return []
        histories = await self.folder.ask(_histories, config.prompts)
        return [
            Tested(file, history, f"{self.uri}#{quote(file.step)}")
            for file, history in zip(config.prompts, histories, strict=True)
        ]

    async def usable(self) -> list[PlacedCase]:
        config, kept = await self._read()
        return await asyncio.to_thread(config.usable, kept)

    async def known(self) -> Known:
        from fourfold.evals.test_files.completing import OF_CONFIGURATION, Known

        config, kept = await self._read()
        inputs = {it.name: it for one in reversed(config.templates(kept)) for it in one.variables}
        return Known(list(inputs.values()), self.references, OF_CONFIGURATION)

    async def _read(self) -> tuple[ConfigInFolder, list[PromptTemplate]]:
        """It with the kept versions of its prompts."""
        from fourfold.app.testing.checked_config import ConfigInFolder, kept_of

        text, opened = self.document.source, self._prompts.text_of

        def read(project: Project) -> ConfigInFolder:
            return ConfigInFolder(project, self.path, text, opened)

        config = await self.folder.look(read)
        return config, await self.folder.ask(kept_of, config.prompts)


def _histories(project: Project, files: list[StepFile]) -> list[StepHistory | None]:
    """The kept versions of prompts; of one that was never run or saved there are none."""
    if not project.is_used:
        return [None] * len(files)
    return [project.store.history(file.step) for file in files]
