"""A test is added to a tests file, and the rest of the text stays as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.errors import FourfoldError
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.test_files.adding import NewTest, insertion
from fourfold.evals.test_files.reading import read_tests

HERE = Path(__file__).parent
FILES = ReferencedFiles(HERE, HERE)
ADA = NewTest("as v3 was run", {"name": "Ada"})


def added(file: str, text: str, test: NewTest = ADA) -> str:
    at, new = insertion(file, text, test)
    return text[:at] + new + text[at:]


def variables(file: str, text: str) -> list[Any]:
    return [dict(one.case.variables) for one in read_tests(file, text, FILES).cases]


BO = "- vars: {name: Bo}"
ITEM = """\
- description: "as v3 was run"
  vars:
    name: "Ada"
  assert: []
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ITEM),
        ("# ours", f"# ours\n{ITEM}"),
        (f"{BO} # why\n\n# the end\n", f"{BO} # why\n{ITEM}\n# the end\n"),
        ("- vars:\n    name: |\n      # Bo\n\n", f"- vars:\n    name: |\n      # Bo\n\n{ITEM}"),
        (BO, f"{BO}\n{ITEM}"),
        (
            "tests:\n  - vars:\n      name: Bo\ndefaultTest: {}\n",
            "tests:\n  - vars:\n      name: Bo\n"
            + "".join(f"  {line}\n" for line in ITEM.splitlines())
            + "defaultTest: {}\n",
        ),
        (
            "defaultTest:\n  assert: [{type: is-json}]\n",
            "defaultTest:\n  assert: [{type: is-json}]\ntests:\n"
            + "".join(f"  {line}\n" for line in ITEM.splitlines()),
        ),
        (
            "[{vars: {name: Bo}}]\n",
            '[{vars: {name: Bo}}, {"description": "as v3 was run", "vars": {"name": "Ada"}, '
            '"assert": []}]\n',
        ),
        (f"{BO}\r\n", f"{BO}\n{ITEM}".replace("\n", "\r\n")),
    ],
)
def test_yaml_keeps_its_form(before: str, after: str) -> None:
    assert added("a.tests.yaml", before) == after


@pytest.mark.parametrize(
    ("file", "before"),
    [
        ("a.tests.json", ""),
        ("a.tests.json", "[]"),
        ("a.tests.json", '[\n  {"vars": {"name": "Bo"}}\n]\n'),
        ("a.tests.json", '{"tests": [{"vars": {"name": "Bo"}}], "defaultTest": {}}'),
        ("a.tests.jsonl", '{"vars": {"name": "Bo"}}'),
        ("a.tests.csv", "name,__description,__expected\nBo,b,x\n"),
        ("a.tests.csv", "__expected;name\nx;Bo"),
    ],
)
def test_every_kind_of_file_takes_one(file: str, before: str) -> None:
    after = added(file, before)
    assert variables(file, after) == [*variables(file, before), {"name": "Ada"}]
    problems = read_tests(file, after, FILES).problems
    assert [one for one in problems if one.code != "no-assertions"] == []


@pytest.mark.parametrize(
    ("file", "before", "test", "why"),
    [
        ("a.tests.yaml", "- a: [", ADA, "cannot be read"),
        ("a.tests.yaml", "just text", ADA, "cannot be read"),
        ("a.tests.yaml", "tests:\n", ADA, "cannot be read"),
        ("a.tests.json", "{", ADA, "cannot be read"),
        ("a.tests.csv", "city,__expected\n", ADA, "no column name"),
        ("a.tests.yaml", "", NewTest("x", {"name": "file://a.txt"}), "begins with file://"),
    ],
)
def test_what_cannot_take_one_says_why(file: str, before: str, test: NewTest, why: str) -> None:
    with pytest.raises(FourfoldError, match=why):
        insertion(file, before, test)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.text(
    "ab \t\n#:-|'\"\\{}[]\x85\u2028\u00a0\U000e0001", max_size=12
)
VALUES = st.recursive(
    TEXTS | st.integers(-9, 9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)


@given(
    file=st.sampled_from(["a.tests.yaml", "a.tests.json", "a.tests.jsonl"]),
    values=st.dictionaries(TEXTS, VALUES, min_size=1, max_size=3),
)
def test_what_was_given_comes_back(file: str, values: dict[str, Any]) -> None:
    first = added(file, "", NewTest("a\n“b”", values))
    twice = added(file, first, NewTest("c", values))
    found = variables(file, twice)
    assert found == [values, values]
