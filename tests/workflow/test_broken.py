"""Reading a workflow.yaml never fails: it gives what it could read, and says what is wrong."""

from __future__ import annotations

import time
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.workflow.file.configuration import ResponseConfig, WorkflowConfig, parse

LIMIT_S = 5.0


def problems(workflow: WorkflowConfig) -> list[tuple[str, int]]:
    """Each problem's rule, and the 1-based line that it is shown on."""
    return [(problem.code, problem.range.start.line + 1) for problem in workflow.problems]


def ids(workflow: WorkflowConfig) -> list[str]:
    return [step.id for step in workflow.walk()]


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("just a text", "wrong-type", 1),
        ("- a\n- b\n", "wrong-type", 1),
        ("name: [a]\n", "wrong-type", 1),
        ("model: {id: gpt-5}\n", "wrong-type", 1),
        ("steps: [a, b]\n", "wrong-type", 1),
        ("steps:\n  a: text\n", "wrong-type", 2),
        ("steps:\n  a:\n    title: [x]\n", "wrong-type", 3),
        ("steps:\n  a:\n    model: {}\n", "wrong-type", 3),
        ("steps:\n  a:\n    options: 0.2\n", "wrong-type", 3),
        ("steps:\n  a:\n    options:\n      temperature: hot\n", "wrong-type", 4),
        ("steps:\n  a:\n    inputs: [x]\n", "wrong-type", 3),
        ("steps:\n  a:\n    inputs:\n      x: {step: [b]}\n", "wrong-type", 4),
        ("steps:\n  a:\n    inputs:\n      x: {file: }\n", "wrong-type", 4),
        ("steps:\n  a:\n    inputs:\n      x: Python\n", "workflow-input-source", 4),
        ("steps:\n  a:\n    inputs:\n      x: {url: b}\n", "workflow-input-source", 4),
        ("steps:\n  a:\n    inputs:\n      x: {step: b, file: c}\n", "workflow-input-source", 4),
        ("steps:\n  a:\n    response: json\n", "wrong-type", 3),
        ("steps:\n  a:\n    response: {kind: xml}\n", "workflow-response-kind", 3),
        ("steps:\n  a:\n    response: {kind: json, schema: 1}\n", "wrong-type", 3),
        ("steps:\n  a:\n    response: {retries: -1}\n", "wrong-type", 3),
        ("steps:\n  a:\n    response: {retries: true}\n", "wrong-type", 3),
        ("steps:\n  a/b:\n", "workflow-step", 2),
        ("steps:\n  '':\n", "workflow-step", 2),
        ("steps:\n  ? [a]\n  : b\n", "wrong-type", 2),
        ("name: a\n---\nname: b\n", "yaml", 2),
        ("name: a\0b\n", "yaml", 1),
        ("steps:\n  a: *nowhere\n", "yaml", 2),
        ("steps: &s\n  a:\n    steps: *s\n", "yaml", 3),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(text: str, rule: str, line: int) -> None:
    assert problems(parse(text)) == [(rule, line)]


def test_the_rest_of_the_file_counts_all_the_same() -> None:
    workflow = parse(
        dedent(
            """\
            name: [wrong]
            model: gpt-5
            steps:
              a: wrong
              b:
                title: B
                inputs: {x: wrong, y: {step: a}}
                response: {kind: wrong, retries: 1}
            """
        )
    )

    assert (workflow.name, workflow.model, ids(workflow)) == (None, "gpt-5", ["a", "b"])
    b = workflow.step("b")
    assert b is not None
    assert (b.title, list(b.inputs), b.response) == ("B", ["y"], ResponseConfig(retries=1))


@pytest.mark.parametrize(
    "rest",
    ["  c: {title: half", "  c: 'half", "  c\n  d:\n", " c:\n", "\tc:\n", "  c: [}\n", "  %"],
)
def test_what_stands_before_broken_yaml_counts(rest: str) -> None:
    workflow = parse(f"model: gpt-5\nsteps:\n  a:\n  b: {{model: o5}}\n{rest}")

    assert "yaml" in [rule for rule, _ in problems(workflow)]
    assert workflow.model == "gpt-5"
    assert ids(workflow)[:2] == ["a", "b"]
    assert (step := workflow.step("b")) is not None
    assert step.model == "o5"


def test_of_a_key_that_stands_twice_the_last_one_counts() -> None:
    workflow = parse("name: a\nsteps:\n  a: {title: One}\n  b:\n  a: {title: Two}\nname: b\n")

    assert problems(workflow) == [("workflow-duplicate-key", 1), ("workflow-duplicate-key", 3)]
    assert "line 5" in workflow.problems[1].message
    assert (workflow.name, workflow.title("a"), ids(workflow)) == ("b", "Two", ["b", "a"])


def nested_steps(depth: int) -> str:
    lines = ["steps:"]
    for level in range(depth):
        lines += [f"{'  ' * (2 * level + 1)}s:", f"{'  ' * (2 * level + 2)}steps:"]
    return "\n".join(lines)


def bomb(value: str, levels: int) -> str:
    """Twice the one above, on every line: `value` has an `@` for each of the two."""
    lines = ["l0: &l0 {x: 1, y: 2}"]
    for level in range(1, levels):
        two = ", ".join(
            value.replace("@", f"*l{level - 1} ").replace("#", str(n)) for n in range(2)
        )
        lines.append(f"l{level}: &l{level} {{{two}}}")
    return "\n".join(lines) + "\n"


def chain(length: int) -> str:
    """Each line holds the one above, so that it is deep without looking so."""
    lines = ["l0: &l0 {steps: }"]
    lines += [f"l{n}: &l{n} {{steps: *l{n - 1} }}" for n in range(1, length)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (nested_steps(17), "workflow-step"),
        (nested_steps(60), "yaml"),
        ("steps: " + "[" * 100_000, "yaml"),
        ("steps: " + "{a: " * 50_000, "yaml"),
        ("- " * 50_000, "yaml"),
        ("steps:\n" + "".join(f"  s{n}:\n" for n in range(20_001)), "workflow-too-large"),
        ("name: " + "x" * 300_000, "workflow-too-large"),
        (bomb("k#: @", 30) + "steps: {a: {options: {additionalProperties: *l29 }}}", "too-large"),
        (bomb("k#: @", 30) + "steps: {a: {inputs: {x: {value: *l29 }}}}", "too-large"),
        (bomb("k#: @", 30) + "steps: {a: {response: {schema: *l29 }}}", "too-large"),
        (bomb("k#: {steps: @}", 30) + "steps: *l29 ", "too-large"),
        (bomb("<<: @", 40), "yaml"),
        (chain(8_000) + "steps: {a: {inputs: {x: {value: *l7999 }}}}", "yaml"),
        (chain(40) + "steps: *l39 ", "workflow-step"),
        (
            bomb("k#: @", 5)
            + "steps:\n"
            + "".join(f"  s{n}: {{inputs: {{x: {{value: *l4 }}}}}}\n" for n in range(2_000)),
            "yaml",
        ),
    ],
    ids=lambda value: value[:24].strip(),
)
def test_a_file_made_to_exhaust_the_machine_is_refused_at_once(text: str, rule: str) -> None:
    started = time.process_time()
    workflow = parse(text)

    assert time.process_time() - started < LIMIT_S
    assert any(problem.code.endswith(rule) for problem in workflow.problems)
    assert len(workflow.problems) < 100


PIECES = st.sampled_from(
    [
        *"{}[]:,-&*?|>'\"#%@!\n\t ",
        "  ",
        "steps:",
        "a:",
        "&x",
        "*x",
        "<<:",
        "inputs:",
        "step:",
        "---",
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_no_text_makes_reading_fail(text: str) -> None:
    workflow = parse(text)

    lines = text.count("\n") + text.count("\r") + 1
    assert all(0 <= problem.range.start.line <= lines for problem in workflow.problems)
