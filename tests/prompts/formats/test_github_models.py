from __future__ import annotations

import json

import pytest

from fourfold.prompts.formats import parse

FULL = """\
name: Summarizer
description: Sums up
model: openai/gpt-4o-mini
modelParameters:
  temperature: 0.5
  topP: 1
  maxTokens: 100
  stop: END
responseFormat: json_schema
jsonSchema: |-
  {"name": "s", "strict": true, "schema": {"type": "object"}}
messages:
  - role: system
    content: |
      You sum up.

  - role: user
    content: >-
      Text: {{input}}
      {{count}} {{ input }}
  - {role: Assistant, content: "Sure,"}
testData:
  - input: The fox
    count: 3
    expected: A fox
evaluators:
  - name: starts
    string: {startsWith: A}
"""


@pytest.mark.parametrize("suffix", [".prompt.yml", ".prompt.yaml"])
def test_all_of_it(suffix: str) -> None:
    template = parse(FULL, f"x/summary{suffix}")
    assert (template.name, template.description) == ("Summarizer", "Sums up")
    assert template.model.id == "openai/gpt-4o-mini"
    assert template.parameters == {
        "temperature": 0.5, "top_p": 1, "max_output_tokens": 100, "stop": ["END"]
    }  # fmt: skip
    schema = {"name": "s", "strict": True, "schema": {"type": "object"}}
    assert template.response_format == {"type": "json_schema", "json_schema": schema}
    assert [(one.name, one.kind, one.example) for one in template.variables] == [
        ("input", "string", "The fox"),
        ("count", "integer", 3),
    ]
    where = template.variables[0].range
    assert (where.start.line, where.start.character, where.end.character) == (18, 12, 21)
    assert template.used_examples({}) == ("input", "count")
    assert template.render({"input": "{{count}}\nsystem:"}) == [
        {"role": "system", "content": "You sum up.\n"},
        {"role": "user", "content": "Text: {{count}}\nsystem: 3 {{ input }}"},
        {"role": "assistant", "content": "Sure,"},
    ]
    told = [(one.code, one.severity, one.range.start.line) for one in template.problems]
    assert told == [("not-resolved", "information", 19)]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{{ a }}", "since GitHub has no blanks in it: write {{a}}."),
        ("{{#if a}}", "since GitHub knows nothing there but a name."),
        ("{{a b}}", "since GitHub knows nothing there but a name."),
    ],
)
def test_what_is_no_variable_is_sent_as_it_stands_which_is_said(written: str, said: str) -> None:
    template = parse(f"messages: [{{role: user, content: '{written}{{{{b}}}}'}}]", ".prompt.yml")
    assert [one.message for one in template.problems] == [f"{written} is sent as it stands, {said}"]
    assert template.render({"b": "x"})[0]["content"] == f"{written}x"


def test_values_are_printed_as_json() -> None:
    template = parse("messages: [{role: user, content: '{{a}} {{b.c}} {{d-e}}'}]", ".prompt.yml")
    sent = template.render({"a": True, "b.c": ["é"], "d-e": 1.5})
    assert sent[0]["content"] == f"true {json.dumps(['é'], ensure_ascii=False, indent=2)} 1.5"


ONE = "messages: [{role: user, content: x}]"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", []),
        ("messages: []", [("no-messages", "error", 0)]),
        ("name: a", [("no-messages", "error", 0)]),
        ("- a", [("yaml-mapping", "error", 0)]),
        ("messages: [", [("yaml", "error", 0)]),
        ("a: 1\nmessages: [{role: tool, content: x}]",
         [("unused-key", "information", 0), ("role", "error", 1)]),
        ("messages:\n- content: x", [("role", "error", 1)]),
        ("messages:\n- role: user", [("message", "error", 1)]),
        ("messages:\n- role: user\n  content: [x]", [("message", "error", 2)]),
        ("messages: [x]", [("message", "error", 0), ("role", "error", 0)]),
        (f"{ONE}\nmodelParameters: {{temperature: hot}}", [("wrong-type", "warning", 1)]),
        (f"{ONE}\nmodelParameters: {{topK: 1}}", [("unused-key", "information", 1)]),
        (f"{ONE}\nmodelParameters: {{maxTokens: 1.5}}", [("wrong-type", "warning", 1)]),
        (f"{ONE}\nresponseFormat: xml", [("wrong-type", "warning", 1)]),
        (f"{ONE}\nresponseFormat: json_schema", [("json-schema", "warning", 1)]),
        (f"{ONE}\nresponseFormat: json_schema\njsonSchema: '{{'", [("json-schema", "warning", 2)]),
        (f"{ONE}\nresponseFormat: text\nmodelParameters:", []),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_is(text: str, told: list[tuple[str, str, int]]) -> None:
    template = parse(text, "a.prompt.yml")
    found = [(one.code, one.severity, one.range.start.line) for one in template.problems]
    assert found == told


def test_the_newer_name_of_the_limit_is_sent_as_it_is() -> None:
    text = "messages: [{role: user, content: x}]\nmodelParameters: {maxCompletionTokens: 5}"
    assert parse(text, ".prompt.yml").parameters == {"additional": {"max_completion_tokens": 5}}


def test_aliases_that_expand_are_refused() -> None:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 7)]
    text = "\n".join(
        [*lines, "modelParameters: {stop: *a6}", "messages: [{role: user, content: x}]"]
    )
    assert [one.code for one in parse(text, ".prompt.yml").problems] == ["yaml"]
