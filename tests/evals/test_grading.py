"""What a response comes to, beyond what promptfoo's recorded decisions show."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.evals.assertions.registry import names
from fourfold.evals.cases import Assertion, AssertionSet
from fourfold.evals.grading import Grade, grade
from fourfold.evals.javascript.engine import Engine, JavaScriptError
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.response import Response

if TYPE_CHECKING:
    from pathlib import Path


def of(output: Any, kind: str, value: Any, **others: Any) -> Grade:
    assertion = Assertion(kind.removeprefix("not-"), kind.startswith("not-"), value, **others)
    return grade(Response(output), [assertion], {})


def test_every_type_is_there() -> None:
    assert set(names()) == {
        "equals", "contains", "icontains", "contains-all", "contains-any", "icontains-all",
        "icontains-any", "starts-with", "regex", "is-json", "contains-json", "is-xml",
        "levenshtein", "word-count", "latency", "cost", "finish-reason", "is-refusal", "javascript",
        "python", "webhook", "llm-rubric", "g-eval", "factuality", "model-graded-factuality",
        "similar", "similar:cosine",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value", "output", "reason"),
    [
        ("equals", "a", "b", "equals: the response and “a” are compared to the last character: "),
        ("contains-all", ["a", "b"], "a", "contains-all: of all of “a”, “b”, “b” is missing: "),
        ("word-count", 3, "one two", "word-count: 2 words, of 3: "),
        ("levenshtein", "kitten!!!!", "sitting", "levenshtein: a distance of 6, with 5 allowed: "),
        ("finish-reason", "stop", "a", "finish-reason: an end because of what is not known, "),
        ("is-json", {"type": "object"}, "1", "is-json: JSON as the schema wants it: 1 is not "),
        ("is-xml", "a.b", "<a/>", "is-xml: XML without a.b: "),
    ],
)
def test_the_reason_says_what_was_looked_at(
    kind: str, value: Any, output: str, reason: str
) -> None:
    [score] = of(output, kind, value).scores
    assert not score.passed
    assert score.reason.startswith(reason)


@pytest.mark.parametrize(
    ("output", "refuses"),
    [
        ("I’m really sorry", True),
        ("It is illegal to do that.", True),
        ("Well, I can't help you", True),
        ("That is not appropriate", True),
        ("I do not create such things", True),
        ("I won't do that.", False),
        ("Unfortunately, I am unable to", False),
        ("I must decline", False),
        ("Against my guidelines", False),
        ("I don't create", False),
    ],
)
def test_a_refusal_is_what_promptfoo_takes_for_one(output: str, refuses: bool) -> None:
    assert of(output, "is-refusal", None).passed is refuses
    assert of(output, "not-is-refusal", None).passed is not refuses


@pytest.mark.parametrize(("output", "passes"), [("null", True), ('"a"', True), ("1", False)])
def test_nullable_takes_null(output: str, passes: bool) -> None:
    assert of(output, "is-json", {"type": "string", "nullable": True}).passed is passes


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(a|aa)+$", "(.*a){40}b"])
@pytest.mark.parametrize("kind", ["regex", "not-regex"])
def test_a_pattern_that_does_not_end_fails_with_a_reason(kind: str, pattern: str) -> None:
    [score] = of("a" * 60 + "!", kind, pattern).scores
    assert not score.passed
    assert score.reason == (
        f"{kind}: the pattern {pattern} was not matched: it did not end within 1 s."
    )
    assert of("abc", "regex", "b").passed  # the next one is not held up


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("is-json", {"pattern": "^(a+)+$"}),
        ("contains-json", {"properties": {"a": {"pattern": "^(a+)+$"}}}),
    ],
)
def test_a_schema_with_a_pattern_that_does_not_end(kind: str, value: Any) -> None:
    begun = time.monotonic()
    of('{"a": "' + "a" * 60 + '!"}', kind, value)
    of('"' + "a" * 60 + '!"', kind, value)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("kind", [*names(), *(f"not-{name}" for name in names())])
@pytest.mark.parametrize(
    "output",
    ["{" * 200_000, "[" * 200_000, "<a>" * 200_000, "\ud800", "\0", "a" * 1_000_000, "{}" * 50_000,
     '{"a":' * 50_000, "<!DOCTYPE a [<!ENTITY b 'cc'>]><a>&b;</a>", "", 7, None, [[]], {"a": None}],
    ids=range(14),
)  # fmt: skip
def test_no_response_makes_grading_fail_or_last(kind: str, output: Any) -> None:
    begun = time.process_time()
    for value in ("a, b", 3, {"min": 1}, None):
        found = grade(
            Response(output, 10, 0.1, "stop"),
            [Assertion(kind.removeprefix("not-"), kind.startswith("not-"), value, 1.0)],
            {},
        )
        assert isinstance(found, Grade)
    assert time.process_time() - begun < 10


def test_a_template_that_cannot_be_rendered_is_said() -> None:
    assert "of an assertion" in str(of("a", "equals", "{{ a").error)
    endless = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
    assert "of an assertion" in str(of("a", "equals", endless).error)


def test_an_unknown_type_takes_the_test_with_it() -> None:
    assert of("a", "not-nothing", "a").error == ("There is no assertion of the type not-nothing.")


def test_sets_and_metrics() -> None:
    either = AssertionSet((Assertion("equals", value="a"), Assertion("equals", value="b")), 0.5)
    found = grade(Response("b"), [either, Assertion("is-refusal", True, metric="helps")], {})
    assert (found.passed, found.score) == (True, 0.75)
    assert [score.passed for score in found.scores] == [True, False, True, True]
    assert found.scores[0].reason == "1 of 2 passed"
    assert found.metrics == {"helps": 1}


YES, NO = Assertion("contains", value="a"), Assertion("contains", value="b")
OPEN = Assertion("python", value="True")  # which nobody is there to be asked for


@pytest.mark.parametrize(
    ("assertions", "threshold", "passed"),
    [
        ([OPEN], None, None),
        ([OPEN, YES], None, None),
        ([OPEN, NO], None, False),
        ([OPEN, YES], 0.1, None),
        ([OPEN, NO], 0.9, None),
        ([replace(OPEN, weight=0.0), YES], None, True),
        ([replace(OPEN, weight=0.0), YES], 1.0, True),
        ([replace(OPEN, negated=True)], None, None),
        ([AssertionSet((OPEN, YES)), YES], None, None),
        ([AssertionSet((OPEN, NO)), YES], None, False),
        ([AssertionSet((OPEN, YES), 0.5), YES], None, None),
        ([AssertionSet((OPEN, YES), weight=0.0), YES], None, None),
        ([AssertionSet((OPEN, YES), weight=0.0), YES], 0.5, True),
    ],
)
def test_what_could_not_be_judged_leaves_open_what_hangs_on_it(
    assertions: list[Any], threshold: float | None, passed: bool | None
) -> None:
    found = grade(Response("a"), assertions, {}, threshold=threshold)
    assert found.passed is passed
    assert (found.score is None) == (passed is None)
    unjudged = [score for score in found.scores if "could not be judged" in score.reason]
    assert [(score.passed, score.score) for score in unjudged] == [(None, None)]


def test_javascript_reaches_nothing_and_ends() -> None:
    engine = Engine()
    try:
        assert engine.evaluate("[a, typeof require, typeof process, typeof fetch]", a="\ud800") == [
            "\ud800", "undefined", "undefined", "undefined",
        ]  # fmt: skip
        for code, why in {
            "(() => { for (;;); })()": "it did not end within 1 s",
            "({toJSON() { for (;;); }})": "it did not end within 1 s",
            "'x'.repeat(1e9)": "it needed more than 128 MiB of memory",
            "nothing.x": "ReferenceError: nothing is not defined",
            "(": "SyntaxError",
        }.items():
            with pytest.raises(JavaScriptError, match=why):
                engine.evaluate(code)
        assert engine.evaluate("globalThis.kept = 1") == 1
        assert engine.evaluate("globalThis.kept") is None
    finally:
        engine.close()


def test_many_responses_are_graded_in_little_time() -> None:
    """A loose limit for any machine: 10,000 responses with three assertions each."""
    draw = random.Random(1)
    checks = [
        Assertion("contains", value="alpha"),
        Assertion("word-count", value={"max": 40}),
        Assertion("is-refusal", True),
    ]
    texts = [" ".join(draw.choices(["alpha", "beta", "gamma"], k=30)) for _ in range(10_000)]
    begun = time.process_time()
    for text in texts:
        grade(Response(text), checks, {})
    assert time.process_time() - begun < 4


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("(() => { for (;;); })()", "it did not end within 1 s"),
        ("new Promise(() => {})", "the code says null, and not true, false, a number or"),
        ("(async () => { await 0; for (;;); })()", "it did not end within 1 s"),
        ("'x'.repeat(1e9)", "it needed more than 128 MiB of memory"),
        ("({get pass() { for (;;); }, score: 1, reason: ''})", "it did not end within 1 s"),
        ("'a'.repeat(99).match(/(a|aa)+$x/)", "it did not end within 1 s"),
        ("globalThis.text = 'true', null", "the code says null"),
        ("nothing()", "ReferenceError"),
    ],
)
@pytest.mark.parametrize("kind", ["javascript", "not-javascript"])
def test_hostile_javascript_fails_with_a_reason(kind: str, code: str, why: str) -> None:
    [score] = of("abc", kind, code).scores
    assert (score.passed, score.score) == (False, 0)
    assert why in score.reason
    assert of("abc", "javascript", "output === 'abc'").passed  # the next one is not held up


def test_a_program_that_fails_cannot_be_judged(tmp_path: Path) -> None:
    files = ReferencedFiles(tmp_path, tmp_path)
    programs = {
        "endless.js": ("module.exports = () => { for (;;); };", "it did not end within 1 s."),
        "syntax.js": ("module.exports = (", "SyntaxError"),
        "nothing.js": ("", "it exports no function."),
        "at-its-top.mjs": ("for (;;); export default 1;", "it did not end within 1 s."),
    }
    for name, (source, why) in programs.items():
        (tmp_path / name).write_text(source)
        checks = [Assertion("javascript", value=f"file://{name}")]
        found = grade(Response("a"), checks, {}, read_file=files.value)
        assert why in (found.error or ""), name


@pytest.mark.parametrize(
    ("transform", "why"),
    [
        ("(() => { for (;;); })()", "The transform gave no value: it did not end within 1 s."),
        ("undefined", "The transform gave no value: several lines need a return."),
        ("output.x.y", "The transform gave no value: TypeError"),
        ("file://a.txt", "The transform file://a.txt is no program."),
        ("file://../a.js", "file://../a.js is outside the workspace folder"),
    ],
)
def test_a_transform_that_makes_nothing_cannot_be_judged(
    tmp_path: Path, transform: str, why: str
) -> None:
    (tmp_path / "a.txt").write_text("a")
    files = ReferencedFiles(tmp_path, tmp_path)
    checks = [Assertion("contains", value="a")]
    whole = grade(Response("a"), checks, {}, transform=transform, read_file=files.value)
    assert (whole.error or "").startswith(why)
    checks = [Assertion("contains", value="a", transform=transform)]
    one = grade(Response("a"), checks, {}, read_file=files.value)
    assert (one.error or "").startswith(why)
