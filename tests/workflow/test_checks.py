"""What is wrong with a workflow.yaml, given the steps and files that there are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fourfold.prompts.formats import parse as parse_prompt
from fourfold.workflow.file.checks import blocking, check
from fourfold.workflow.file.checks_files import file_state
from fourfold.workflow.file.configuration import parse

if TYPE_CHECKING:
    from fourfold.source.problem import Problem
    from fourfold.workflow.file.checks import Variables

PROMPTS = {
    "start": "begin\n",
    "a": "{{x}}\n",
    "b": "{{x}} {{y}}\n",
    "a/refine": "{{draft}}\n",
    "folder/inner": "none\n",
    "given": "---\ninputs:\n  x: {kind: string, required: true, default: d}\n---\n{{x}}\n",
    "shown": "---\ninputs:\n  x: {kind: string, required: true, example: e}\n---\n{{x}}\n",
    "kinds": "---\ninputs:\n  n: {type: int, default: 1}\n  s: {kind: string, default: d}\n"
    "---\n{{n}}{{s}}\n",
    "loose": "---\ninputs:\n  x: {kind: string, required: false}\n---\n{{x}}\n",
}
FILES = {"docs/there.md": "there", ".env": "hidden", "../up.md": "outside", "out": "outside"}


def variables() -> Variables:
    return {
        step: parse_prompt(text, ".md" if "---" not in text else ".prompty").variables
        for step, text in PROMPTS.items()
    }


def found(text: str) -> tuple[Problem, ...]:
    states = {**FILES}
    return check(
        parse(text),
        variables(),
        lambda name: states.get(name, "missing"),  # type: ignore[arg-type, return-value]
        ["requirement", "implementation"],
    )


def marked(text: str, problem: Problem) -> str:
    start, end = problem.range.start, problem.range.end
    assert start.line == end.line
    return text.split("\n")[start.line][start.character : end.character]


@pytest.mark.parametrize(
    ("text", "code", "severity", "mark", "said"),
    [
        ("steps:\n  strat:\n", "unknown-step", "error", "strat", "did you mean start?"),
        ("steps:\n  'strat': {}\n", "unknown-step", "error", "'strat'", "did you mean start?"),
        ("steps:\n  start:\n  strat:\n", "unknown-step", "error", "strat", "create its file"),
        ("steps:\n  quux:\n    steps: {c: }\n", "unknown-step", "error", "quux", "create its file"),
        (
            "steps: {kinds: {inputs: {n: {value: five}}}}",
            "input-kind",
            "error",
            "five",
            "The input n of kinds takes a whole number: correct its value.",
        ),
        (
            "steps: {kinds: {inputs: {s: {value: 3.10}, n: {value: 2}}}}",
            "input-kind",
            "error",
            "3.10",
            "The input s of kinds takes a text: put it in quotes.",
        ),
        ("steps: {a: {inputs: {x: {step: strat}}}}", "unknown-step", "error", "strat", "start?"),
        (
            "steps: {a: {inputs: {x: {step: refine}}}}",
            "unknown-step",
            "error",
            "refine",
            "a/refine",
        ),
        ("steps: {a: {inputs: {x: {step: q}}}}", "unknown-step", "error", "q", "one of start, a,"),
        (
            "steps:\n  b:\n    inputs:\n      x: {step: a}\n      z: {value: 1}\n"
            "      y: {step: start}\n",
            "unknown-input",
            "error",
            "z",
            "b has no input z: use one of x, y.",
        ),
        (
            "steps: {start: {inputs: {x: {step: a}}}}",
            "unknown-input",
            "error",
            "x",
            "its prompt has none",
        ),
        (
            "steps: {a: {inputs: {x: {value: 1}}, "
            "steps: {refine: {inputs: {drafd: {value: 1}, draft: {value: 1}}}}}}",
            "unknown-input",
            "error",
            "drafd",
            "a/refine has no input drafd: did you mean draft?",
        ),
        (
            "steps: {b: {inputs: {x: {step: start}}}}",
            "unfed-input",
            "warning",
            "b",
            "Nothing feeds y, which b cannot run without",
        ),
        ("steps: {a: }", "unfed-input", "information", "a", "Nothing feeds x"),
        (
            "steps:\n  a:\n    inputs:\n      x: {file: docs/gone.md}\n",
            "file",
            "error",
            "docs/gone.md",
            "no file docs/gone.md in the workspace folder: create it",
        ),
        ("steps: {a: {inputs: {x: {file: ../up.md}}}}", "file", "error", "../up.md", "outside"),
        ("steps: {a: {inputs: {x: {file: .env}}}}", "file", "error", ".env", "hidden"),
        (
            "steps: {start: {response: {kind: code, folder: out}}}",
            "file",
            "error",
            "out",
            "name one below",
        ),
        (
            "steps:\n  start: {type: implementatoin}\n",
            "step-type",
            "error",
            "implementatoin",
            "did you mean implementation?",
        ),
        (
            "steps:\n  start:\n    response:\n      kind: json\n      schema:\n"
            "        properties:\n          size: {type: [string, {}]}\n",
            "schema",
            "error",
            "[string, {}]",
            "properties.size.type",
        ),
        (
            "steps: {start: {response: {schema: {items: {pattern: '['}}}}}",
            "schema",
            "error",
            "'['",
            "regex",
        ),
        (
            "steps: {start: {response: {schema: {$ref: 'https://example.com/s.json'}}}}",
            "schema",
            "error",
            "{$ref: 'https://example.com/s.json'}",
            "https://example.com/s.json",
        ),
        (
            "steps:\n  a:\n    inputs:\n      x: {step: a}\n",
            "cycle",
            "error",
            "a",
            "a → a",
        ),
        (
            "steps:\n  b:\n    inputs:\n      x: {value: 1}\n      y: {step: a/refine}\n"
            "  a:\n    inputs:\n      x: {step: b}\n    steps:\n      refine:\n"
            "        inputs:\n          draft: {step: a}\n",
            "cycle",
            "error",
            "a/refine",
            "b → a/refine → a → b",
        ),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(
    text: str, code: str, severity: str, mark: str, said: str
) -> None:
    (problem,) = found(text)

    assert (problem.code, problem.severity) == (f"workflow-{code}", severity)
    assert marked(text, problem) == mark
    assert said in problem.message
    assert blocking([problem]) == ([problem] if severity == "error" else [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "steps:\n  start:\n  a:\n    inputs: {x: {step: start}}\n    steps:\n      refine:\n"
        "        inputs: {draft: {step: a}}\n",
        "steps: {folder: {steps: {inner: }}}",
        "steps: {given: {inputs: {}}}",
        "steps: {loose: }",
        "steps: {shown: }",
        "steps: {a: {inputs: {x: {file: docs/there.md}}}}",
        "steps: {start: {type: implementation, response: {kind: code, folder: src}}}",
        "steps: {a: {inputs: {x: {value: }}}}",
        "steps: {start: {response: {kind: json, schema: {type: object, required: [a]}}}}",
    ],
)
def test_nothing_is_wrong(text: str) -> None:
    assert found(text) == ()


def test_an_example_in_place_of_a_response_is_warned_of() -> None:
    prompts = variables()
    shown = parse_prompt(
        "---\ninputs:\n  x: {kind: string}\n  y: {kind: string, required: true, example: e}\n"
        "---\n{{x}} {{y}}\n",
        ".prompty",
    )
    workflow = parse("steps: {shown: {inputs: {x: {step: start}}}}")
    (problem,) = check(workflow, {**prompts, "shown": shown.variables}, lambda _: "there")

    assert (problem.severity, problem.subject) == ("warning", "y")
    assert "would run with its example" in problem.message


def test_a_prompt_that_cannot_be_read_has_any_input() -> None:
    workflow = parse("steps: {a: {inputs: {anything: {value: 1}}}}")

    assert check(workflow, {"a": None}, lambda _: "there") == ()


def test_what_reading_found_comes_first_and_all_in_the_order_of_the_file() -> None:
    problems = found("steps:\n  a:\n    inputs: {x: }\n  quux:\n  b:\n    response: {kind: xml}\n")

    assert [problem.range.start.line for problem in problems] == [1, 2, 3, 4, 4, 5]
    assert [problem.code for problem in blocking(problems)] == [
        "workflow-input-source",
        "workflow-unknown-step",
        "workflow-response-kind",
    ]


def test_a_large_workflow_is_checked_at_once() -> None:
    import time

    lines = [f"  s{n}:\n    inputs: {{x: {{step: z{n}}}}}" for n in range(1_000)]
    variables = {f"s{n}": parse_prompt("{{x}}", ".md").variables for n in range(1_000)}
    workflow = parse("steps:\n" + "\n".join(lines))
    started = time.process_time()
    problems = check(workflow, variables, lambda _: "there")

    assert time.process_time() - started < 2
    assert len(problems) == 1_000


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("docs/conventions.md", "there"),
        ("docs/../docs/conventions.md", "there"),
        ("docs", "missing"),
        ("gone.md", "missing"),
        ("x\0y", "missing"),
        ("../outside.md", "outside"),
        ("/etc/passwd", "outside"),
        ("C:\\secrets.txt", "outside"),
        ("//host/share/x", "outside"),
        ("docs/.env", "hidden"),
        (".fourfold/fourfold.db", "hidden"),
    ],
)
def test_which_files_a_workflow_may_read(name: str, state: str, tmp_path: Path) -> None:
    work = Path(os.path.realpath(tmp_path)) / "work"
    (work / "docs").mkdir(parents=True)
    (work.parent / "outside.md").write_text("secret", encoding="utf-8")
    (work / "docs" / "conventions.md").write_text("x", encoding="utf-8")

    assert file_state(work, name) == state


@pytest.mark.skipif(os.name == "nt", reason="links")
def test_no_link_leads_out(tmp_path: Path) -> None:
    work = Path(os.path.realpath(tmp_path)) / "work"
    work.mkdir()
    (work.parent / "outside.md").write_text("secret", encoding="utf-8")
    (work / "link.md").symlink_to(work.parent / "outside.md")
    (work / "round.md").symlink_to(work / "round.md")

    assert file_state(work, "link.md") == "outside"
    assert file_state(work, "round.md") == "missing"
