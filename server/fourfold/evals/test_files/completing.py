"""What can be typed at a place of a tests file, and what that means."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from fourfold.evals.assertions.meanings import MEANINGS
from fourfold.evals.values import FILE
from fourfold.source.yaml_cursor import ITEM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fourfold.evals.referenced_files import ReferencedFiles
    from fourfold.prompts.template import PromptTemplateVariable
    from fourfold.source.yaml_cursor import Cursor, Slot

    Path = tuple[str, ...]

Kind = Literal["input", "key", "value", "file"]

_TESTS_FILE = {"tests": "the tests", "defaultTest": "what is the same for all of them"}
OF_CONFIGURATION = {
    "description": "what it is about",
    "prompts": "the prompts, or the files that hold them",
    "providers": "the models that promptfoo asks; Fourfold asks those of --models",
    **_TESTS_FILE,
}
_TEST = {
    "description": "what it is called",
    "vars": "the inputs of the prompt",
    "assert": "what the response has to fulfil",
    "threshold": "the least mean score with which it passes",
    "options": "how often it is asked, who judges",
    "metadata": "whatever you want to note",
    "providerOutput": "a recorded response, which is graded without asking a model",
}
_ASSERTION = {
    "type": "what is checked; not- before it turns it around",
    "value": "what the response is held against; file:// names a file",
    "threshold": "the least score, or the most of what is measured",
    "weight": "how much it counts, 1 where it says nothing",
    "metric": "a name under which scores are gathered",
    "transform": "code that makes of the response what is looked at",
    "config": "what a program gets to know",
    "provider": "the model that judges",
    "rubricPrompt": "what the judge is asked in place of our words",
    "assert": "of an assert-set: the assertions that count as one",
}
_OPTIONS = {
    "repeat": "how often it is asked",
    "transform": "code that makes of the response what is looked at",
    "provider": "the model that judges",
    "rubricPrompt": "what the judge is asked in place of our words",
    "factuality": "what each answer of factuality is worth",
    "disableVarExpansion": "true keeps a list as one value",
    "disableDefaultAsserts": "true leaves out those of defaultTest",
}
_SECTIONS: dict[Path, dict[str, str]] = {
    (): _TEST,
    ("options",): _OPTIONS,
    ("assert", ITEM): _ASSERTION,
}
_TYPE: Path = ("assert", ITEM, "type")
_NAMES_FILES = ("value", "transform", "rubricPrompt")
_NOT = "not-"
_OLDER = "model-graded-"
_MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class Known:
    """The inputs of the prompt, the files that may be named, and the keys around the tests with
    what they mean."""

    inputs: Sequence[PromptTemplateVariable]
    files: ReferencedFiles
    keys: Mapping[str, str] = field(default_factory=_TESTS_FILE.copy)


@dataclass(frozen=True, slots=True)
class Word:
    """One word that fits; `text` takes the place of the one at the cursor."""

    label: str
    text: str
    detail: str
    kind: Kind


def complete(cursor: Cursor, known: Known, *, in_json: bool) -> list[Word]:
    """Everything that can stand at the cursor, the likeliest first. Looks at folders."""
    path = _in_test(cursor.path)
    after = ": " if cursor.slot == "key" and not cursor.has_colon else ""
    before = " " if cursor.needs_space else ""
    return [
        Word(name, f"{before}{_spelled(name, in_json)}{after}", detail, kind)
        for name, detail, kind in _fitting(path, cursor, known)
        if cursor.slot == "value" or name not in cursor.others
    ]


def meaning(slot: Slot, path: Path, name: str, known: Known) -> str | None:
    """What a key, a variable or the type of an assertion means; None of anything else."""
    inside = _in_test(path)
    if slot == "value":
        is_type = inside is not None and _outer(inside) == _TYPE
        bare = name.removeprefix(_NOT).removeprefix(_OLDER)
        return MEANINGS.get(bare) if is_type else None
    if inside is None:
        return known.keys.get(name) if not path else None
    if inside == ("vars",):
        found = next((one for one in known.inputs if one.name == name), None)
        return None if found is None else found.description or found.kind
    return _SECTIONS.get(_outer(inside), {}).get(name)


def _in_test(path: Path) -> Path | None:
    """The path within a test; None for the file around the tests."""
    if path[:1] == ("defaultTest",):
        return path[1:]
    if path[:1] == ("tests",):
        path = path[1:]
    return path[1:] if path[:1] == (ITEM,) else None


def _outer(path: Path) -> Path:
    """What stands in an assert-set is as if it stood in the test."""
    while path[:2] == ("assert", ITEM) and path[2:4] == ("assert", ITEM):
        path = path[2:]
    return path


def _fitting(path: Path | None, cursor: Cursor, known: Known) -> Iterator[tuple[str, str, Kind]]:
    if path is None:
        if cursor.slot == "key" and not cursor.path:
            yield from ((name, detail, "key") for name, detail in known.keys.items())
        elif cursor.slot == "value" and cursor.path[:1] == ("prompts",):
            yield from ((name, "a file", "file") for name in _files(cursor.typed, known.files))
    elif cursor.slot == "key" and path == ("vars",):
        for variable in known.inputs:
            yield variable.name, variable.description or variable.kind, "input"
    elif cursor.slot == "key":
        section = _SECTIONS.get(_outer(path), {})
        yield from ((name, detail, "key") for name, detail in section.items())
    elif _outer(path) == _TYPE:
        before = _NOT if cursor.typed.startswith(_NOT) else ""
        for name, detail in MEANINGS.items():
            yield f"{before}{name}", detail, "value"
    elif path[:1] == ("vars",) or path[-1:] in [(name,) for name in _NAMES_FILES]:
        for name in _files(cursor.typed, known.files):
            yield name, "a file", "file"


def _files(typed: str, files: ReferencedFiles) -> list[str]:
    """References to what lies in the folder that is typed so far."""
    folder = typed.removeprefix(FILE).rpartition("/")[0]
    return [f"{FILE}{name}" for name in files.below(folder, _MOST_FILES)]


def _spelled(name: str, in_json: bool) -> str:
    if in_json:
        return json.dumps(name, ensure_ascii=False)
    plain = name.replace("_", "").replace("-", "").isalnum() or name.startswith(FILE)
    return name if plain else json.dumps(name, ensure_ascii=False)
