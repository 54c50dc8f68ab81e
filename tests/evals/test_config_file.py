"""`promptfooconfig.yaml`: which prompts it names, and their tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.test_files.config_file import ConfigFile, read_config

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONFIG = """\
description: Triage
prompts: [file://prompts/a.txt, {id: prompts/b.md, label: long}]
providers: [openai:gpt-x]
defaultTest:
  vars: {lang: en}
  assert: [{type: not-contains, value: sorry}]
tests:
  - vars: {q: hello}
    assert: [{type: contains, value: hello}]
  - file://more/*.csv
  - cases.jsonl
evaluateOptions: {maxConcurrency: 2}
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], ConfigFile]:
    (tmp_path / "more").mkdir()
    (tmp_path / "more/one.csv").write_text("q,__expected\na,contains: a\n")
    (tmp_path / "more/two.csv").write_text("q,__expected\nb,nothing-special\n")
    (tmp_path / "cases.jsonl").write_text('{"vars": {"lang": "de"}, "threshold": 0.5}\n')
    (tmp_path / "default.yaml").write_text("assert: [{type: is-json}]\n")
    (tmp_path / "wrong.yaml").write_text("asert: [{type: is-json}]\n")
    files = ReferencedFiles(tmp_path, tmp_path)
    return lambda text: read_config("promptfooconfig.yaml", text, files)


def test_prompts_and_tests(read: Callable[[str], ConfigFile]) -> None:
    config = read(CONFIG)
    assert config.problems == []
    assert [(it.path, it.label) for it in config.prompts] == [
        ("prompts/a.txt", None), ("prompts/b.md", "long"),
    ]  # fmt: skip
    assert list(config.tests) == ["", "more/one.csv", "more/two.csv", "cases.jsonl"]
    cases = [placed.case for file in config.tests.values() for placed in file.cases]
    assert [dict(case.variables) for case in cases] == [
        {"lang": "en", "q": "hello"},
        {"lang": "en", "q": "a"},
        {"lang": "en", "q": "b"},
        {"lang": "de"},
    ]
    assert [[it.name for it in case.assertions] for case in cases] == [
        ["not-contains", "contains"],
        ["not-contains", "contains"],
        ["not-contains", "equals"],
        ["not-contains"],
    ]


def test_the_default_test_may_be_a_file(read: Callable[[str], ConfigFile]) -> None:
    config = read("defaultTest: file://default.yaml\ntests: [{vars: {q: a}}]")
    assert [it.type for it in config.tests[""].cases[0].case.assertions] == ["is-json"]
    wrong = read("defaultTest: file://wrong.yaml\ntests: [{vars: {q: a}}]")
    message = "file://wrong.yaml: There is no asert in a test: did you mean assert?"
    assert [it.message for it in wrong.problems] == [message]
    assert wrong.tests[""].cases[0].refused == message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prompts: ['']", "A prompt is a text, or the path of a file that holds it."),
        ("prompts: [{label: a}]", "A prompt is a text, or the path of a file that holds it."),
        ("prompts: [none/*.txt]", "There are no files like none/*.txt."),
        ("prompts: [../../*.txt]", "../../*.txt is outside the workspace folder"),
        ("promts: [a.txt]", "There is no promts in a configuration: did you mean prompts?"),
        ("scenarios: []", "scenarios of promptfoo is not supported here."),
        ("tests: file://make.py:tests", "Tests are read from files that end with .yaml, .yml, "),
        ("tests: [nothing.csv]", "nothing.csv cannot be read: No such file"),
        ("tests: [../../x.csv]", "../../x.csv is outside the workspace folder: move it inside."),
        ("defaultTest: file:///etc/hosts", "file:///etc/hosts is outside the workspace folder"),
        ("- a", "A configuration is a mapping of keys to values."),
        ("a: [", "The file cannot be read here: "),
        ("", "A configuration is a mapping of keys to values."),
        ("tests: [7, [], null]", "Tests are read from files that end with"),
    ],
)
def test_what_is_wrong_is_said(read: Callable[[str], ConfigFile], text: str, expected: str) -> None:
    assert read(text).problems[0].message.startswith(expected)


TEMPLATES = """\
assertionTemplates:
  short: {type: word-count, value: {max: 9}}
  object: {type: is-json, value: {$ref: '#/schemas/one'}}
schemas: {one: {required: [a], properties: {a: {$ref: '#/definitions/a'}}}}
prompts: [a.txt]
defaultTest: {assert: [{$ref: '#/assertionTemplates/short'}]}
tests:
  - assert: [{$ref: '#/assertionTemplates/object', weight: 2}]
  - assert: [{$ref: '#/assertionTemplates/shrt'}]
  - assert: [{$ref: '#/tests/2/assert/0'}]
"""


def test_references_that_multiply_are_refused(read: Callable[[str], ConfigFile]) -> None:
    parts = ["x0: {a: 1}"]
    for number in range(8):
        ref = f"{{$ref: '#/x{number}'}}"
        parts.append(f"x{number + 1}: [{', '.join([ref] * 10)}]")
    tests = "tests: [{assert: [{type: is-json, value: {$ref: '#/x8'}}]}]"
    found = [it.message for it in read("\n".join([*parts, tests])).problems]
    assert "References make this file too large: write it out." in found


def test_references_stand_for_parts_of_the_file(read: Callable[[str], ConfigFile]) -> None:
    config = read(TEMPLATES)
    one, two, three = config.tests[""].cases
    assert [(it.type, it.weight) for it in one.case.assertions] == [
        ("word-count", 1),
        ("is-json", 2),
    ]
    schema = one.case.assertions[1].value
    assert schema == {"required": ["a"], "properties": {"a": {"$ref": "#/definitions/a"}}}
    assert two.refused == "An assertion needs a type."
    assert three.refused
    places = {it.message: it.range.start for it in config.problems}
    missing = places["There is no #/assertionTemplates/shrt in this file."]
    assert (missing.line, missing.character) == (8, TEMPLATES.splitlines()[8].index("'#"))
