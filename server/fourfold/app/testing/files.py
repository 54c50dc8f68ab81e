"""Which files hold the tests of a prompt. Light to import: what reads them is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fourfold.evals.test_files.names import SUFFIXES
from fourfold.prompts.formats import PROMPT_SUFFIXES
from fourfold.prompts.formats.github_models import GITHUB_MODELS
from fourfold.prompts.formats.instructions import SKILL

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from fourfold.project.steps import StepFile

_CONFIGURATION = re.compile(r"promptfooconfig[^/]*\.(?:ya?ml|json)", re.IGNORECASE)
WITHIN = "#"
"""Between the path of a configuration and the name of a prompt that stands in it."""

_HAS_TESTS = re.compile(r"^testData[ \t]*:", re.MULTILINE)
_EVALS = ("evals", "evals.json")
_OF_A_SKILL = "SKILL.md"


def tests_files(file: StepFile) -> list[Path]:
    """The files that hold tests of a prompt: the one beside it, and where its format has some, the
    prompt file itself or the evals of a skill."""
    places = [file.path.with_name(_stem(file) + suffix) for suffix in SUFFIXES]
    found = [next((path for path in places if path.is_file()), None)]
    if file.format is GITHUB_MODELS:
        found.append(file.path if _HAS_TESTS.search(_text(file.path)) else None)
    if file.format is SKILL:
        evals = file.path.parent.joinpath(*_EVALS)
        found.append(evals if evals.is_file() else None)
    return [path for path in found if path is not None]


def new_tests_file(file: StepFile) -> Path:
    """Where tests of a prompt that has none are written."""
    return file.path.with_name(_stem(file) + SUFFIXES[0])


def may_hold_tests(path: Path) -> bool:
    """Whether tests of a prompt may be in a file of their own with this name."""
    return path.name.endswith(SUFFIXES) or path.parts[-2:] == _EVALS


def is_configuration(path: Path) -> bool:
    """Whether a file has the name of a configuration of promptfoo's."""
    return _CONFIGURATION.fullmatch(path.name) is not None


def configuration_of(path: Path) -> Path | None:
    """The configuration in which the prompt with this path stands; None for any other path."""
    config, mark, _ = path.name.rpartition(WITHIN)
    found = path.with_name(config) if mark and config else None
    return found if found is not None and is_configuration(found) else None


def configurations(folder: Path, files: Iterable[StepFile]) -> list[Path]:
    """Those of promptfoo's that lie beside prompts, or above them in the workspace `folder`."""
    around = {folder}
    for file in files:
        around.update(one for one in file.path.parents if one.is_relative_to(folder))
    found = (path for place in around for path in place.glob("promptfooconfig*"))
    return sorted(path for path in found if is_configuration(path) and path.is_file())


def tested_prompts(path: Path) -> list[Path]:
    """The files that are there and, where they are prompts, have their tests in the file at
    `path`."""
    if path.parts[-2:] == _EVALS:
        skill = path.parent.with_name(_OF_A_SKILL)
        return [skill] if skill.is_file() else []
    ending = next((one for one in SUFFIXES if path.name.endswith(one)), None)
    if ending is None:
        return []
    stem = path.name[: -len(ending)]
    named = (path.with_name(stem + suffix) for suffix in PROMPT_SUFFIXES)
    return [one for one in named if one.is_file()]


def _stem(file: StepFile) -> str:
    return file.path.name.removesuffix(file.suffix)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
