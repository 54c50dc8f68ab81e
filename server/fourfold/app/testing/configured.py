"""The prompts that a `promptfooconfig.yaml` names, with its tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfold.app.testing.files import WITHIN, configuration_of
from fourfold.app.testing.tests import FoundTests
from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.test_files.chat_text import PLAIN, prompt_text
from fourfold.evals.test_files.config_file import read_config
from fourfold.project.steps import StepFile
from fourfold.prompts.formats import format_of
from fourfold.prompts.formats.text import TEXT
from fourfold.source.problem import Problem
from fourfold.versions.record import SavedText, record
from fourfold.workflow.templates import parsed

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.evals.test_files.config_file import ConfigFile, NamedPrompt
    from fourfold.project.project import Project

_TEXTS = (".txt", ".md", ".markdown", ".j2", ".jinja", ".jinja2", ".prompty")
_CHATS = (".json", ".yaml", ".yml")
_SEVERAL = re.compile(r"^---[ \t]*$", re.MULTILINE)
_NO_PART_OF_A_NAME = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True)
class ConfiguredPrompts:
    """The prompts of a configuration as steps, what `problems` it has with them, and the tests of
    all of them."""

    files: list[StepFile]
    tests: FoundTests
    problems: list[str]


def configured_prompts(project: Project, path: Path, text: str | None = None) -> ConfiguredPrompts:
    """What the configuration at `path` names, with this `text` where an editor has it open. A text
    that stands in it, and a chat in a file of its own, has versions under a name of the
    configuration's.

    Raises FourfoldError where it cannot be read.
    """
    named, tests, problems = _read(project, path.resolve(), text)
    for file, said in named.items():
        if not file.path.is_file():  # its text comes from the configuration alone
            at = project.steps.place(file.path)
            record(project.store, SavedText(file.step, at, said, "command"))
            project.steps.give(file)
    return ConfiguredPrompts(list(named), tests, problems)


def tests_within(project: Project, path: Path, text: str | None) -> FoundTests:
    """The tests alone, as in `configured_prompts`; nothing is kept."""
    _, tests, _ = _read(project, path, text)
    return tests


def _read(
    project: Project, path: Path, text: str | None
) -> tuple[dict[StepFile, str], FoundTests, list[str]]:
    """The prompts with their texts, the tests of all of them, and what is wrong with others."""
    if not path.is_relative_to(project.folder):
        raise InvalidArgumentError("config", f"{path} is outside the workspace folder.")
    files = ReferencedFiles(path.parent, project.folder)
    text = files.text(path.name) if text is None else text
    config = read_config(path.name, text, files)
    place = project.steps.place(path)
    named, wrong_prompts = named_prompts(project, path, config, files)
    problems = [f"{place}:{it.range.start.line + 1}: {it.message}" for it in wrong_prompts]
    if not named:
        wrong = [f"{place}:{it.range.start.line + 1}: {it.message}" for it in config.problems]
        raise FourfoldError(" ".join([*problems, *wrong][:3]) or f"{place} names no prompts.")
    tests = FoundTests(
        [path, *(path.parent / name for name in config.tests if name)],
        [(name or place, one) for name, one in config.tests.items()],
        files,
        [parsed(text, file.format) for file, text in named.items()],
    )
    return named, tests, problems


def named_prompts(
    project: Project, path: Path, config: ConfigFile, files: ReferencedFiles
) -> tuple[dict[StepFile, str], list[Problem]]:
    """The prompts of a configuration at `path` as steps, with their texts, and what is wrong with
    the others. One that stands in the configuration has a path that is not there."""
    found: dict[StepFile, str] = {}
    problems = []
    for number, prompt in enumerate(config.prompts, 1):
        try:
            file, text = _step(project, path, number, prompt, files)
            found[file] = text
        except FourfoldError as error:
            problems.append(Problem(prompt.range, str(error), "error", "file"))
    return found, problems


def _step(
    project: Project, config: Path, number: int, prompt: NamedPrompt, files: ReferencedFiles
) -> tuple[StepFile, str]:
    text, name = prompt.text, str(number)
    if prompt.label:
        name = _NO_PART_OF_A_NAME.sub("-", prompt.label).strip("-") or name
    if prompt.path:
        path = config.parent / prompt.path
        suffix = path.suffix.lower()
        known = project.step_at(path)
        if known is None and suffix not in (*_TEXTS, *_CHATS):
            raise FourfoldError(
                f"{prompt.path} is no text: prompts that a program makes are not run here."
            )
        text = files.text(prompt.path)
        if known is not None or suffix in _TEXTS:
            if suffix == PLAIN and _SEVERAL.search(text.strip()) and not text.startswith("---"):
                raise FourfoldError(
                    f"{prompt.path} holds several prompts: put each into a file of its own."
                )
            return known or project.steps.as_step(path.resolve()), text
    text, suffix = prompt_text(text)
    at = config.with_name(f"{config.name}{WITHIN}{name}")
    return StepFile(
        _step_within(project, config, name), suffix, at, format_of(suffix) or TEXT
    ), text


def _step_within(project: Project, config: Path, name: str) -> str:
    return f"{project.steps.place(config).removesuffix(config.suffix)}/{name}"


def step_within(project: Project, path: Path) -> str | None:
    """The step of a prompt that stands in a configuration, by its path, which is not there."""
    config = configuration_of(path)
    if config is None:
        return None
    return _step_within(project, config, path.name.removeprefix(f"{config.name}{WITHIN}"))
