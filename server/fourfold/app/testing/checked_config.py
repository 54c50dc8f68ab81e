"""What is wrong with a `promptfooconfig.yaml` that names prompts of the folder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.app.testing.checked import kept_templates
from fourfold.app.testing.configured import named_prompts
from fourfold.app.testing.variables import problems_of, usable
from fourfold.errors import FourfoldError
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.test_files.config_file import read_config
from fourfold.source.problem import START, Problem
from fourfold.workflow.templates import parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from fourfold.evals.test_files.config_file import ConfigFile
    from fourfold.evals.test_files.tests_file import PlacedCase
    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile
    from fourfold.prompts.template import PromptTemplate

_NAMED = 3


def check_configs(project: Project, paths: Iterable[Path]) -> Iterator[tuple[Path, Problem]]:
    """All that is wrong with configurations on disk, and with the tests files that they name."""
    for path in paths:
        try:
            text = ReferencedFiles(path.parent, project.folder).text(path.name)
        except FourfoldError as error:
            yield path, Problem(START, str(error), "error", "unreadable")
            continue
        read = ConfigInFolder(project, path, text)
        kept = kept_of(project, read.prompts)
        for name, problem in read.problems(kept):
            yield path.parent / name if name else path, problem


class ConfigInFolder:
    """A configuration with the `text` that it has on disk or in an editor, and the prompts that it
    names. `text_of` gives the texts of prompts that somebody has before them."""

    def __init__(
        self,
        project: Project,
        path: Path,
        text: str,
        text_of: Callable[[Path], str | None] = lambda _: None,
    ) -> None:
        files = ReferencedFiles(path.parent, project.folder)
        self.config: ConfigFile = read_config(path.name, text, files)
        named, self._of_prompts = named_prompts(project, path, self.config, files)
        self.prompts = list(named)
        self._now = [
            parsed(text_of(file.path) or text, file.format) for file, text in named.items()
        ]
        self._names_steps = any(project.step_at(file.path) is not None for file in named)

    def templates(self, kept: list[PromptTemplate]) -> list[PromptTemplate]:
        """The prompts as they are now, and their `kept` versions."""
        return [*self._now, *kept]

    def is_for_us(self, kept: list[PromptTemplate]) -> bool:
        """Whether it names a prompt of the folder, or one that has been tested here: else it is
        promptfoo's alone."""
        return self._names_steps or bool(kept)

    @property
    def _steps(self) -> str:
        shown = [file.step for file in self.prompts]
        return " or ".join(shown) if len(shown) <= _NAMED else "these prompts"

    def usable(self, kept: list[PromptTemplate]) -> list[PlacedCase]:
        """The tests that can be run, those of a tests file where it is named."""
        return [
            replace(placed, range=self.config.places[name]) if name else placed
            for name, tests in self.config.tests.items()
            for placed in usable(self._steps, tests, self.templates(kept))
        ]

    def problems(self, kept: list[PromptTemplate]) -> Iterator[tuple[str, Problem]]:
        """What is wrong, by the names of the tests files; "" is the configuration. Where it can be
        read, and is promptfoo's alone, nothing is said of it."""
        is_readable = all(one.code != "yaml" for one in self.config.problems)
        if is_readable and not self.is_for_us(kept):
            return
        for problem in self._of_prompts:
            yield "", problem
        for name, tests in self.config.tests.items():
            for problem in problems_of(self._steps, tests, self.templates(kept)):
                yield name, problem

    def own_problems(self, kept: list[PromptTemplate]) -> list[Problem]:
        """All of them at places of the configuration: those of a tests file where it is named."""
        found = [
            replace(
                problem,
                range=self.config.places[name],
                message=f"{name}:{problem.range.start.line + 1}: {problem.message}",
            )
            if name
            else problem
            for name, problem in self.problems(kept)
        ]
        return sorted(found, key=lambda it: (it.range.start, it.range.end, it.code))


def kept_of(project: Project, prompts: Iterable[StepFile]) -> list[PromptTemplate]:
    """The kept versions of prompts."""
    if not project.is_used:
        return []
    histories = [(file, project.store.history(file.step)) for file in prompts]
    return [one for file, known in histories if known for one in kept_templates(file, known)]
