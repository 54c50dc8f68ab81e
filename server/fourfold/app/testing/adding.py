"""Adds a test to those of a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from fourfold.app.testing.files import new_tests_file, tests_files
from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.test_files.reading import read_tests

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fourfold.project.project import Project
    from fourfold.project.steps import StepFile


def add_test(project: Project, file: StepFile, name: str, inputs: Mapping[str, Any]) -> Path:
    """Writes a test with these values at the end of the YAML file beside the prompt, which is made
    where there is none. Any answer fulfils it, until somebody says more. The file it stands in.

    FourfoldError where the file is of another kind, or what stands in it takes no more.
    """
    beside = [path for path in tests_files(file) if path.parent == file.path.parent]
    path = next(iter(beside), new_tests_file(file))
    if path == file.path or path.suffix not in (".yaml", ".yml"):
        raise FourfoldError(f"{path.name} is no YAML file; write the test there yourself.")
    references = ReferencedFiles(file.path.parent, project.folder)
    text = references.text(path.name) if path.exists() else ""
    if text and not text.endswith("\n"):
        text += "\n"
    known = read_tests(path.name, text, references).cases if text else []
    if any(one.case.name == name for one in known):
        raise InvalidArgumentError(
            "name", f"{path.name} has a test of that name; take another one."
        )
    longer = text + _written(name, inputs)
    read = read_tests(path.name, longer, references).cases
    # What was there may be no list, and a value may mean something in a tests file.
    more = read[len(known) :]
    if [(one.refused, dict(one.case.variables)) for one in more] != [(None, dict(inputs))]:
        raise FourfoldError(
            f"These values cannot be added to the end of {path.name}; write the test there "
            "yourself."
        )
    try:
        path.write_text(longer, encoding="utf-8", newline="\n")
    except OSError as error:
        raise FourfoldError(f"{path.name} cannot be written: {error.strerror}.") from None
    return path


def _written(name: str, inputs: Mapping[str, Any]) -> str:
    test: dict[str, Any] = {
        "description": name,
        "vars": dict(inputs),
        "assert": [{"type": "word-count", "value": {"min": 1}}],
    }
    if any(isinstance(value, list) for value in inputs.values()):
        test["options"] = {"disableVarExpansion": True}
    return yaml.safe_dump([test], sort_keys=False, allow_unicode=True, width=1_000)
