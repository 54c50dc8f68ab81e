from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.prompts.formats import PROMPT_SUFFIXES, parse
from fourfold.prompts.reading import MAX_CHARACTERS

VALID = """\
---
name: summary
description: Sums up
model:
  id: gpt-5
  provider: openai
  apiType: chat
  connection: {kind: key, endpoint: "${env:URL:https://api.example.org}", apiKey: "${env:KEY}"}
  options: {temperature: 0.5, maxOutputTokens: 100, stopSequences: [END]}
inputs:
  - name: topic
    kind: string
    required: true
    example: tea
  - {name: count, kind: integer, default: 3}
outputs: {title: {kind: string}}
metadata: {fourfold: {x: 1}, tags: [a]}
unknown: [1, {2: 3}]
template: {format: {kind: jinja2}, parser: {kind: prompty}}
---
system:
Be brief.

user:
{% for n in range(count) %}{{ n }}: {{ topic }}
{% endfor %}
"""


def check(text: str, expected: list[str], suffix: str = ".prompty") -> None:
    """Each problem as `severity code line:'the text it marks'`."""
    lines = text.split("\n")
    found = []
    for problem in parse(text, suffix).problems:
        start, end = problem.range.start, problem.range.end
        assert start.line == end.line
        covered = lines[start.line][start.character : end.character]
        found.append(f"{problem.severity} {problem.code} {start.line}:{covered!r}")
    assert found == expected


def header(yaml: str, body: str = "Hi") -> str:
    return f"---\n{yaml}\n---\n{body}"


def test_a_valid_file_has_no_problems() -> None:
    assert parse(VALID.replace("unknown:", "tags:"), ".prompty").problems == ()
    check(VALID, ["information unused-key 17:'unknown'"])  # which is no fault
    template = parse(VALID, ".prompty")
    assert (template.name, template.description) == ("summary", "Sums up")
    assert template.model.id == "gpt-5"
    assert template.model.endpoint == "${env:URL:https://api.example.org}"
    assert template.parameters == {"temperature": 0.5, "max_output_tokens": 100, "stop": ["END"]}
    assert [v.name for v in template.variables] == ["topic", "count"]


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("name: a: b", ["error front-matter 1:': b'"]),
        ("name: [a,\nmodel: x", ["error front-matter 2:'x'"]),
        ("name: 'a", ["error front-matter 1:'a'"]),
        ("just text", ["error front-matter-mapping 1:'just text'"]),
        ("- a\n- b", ["error front-matter-mapping 1:'- a'"]),
        ("name: [a]", ["warning wrong-type 1:'[a]'"]),
        ("description: {a: b}", ["warning wrong-type 1:'{a: b}'"]),
        ("metadata: x", ["warning wrong-type 1:'x'"]),
        ("outputs: x", ["warning wrong-type 1:'x'"]),
        ("model: [a]", ["warning wrong-type 1:'[a]'"]),
        ("model:\n  id: {a: b}", ["warning wrong-type 2:'{a: b}'"]),
        ("model:\n  options: x", ["warning wrong-type 2:'x'"]),
        ("model:\n  connection: 3", ["warning wrong-type 2:'3'"]),
        ("model:\n  options: {temperature: hot}", ["warning wrong-type 2:'hot'"]),
        ("model:\n  options: {temperature: true}", ["warning wrong-type 2:'true'"]),
        ("model:\n  options: {temperature: .nan}", ["warning wrong-type 2:'.nan'"]),
        ("model:\n  options: {seed: 1.5}", ["warning wrong-type 2:'1.5'"]),
        ("model:\n  options: {stopSequences: [1]}", ["warning wrong-type 2:'[1]'"]),
        ("model:\n  options: {additionalProperties: 1}", ["warning wrong-type 2:'1'"]),
        ("model:\n  options:\n    temperature: ${env:T}", ["warning reference 3:'${env:T}'"]),
        ("model:\n  connection: ${file:a.json}", ["information reference 2:'${file:a.json}'"]),
        ("model:\n  apiType: embedding", ["warning api-type 2:'embedding'"]),
        ("model:\n  apiType: responses", ["information api-type 2:'responses'"]),
        ("model:\n  api: completion", ["warning api-type 2:'completion'"]),
        ("inputs: x", ["warning wrong-type 1:'x'"]),
        ("inputs: ${file:a.json}", ["information reference 1:'${file:a.json}'"]),
        ("inputs:\n  - kind: string", ["warning wrong-type 2:'kind: string'"]),
        ("sample: x", ["warning wrong-type 1:'x'"]),
        ("tools: x", ["warning wrong-type 1:'x'"]),
        ("tools:\n  - name: a", ["information tools 2:'- name: a'"]),
        ("model: {parameters: {tools: [{a: 1}]}}", ["information tools 1:'[{a: 1}]'"]),
        ("model: {parameters: {functions: [{a: 1}]}}", ["information tools 1:'[{a: 1}]'"]),
        ("model: {parameters: {tools: [], tool_choice: auto}}", []),
        (
            "model: {options: {additionalProperties: {tools: [a]}}}",
            ["information tools 1:'[a]'"],
        ),
        ("template: mustache", ["error template-format 1:'mustache'"]),
        ("template: {format: {kind: mustache}}", ["error template-format 1:'mustache'"]),
        ("template: {format: [a]}", ["warning wrong-type 1:'[a]'"]),
        ("template: jinja2", []),
        ("template: {format: nunjucks}", []),
        ("template: {type: jinja2, parser: prompty}", []),
        ("tools: []\ninputs:\nmodel:\nauthors: [a]\ntags: [b]\nversion: 1", []),
        ("anything: {else: 1}", ["information unused-key 1:'anything'"]),
        ("model: {response: first}", ["information unused-key 1:'response'"]),
        ("model: {connection: {api_version: 1}}", ["information unused-key 1:'api_version'"]),
        ("model: {options: {topk: 1}}", ["information unused-key 1:'topk'"]),
        ("model: {parameters: {topk: 1}}", []),  # v1 sends what it does not know
        ("tools: ${file:a.json}", ["information tools 1:'${file:a.json}'"]),
        ("sample: ${file:a.json}", []),
        ("sample: a.json", []),
    ],
)
def test_problems_of_the_front_matter(yaml: str, expected: list[str]) -> None:
    check(header(yaml), expected)


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("a:\n    kind: text", ["warning unknown-kind 3:'text'"]),
        ("a:\n    kind: image", ["information rich-kind 3:'image'"]),
        ("a:\n    kind: [string]", ["warning wrong-type 3:'[string]'"]),
        ("a:\n    required: maybe", ["warning wrong-type 3:'maybe'"]),
        ("a:\n    required: true", ["warning missing-input 2:'a'"]),
        ("a:\n    required: true\n    default: ''", []),
        ("a:\n    required: true\n    example: x", []),
        ("a: 3", []),
    ],
)
def test_problems_of_an_input(yaml: str, expected: list[str]) -> None:
    check(header(f"inputs:\n  {yaml}", "{{ a }}"), expected)


@pytest.mark.parametrize(
    ("key", "value", "flagged"),
    [
        ("apiKey", "sk-123", True),
        ("api_key", "sk-123", True),
        ("apiKey", '"${env:KEY:sk-123}"', True),
        ("apiKey", '"${env:KEY}"', False),
        ("apiKey", '""', False),
        ("apiKey", "", False),
        ("endpoint", "https://example.org", False),
        ("clientSecret", "abc", True),
    ],
)
def test_a_literal_key_is_warned_of_and_told_to_nobody(key: str, value: str, flagged: bool) -> None:
    text = header(f"model:\n  connection:\n    kind: key\n    {key}: {value}")
    check(text, [f"warning literal-key 4:{value!r}"] if flagged else [])
    assert "sk-123" not in repr(parse(text, ".prompty"))


def test_a_key_is_found_wherever_the_model_holds_it() -> None:
    text = header("model:\n  options:\n    additionalProperties: {headers: [{api-key: abc}]}")
    check(text, ["warning literal-key 3:'abc'"])


def test_the_key_of_a_v1_file_is_warned_of() -> None:
    text = header("model:\n  configuration:\n    type: openai\n    api_key: abc")
    check(text, ["warning literal-key 4:'abc'"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{{ a", ["error jinja-syntax 3:'{{ a'"]),
        ("one\n {% if a %} x", ["error jinja-syntax 4:'{% if a %} x'"]),
        ("😀 {{ a }} {{ | }}", ["error jinja-syntax 3:'{{ | }}'"]),
        ("{{ a | nofilter }}", ["error jinja-syntax 3:'{{ a | nofilter }}'"]),
        ("{# open", ["error jinja-syntax 3:'{# open'"]),
        ("{{ a }}{% include 'x' %}", ["error jinja-include 3:\"{% include 'x' %}\""]),
        ("{{ b }} {{ b }}{{ a }}", ["warning undeclared-input 3:'b'"]),
        ("{% for c in b %}{{ a }}{{ c }}{% endfor %}", ["information undeclared-input 3:'b'"]),
        ("{% for c in b %}{{ a }}{{ b }}{% endfor %}", ["warning undeclared-input 3:'b'"]),
        ("{{ a }}{{ b | default('') }}", ["information undeclared-input 3:'b'"]),
        ("{% set b = a %}{{ b }}", []),
        ("{% for b in a %}{{ b.c }}{{ loop.index }}{% endfor %}", []),
        ("nothing", ["information unused-input 1:'a'"]),
        ("{{ 1 }}", ["information unused-input 1:'a'"]),
        ("{{ '" + "9" * 5000 + "' | int + a }}", []),
    ],
)
def test_problems_of_the_text(body: str, expected: list[str]) -> None:
    check(f"---\ninputs: {{a: 1}}\n---\n{body}", expected)


@pytest.mark.parametrize(
    ("suffix", "text", "expected"),
    [
        (".prompty", "---\nname: a", ["error front-matter-unterminated 0:'---'"]),
        (".md", "---\nname: a", ["error front-matter-unterminated 0:'---'"]),
        (".md", "---\nA rule, then text\n---\nmore", []),
        (".md", "---\n\nA rule", []),
        (".md", "---\nname: [\n---\nx", ["error front-matter 1:'['"]),
        (".txt", "---\nname: [\n---\nx", []),
        (".txt", "{{ a }}", ["information missing-input 0:'a'"]),
        (".j2", "{{ a | default('x') }}{% if b %}{{ b }}{% endif %}", []),
        (".md", "# Title {#anchor}\n", ["error jinja-syntax 0:'# Title {#anchor}'"]),
        (".md", "---\ninputs: {a: 1}\n---\n{{ a }}{{ b }}", ["information missing-input 3:'b'"]),
    ],
)
def test_problems_by_format(suffix: str, text: str, expected: list[str]) -> None:
    check(text, expected, suffix)


def test_who_declares_no_input_has_forgotten_none() -> None:
    check("---\nname: a\n---\n{{ b }}", ["information undeclared-input 3:'b'"])


def test_a_problem_names_its_input() -> None:
    text = "---\ninputs: {a: {required: true}, c: 1}\n---\n{{ a }}{{ b }}"
    problems = parse(text, ".prompty").problems
    assert [(p.code, p.subject) for p in problems] == [
        ("missing-input", "a"),
        ("unused-input", "c"),
        ("undeclared-input", "b"),
    ]


def test_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = "---\ninputs: {a: [}\n---\n{{ b"
    for other in (text.replace("\n", "\r\n"), "\ufeff" + text):
        assert parse(other, ".prompty") == parse(text, ".prompty")


def test_a_text_that_is_too_large_is_not_looked_at() -> None:
    began = time.process_time()
    template = parse("{{ a }}" * 3_000_000, ".md")
    assert time.process_time() - began < 1
    assert [problem.code for problem in template.problems] == ["too-large"]
    assert parse("x" * MAX_CHARACTERS, ".md").problems == ()


@pytest.mark.parametrize(
    "body",
    [
        *("{{ 9**(9**9) }}", "{{ 'a' * 10**10 }}", "{{ '%1000000000d' % 1 }}"),
        *("{{ 'x'|center(10**9) }}", "{{ " + "(" * 20_000, "{% if a %}" * 5_000),
        *("{{ a" + ".b" * 20_000 + " }}", "{{" * 100_000, "{{ 0x" + "f" * 100_000 + " }}"),
        "{{ " + "1 + " * 20_000 + "1 }}",
    ],
)
def test_hostile_text_is_read_quickly_and_not_run(body: str) -> None:
    began = time.process_time()
    parse(body, ".md")
    assert time.process_time() - began < 2


def test_hostile_front_matter_is_an_error_and_no_hang() -> None:
    big = "b: &b {" + ", ".join(f"k{n}: 1" for n in range(5000)) + "}"
    for inputs in (
        "inputs: {" + ", ".join(f"i{n}: *b" for n in range(5000)) + "}",
        "inputs: {" + ", ".join(f"i{n}: *b" for n in range(60)) + "}",
    ):
        began = time.process_time()
        problems = parse(f"---\n{big}\n{inputs}\n---\nx", ".prompty").problems
        assert [problem.code for problem in problems] == ["front-matter"]
        assert time.process_time() - began < 2


@given(st.text(max_size=300), st.sampled_from(PROMPT_SUFFIXES))
def test_reading_never_raises(text: str, suffix: str) -> None:
    parse(text, suffix)


_PIECES = [
    *("---\n", "{{", "}}", "{%", "%}", "{#", ":", "- ", "  ", "[", "]", "{", "}", "&a ", "*a", "|"),
    *(
        "!!",
        "\n",
        "'",
        '"',
        "\x00",
        "\ud800",
        "😀",
        "inputs",
        "if",
        "endfor",
        "null",
        "${env:A}",
        "#",
    ),
]


@given(st.data())
def test_reading_a_damaged_file_never_raises(data: st.DataObject) -> None:
    text = VALID
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text)))
        removed = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(st.sampled_from(_PIECES)) + text[at + removed :]
    lines = text.replace("\r", "\n").split("\n")
    for suffix in (".prompty", ".md", ".txt"):
        for problem in parse(text, suffix).problems:
            for position in (problem.range.start, problem.range.end):
                assert 0 <= position.character <= len(lines[position.line])
