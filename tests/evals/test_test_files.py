"""Tests files of every kind: what is read, and what is wrong with exact places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.evals.cases import Assertion, AssertionSet, TestCase
from fourfold.evals.grading import grade
from fourfold.evals.missing import MISSING
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.response import Response
from fourfold.evals.test_files.reading import read_tests

if TYPE_CHECKING:
    from fourfold.evals.test_files.tests_file import TestsFile

DATA = Path(__file__).with_name("data")
FILES = ReferencedFiles(DATA, DATA)
RECORDED = [json.loads(line) for line in (DATA / "promptfoo-verdicts.jsonl").open(encoding="utf-8")]


def read(text: str, name: str = "a.tests.yaml") -> TestsFile:
    return read_tests(name, text, FILES)


def only(text: str, name: str = "a.tests.yaml") -> TestCase:
    found = read(text, name)
    assert found.problems == []
    [placed] = found.cases
    assert placed.refused is None
    return placed.case


def marked(text: str) -> list[str]:
    """The text that each problem marks, and its message."""
    lines = text.splitlines()
    found = read(text)
    assert all(place.refused for place in found.cases)
    return [
        f"{lines[it.range.start.line][it.range.start.character : it.range.end.character]}: "
        f"{it.message}"
        for it in found.problems
        if it.range.start.line == it.range.end.line
    ]


FULL = """\
- description: a ticket
  vars: {ticket: "I was charged twice.", count: 010, on: no}
  threshold: 0.5
  metadata: {kind: billing}
  options: {repeat: 3}
  providerOutput: billing
  assert:
    - {type: not-icontains, value: sorry, weight: 2, metric: tone}
    - type: assert-set
      threshold: 1
      assert: [{type: equals, value: billing}]
"""


def test_everything_that_a_test_can_say() -> None:
    case = only(FULL)
    assert case == TestCase(
        "a ticket",
        {"ticket": "I was charged twice.", "count": 10, "on": "no"},
        (
            Assertion("icontains", True, "sorry", None, 2, "tone"),
            AssertionSet((Assertion("equals", value="billing"),), 1),
        ),
        0.5,
        3,
        "billing",
        {"kind": "billing"},
    )


def test_the_same_in_every_kind_of_file() -> None:
    tests = [{"vars": {"q": "é\t😀"}, "assert": [{"type": "contains", "value": "a"}]}] * 2
    for as_ascii in (True, False):
        text = json.dumps(tests, ensure_ascii=as_ascii, indent="\t")
        cases = [it.case for it in read(text, "a.tests.json").cases]
        assert [case.variables for case in cases] == [{"q": "é\t😀"}] * 2
        lines = "\n\n".join(json.dumps(test, ensure_ascii=as_ascii) for test in tests)
        assert [it.case for it in read(lines, "a.tests.jsonl").cases] == cases
    in_csv = read("q,__expected\né\t😀,contains: a\né\t😀,contains: a\n", "a.tests.csv")
    assert [it.case for it in in_csv.cases] == cases
    in_yaml = read(
        "tests:\n- &t\n  vars: {q: 'é\t😀'}\n  assert: [{type: contains, value: a}]\n- *t"
    )
    assert [it.case for it in in_yaml.cases] == cases


def test_a_line_ends_at_line_ends_alone() -> None:
    odd = "a\u2028b\x85c\x0bd"
    line = json.dumps({"vars": {"q": odd}, "assert": [{"type": "is-json"}]}, ensure_ascii=False)
    for text, name in (
        (f"{line}\r\n{line}\n", "a.tests.jsonl"),
        (f"q,__expected\r{odd},x\r{odd},x", "a.tests.csv"),
    ):
        assert [it.case.variables for it in read(text, name).cases] == [{"q": odd}] * 2


def test_defaults_are_merged_and_can_be_left_out() -> None:
    text = """\
defaultTest:
  vars: {a: 1, b: 2}
  threshold: 0.5
  assert: [{type: is-json}]
tests:
  - {vars: {b: 3}, assert: [{type: contains, value: x}]}
  - {threshold: 0, options: {disableDefaultAsserts: true}, assert: [{type: contains, value: x}]}
"""
    one, two = (it.case for it in read(text).cases)
    assert one.variables == {"a": 1, "b": 3}
    assert ([it.type for it in one.assertions], one.threshold) == (["is-json", "contains"], 0.5)
    assert ([it.type for it in two.assertions], two.threshold) == (["contains"], 0)


def test_lists_of_texts_expand_the_first_slowest() -> None:
    text = "- {vars: {x: [a, b], y: ['1', '2'], z: [3]}, assert: [{type: is-json}]}"
    found = read(text)
    assert [(it.case.variables["x"], it.case.variables["y"]) for it in found.cases] == [
        ("a", "1"), ("a", "2"), ("b", "1"), ("b", "2"),
    ]  # fmt: skip
    assert found.cases[0].case.variables["z"] == [3]
    assert found.cases[0].case.name == "test 1 (a, 1)"
    assert len({it.case.identity for it in found.cases}) == 4
    kept = only(text.replace("- {", "- {options: {disableVarExpansion: true}, "))
    assert kept.variables["x"] == ["a", "b"]


def test_variables_from_files(tmp_path: Path) -> None:
    for name, content in {"a.txt": " one \n", "b.txt": "two", "v.yaml": "k: [1, 2]"}.items():
        (tmp_path / name).write_text(content)
    (tmp_path.parent / "outside.txt").write_text("secret")
    (tmp_path / "link.txt").symlink_to(tmp_path.parent / "outside.txt")
    files = ReferencedFiles(tmp_path, tmp_path)

    def variable(reference: str) -> tuple[object, list[str]]:
        text = json.dumps([{"vars": {"x": reference}, "assert": [{"type": "is-json"}]}])
        found = read_tests("a.tests.json", text, files)
        return (
            [it.case.variables["x"] for it in found.cases],
            [problem.message for problem in found.problems],
        )

    assert variable("file://a.txt") == (["one"], [])
    assert variable("file://[ab].txt")[1] == [
        "file://[ab].txt cannot be read: No such file or directory."
    ]
    assert variable("file://*.txt")[1] == [
        "file://link.txt is outside the workspace folder: move it inside."
    ]
    (tmp_path / "link.txt").unlink()
    assert variable("file://*.txt") == (["one", "two"], [])
    assert variable("file://v.yaml") == (['{"k":[1,2]}'], [])
    for outside in ("file://../outside.txt", "file:///etc/passwd"):
        assert variable(outside)[1] == [
            f"{outside} is outside the workspace folder: move it inside."
        ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "- {asert: [{type: equals, value: a}]}",
            ["asert: There is no asert in a test: did you mean assert?"],
        ),
        (
            "- {assert: [{type: equls, value: a}]}",
            ["equls: There is no assertion of the type equls: did you mean equals?"],
        ),
        (
            "- {assert: [{type: Contains, value: a}]}",
            ["Contains: There is no assertion of the type Contains: did you mean contains?"],
        ),
        (
            "- assert:\n  - {type: equals, valeu: a}",
            ["valeu: There is no valeu in an assertion: did you mean value?"],
        ),
        (
            "- {expected: a, vars: {a: 1}}",
            ["expected: There is no expected in a test."],
        ),
        ("- {assert: {type: equals}}", ["{type: equals}: assert is a list of assertions."]),
        ("- {assert: [equals]}", ["equals: An assertion is a mapping of keys to values."]),
        ("- {assert: [{value: a}]}", ["{value: a}: An assertion needs a type."]),
        ("- {assert: [{type: is-json, threshold: high}]}", ["high: threshold is a number."]),
        ("- {assert: [{type: is-json}], threshold: true}", ["true: threshold is a number."]),
        (
            "- {assert: [{type: is-json}], options: {transformVars: 'vars'}}",
            ["transformVars: transformVars of promptfoo is not supported here."],
        ),
        (
            "- {assert: [{type: is-json}], options: {transform: [a]}}",
            ["[a]: transform is a text."],
        ),
        (
            "- {assert: [{type: is-json}], options: {repeat: 0}}",
            ["0: repeat is a number from 1 on."],
        ),
        (
            "- assert: [{type: assert-set, assert: [{type: assert-set, assert: []}]}]",
            ["assert-set: An assert-set does not stand within another one."],
        ),
        ("- {vars: [1], assert: [{type: is-json}]}", ["[1]: vars is a mapping of keys to values."]),
        ("a: 1\nb: 2", ["a: There is no a in a tests file.", "b: There is no b in a tests file."]),
        ("- {assert: [}", ["}: The file cannot be read here: while parsing a flow node, "]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_marked_and_the_test_refused(text: str, expected: list[str]) -> None:
    found = marked(text)
    assert len(found) >= len(expected)
    for message, start in zip(found, expected, strict=False):
        assert message.startswith(start)


def test_a_wrong_test_takes_no_other_with_it() -> None:
    found = read("- {assert: [{type: nope}]}\n- {assert: [{type: is-json}]}")
    assert [it.refused is None for it in found.cases] == [False, True]
    wrong_default = read(
        "defaultTest: {assert: [{type: nope}]}\ntests: [{assert: [{type: is-json}]}]"
    )
    assert wrong_default.cases[0].refused


@pytest.mark.parametrize("name", ["a.tests.yaml", "a.tests.json", "a.tests.jsonl", "a.tests.csv"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "\ufeff",
        "[",
        "{" * 100_000,
        "[" * 100_000,
        '{"a":' * 50_000,
        '"' * 999,
        "a\0b",
        "\ud800",
        "- " * 5_000,
        "a: &a [1, 1]\nb: &b [*a, *a]\n" + "".join(f"c{i}: &c{i} [*b, *b]\n" for i in range(90)),
        "x," * 200_000,
        "null",
        "7",
        "[7, null, [], {}]",
        '[{"vars": {"a": ' + '["x"],"b":' * 1 + '["x"]}, "assert": []}]',
        "- {vars: {"
        + ", ".join(f"v{i}: [a, b, c]" for i in range(40))
        + "}, assert: [{type: is-json}]}",
    ],
    ids=range(18),
)
def test_no_text_makes_reading_fail(name: str, text: str) -> None:
    found = read(text, name)
    assert len(found.cases) <= 10_000
    assert all(problem.message.endswith((".", "?")) for problem in found.problems)


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"b{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 6)}]" for i in range(1, 10)]
    text = (
        "- vars:\n" + "".join(f"    {line}\n" for line in lines) + "  assert: [{type: is-json}]\n"
    )
    found = read(text)
    assert found.problems
    assert all(it.refused for it in found.cases)


def test_twenty_megabytes_are_refused_at_once() -> None:
    found = read("- {assert: [{type: is-json}]}\n" * 700_000)
    assert [problem.message for problem in found.problems] == [
        "A tests file has at most 4,000,000 characters: split it."
    ]


def test_an_edited_test_is_another_test() -> None:
    base = only(FULL)
    assert only(FULL.replace("a ticket", "another name")).identity == base.identity
    for old, new in (
        ("twice", "once"),
        ("sorry", "Sorry"),
        ("weight: 2", "weight: 1"),
        ("010", "9"),
    ):
        assert only(FULL.replace(old, new)).identity != base.identity


IN_CSV = [line for line in RECORDED if line["id"].startswith("csv-expected-")]


@pytest.mark.parametrize("recorded", IN_CSV, ids=[line["id"] for line in IN_CSV])
def test_cells_are_the_assertions_that_promptfoo_takes_them_for(recorded: dict[str, Any]) -> None:
    found = read((DATA / "data/expected.csv").read_text(encoding="utf-8"), "a.tests.csv")
    case = found.cases[int(recorded["id"][-3:]) - 1].case
    test = recorded["test"]
    assert (case.variables, case.recorded) == (test["vars"], test["providerOutput"])
    assert len(case.assertions) == len(test["assert"])
    for found_one, expected in zip(case.assertions, test["assert"], strict=True):
        assert (found_one.name, found_one.threshold) == (
            expected["type"], expected.get("threshold"),
        )  # fmt: skip
        value = found_one.value
        if expected["type"] == "python" and isinstance(value, str):
            value = value.removeprefix("file://")  # which promptfoo cuts off, and runs the rest
        # lists and schemas are read later here, and are written in another way there
        if not isinstance(expected.get("value"), list) and expected["type"] != "is-json":
            assert value == expected.get("value", MISSING)
    grades = grade(Response(recorded["output"], 0, 0), case.assertions, case.variables)
    judged = not any(one.name == "python" for one in case.assertions)
    assert grades.passed == (recorded["expected"]["pass"] if judged else None)


def test_more_columns_of_csv() -> None:
    def rows(name: str) -> list[TestCase]:
        text = (DATA / "data" / name).read_bytes().decode()
        return [it.case for it in read(text, "a.tests.csv").cases]

    first, *_, last = rows("threshold.csv")
    assert (first.name, first.threshold, first.metadata) == (
        "row 0", 0.5, {"lang": "en", "tags": ["a", "b,c"]},
    )  # fmt: skip
    assert [it.metric for it in last.assertions] == ["m", "m"]
    assert rows("semi.csv")[0].variables == {"q": "a,b"}
    assert [it.threshold for it in rows("config.csv")[0].assertions] == [3, 0.3]
    unknown = read("q,__expectd\na,b\n", "a.tests.csv")
    assert unknown.problems[0].message == ("There is no column __expectd in a tests file.")
    assert unknown.problems[0].range.start.character == 2
    assert unknown.cases[0].refused


def test_what_makes_too_many_cases_is_refused() -> None:
    lists = ", ".join(f"v{number}: [a, b, c]" for number in range(20))
    found = read(f"- {{vars: {{{lists}}}, assert: [{{type: is-json}}]}}")
    message = "test 1 makes more than 10,000 cases: shorten its lists."
    assert [it.message for it in found.problems] == [message]
    assert [it.refused for it in found.cases] == [message]
    many = read("- {assert: [{type: is-json}]}\n" * 30_000)
    assert len(many.cases) == 20_000
    assert [it.message for it in many.problems] == [
        "Only the first 20,000 tests of a file are read: split it."
    ]


def test_a_key_that_is_given_twice_is_refused() -> None:
    [problem] = read("- {assert: [{type: is-json}], assert: [{type: is-xml}]}").problems
    assert problem.message == "assert is given twice: keep one of them."


@pytest.mark.parametrize("kind", ["python", "webhook", "g-eval", "not-factuality", "similar"])
def test_what_asks_others_needs_a_value_before_anything_is_paid_for(kind: str) -> None:
    for value in ("", ", value: null"):
        [placed] = read(f"- assert: [{{type: {kind}{value}}}]\n").cases
        assert placed.refused == f"{kind} needs a value."


@pytest.mark.parametrize(
    ("provider", "text", "embedding"),
    [
        ("openai:gpt-5", ("gpt-5", None), ("gpt-5", None)),
        ("openai:chat:ft:gpt-4o:me:x", ("ft:gpt-4o:me:x", None), ("ft:gpt-4o:me:x", None)),
        ("fast", ("fast", None), ("fast", None)),
        ("{id: 'openai:a', config: {apiHost: x.y}}", ("a", "https://x.y/v1"), ("a", "https://x.y/v1")),
        ("{text: 'openai:a', embedding: {id: 'openai:embedding:b', config: {apiBaseUrl: 'http://c'}}}",
         ("a", None), ("b", "http://c")),
        ("{text: 'openai:a'}", ("a", None), None),
        ("null", None, None),
    ],
)  # fmt: skip
def test_which_judge_a_provider_means(provider: str, text: Any, embedding: Any) -> None:
    asserts = "[{type: llm-rubric, value: a}, {type: similar, value: a}]"
    for source in (
        f"- {{assert: {asserts}, options: {{provider: {provider}}}}}\n",
        f"defaultTest: {{options: {{provider: {provider}}}}}\ntests: [{{assert: {asserts}}}]\n",
        f"defaultTest: {{options: {{provider: {provider}}}, assert: {asserts}}}\n"
        "tests: [{vars: {a: b}}]\n",
    ):
        [placed] = read(source).cases
        assert placed.refused is None
        judges = [one.judge for one in placed.case.assertions]
        assert [it and (it.name, it.endpoint) for it in judges] == [text, embedding]
    own = "- {assert: [{type: llm-rubric, value: a, provider: own}], options: {provider: other}}\n"
    assert read(own).cases[0].case.assertions[0].judge.name == "own"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ("provider: 3", "provider is the id of a model, or a mapping with id and config."),
        ("provider: file://judge.py", "A judge that is a program is not supported here: name a"),
        ("provider: {id: a, config: 3}", "config of a provider is a mapping."),
        ("provider: {id: a, config: {apiBaseUrl: 3}}", "apiBaseUrl is a text."),
        ("factuality: {subst: 1}", "There is no subst in factuality: did you mean subset?"),
        ("factuality: {subset: a}", "subset is a number."),
        ("rubricPromt: a", "There is no rubricPromt in options: did you mean rubricPrompt?"),
    ],
)
def test_what_is_wrong_with_a_judge_is_said_where_it_stands(options: str, why: str) -> None:
    text = f"- assert: [{{type: llm-rubric, value: a}}]\n  options: {{{options}}}\n"
    [placed] = read(text).cases
    assert (placed.refused or "").startswith(why)


@pytest.mark.parametrize(
    "place",
    [
        "assert: [{type: contains, value: file://gone.txt}]",
        "assert: [{type: python, value: 'file://gone.py:check'}]",
        "assert: [{type: llm-rubric, value: a, rubricPrompt: file://gone.txt}]",
        "assert: [{type: contains, value: a, transform: file://gone.js}]",
        "assert: [{type: contains, value: a}], options: {transform: file://gone.js}",
        "assert: [{type: llm-rubric, value: a}], options: {rubricPrompt: file://../gone.txt}",
    ],
)
def test_a_file_that_is_not_there_is_told_of_where_it_is_named(place: str) -> None:
    text = f"- {{{place}}}\n"
    found = read(text)
    assert (found.cases[0].refused or "").startswith("file://")
    [problem] = found.problems
    assert text.splitlines()[0][problem.range.start.character :].startswith("file://") or (
        text.splitlines()[0][problem.range.start.character + 1 :].startswith("file://")
    )
