"""What can be typed in a tests file, and what it means."""

from __future__ import annotations

from pathlib import Path

import pytest

from fourfold.evals.assertions.meanings import MEANINGS, rows
from fourfold.evals.assertions.registry import names
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.test_files.completing import Known, complete, meaning
from fourfold.prompts.formats import parse
from fourfold.source.yaml_cursor import cursor_at

PAGE = Path(__file__).parents[2] / "server" / "TESTS.md"
INPUTS = parse("Greet {{ name }} in {{ city }}.\n", ".md").variables


def known(folder: Path) -> Known:
    return Known(INPUTS, ReferencedFiles(folder, folder))


def offered(text: str, folder: Path, *, in_json: bool = False) -> list[str]:
    line = text[: text.index("¦")].count("\n")
    column = text.split("\n")[line].index("¦")
    cursor = cursor_at(text.replace("¦", "").split("\n"), line, column)
    assert cursor is not None
    return [one.text for one in complete(cursor, known(folder), in_json=in_json)]


def test_keys_of_each_mapping_without_those_that_are_there(tmp_path: Path) -> None:
    assert offered("¦", tmp_path) == ["tests: ", "defaultTest: "]
    assert offered("- vars: {}\n  ¦", tmp_path)[:2] == ["description: ", "assert: "]
    assert offered("tests:\n  - ¦", tmp_path)[0] == "description: "
    assert "repeat: " in offered("- options:\n    ¦", tmp_path)
    assert "threshold: " in offered("defaultTest:\n  assert:\n    - ¦", tmp_path)
    assert "weight: " in offered("- assert: [{assert: [{¦}]}]", tmp_path)
    assert offered("- va¦: 1", tmp_path)[1] == "vars"
    assert offered('[{"assert": [{"¦": 1}]}]', tmp_path, in_json=True)[0] == '"type"'
    assert offered("- metadata:\n    ¦", tmp_path) == []


def test_the_inputs_of_the_prompt(tmp_path: Path) -> None:
    assert offered("- vars:\n    city: x\n    ¦", tmp_path) == ["name: "]
    assert offered("- vars: {¦}", tmp_path) == ["name: ", "city: "]


def test_types_of_assertions_also_turned_around(tmp_path: Path) -> None:
    found = offered("- assert:\n    - type: ¦", tmp_path)
    assert set(found) == set(MEANINGS)
    assert "not-contains" in offered("- assert: [{type: not-co¦}]", tmp_path)
    assert offered("- assert:\n    - type:¦", tmp_path)[0].startswith(" ")


def test_files_of_the_workspace_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name in ("a.txt", ".hidden", "data/b b.json"):
        (tmp_path / name).write_text("x")
    assert offered("- vars:\n    city: ¦", tmp_path) == ["file://a.txt", "file://data/"]
    assert offered("- assert: [{value: file://data/¦}]", tmp_path) == ["file://data/b b.json"]
    for outside in ("..", "data/../..", "/etc", "none", "a.txt", "\0"):
        assert offered(f"- vars:\n    city: file://{outside}/¦", tmp_path) == []


def test_what_words_mean(tmp_path: Path) -> None:
    here = known(tmp_path)
    assert meaning("value", ("[]", "assert", "[]", "type"), "not-contains", here)
    assert meaning("value", ("[]", "assert", "[]", "value"), "contains", here) is None
    assert meaning("key", ("tests", "[]"), "vars", here) == "the inputs of the prompt"
    assert meaning("key", ("[]", "vars"), "name", here) is not None
    assert meaning("key", ("[]", "vars"), "nobody", here) is None


def test_every_type_has_a_meaning_which_the_page_says_too() -> None:
    page = PAGE.read_text("utf-8").splitlines()
    assert [row for row in rows() if row not in page] == []
    bare = {one.partition(":")[0].removeprefix("model-graded-") for one in names()}
    assert bare == set(MEANINGS) - {"assert-set"}


@pytest.mark.parametrize("text", ["- {{{", "][", "- - - - x: {", "\t\t: :"])
def test_broken_text_offers_something_or_nothing(text: str, tmp_path: Path) -> None:
    for column in range(len(text) + 1):
        cursor = cursor_at([text], 0, column)
        assert cursor is None or complete(cursor, known(tmp_path), in_json=False) is not None
