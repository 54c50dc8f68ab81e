"""A `promptfooconfig.yaml` that the editor has open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.lsp.open.tests_document import TestsDocument

if TYPE_CHECKING:
    from fourfold.app.testing.checked_config import ConfigInFolder
    from fourfold.evals.test_files.completing import Known
    from fourfold.project.project import Project
    from fourfold.prompts.template import PromptTemplate
    from fourfold.source.problem import Problem


class OpenConfigFile(TestsDocument):
    """What it says of the prompts that it names, the ones that are open as the editor has them."""

    async def problems(self) -> tuple[Problem, ...]:
        config, kept = await self._read()
        return tuple(await self.folder.look(lambda _: config.own_problems(kept)))

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
