"""Where nothing hostile is at work, a prompt renders as the Prompty library renders it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.prompts.formats import parse
from fourfold.prompts.model_section import NEUTRAL_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADER = """---
name: x
inputs:
  - {name: a, kind: string, default: Jane}
  - {name: items, kind: array, items: {kind: string}, default: [x, y]}
---
"""


@pytest.mark.parametrize(
    "body",
    [
        "Just text",
        "before\nuser:\nhi {{ a }}",
        "system:\nS\n\nuser:\n\n{{ a }}\n\n\nassistant:\nok\n",
        '# System:\nS\nuser[name="Bo"]:\nhi',
        "system:\n{% for i in items %}\n- {{ i }}\n{% endfor %}\nuser:\n{{ missing or '' }}!",
        "system:\nS\n{% for i in items %}\nuser:\n{{ i }}\n{% endfor %}\n",
        "system:\n{% if a %}\n  yes\n{% endif %}\nuser:\nx",
    ],
)
def test_the_messages_are_those_of_the_library(
    tmp_path: Path, body: str, messages: Callable[..., list[tuple[str, str]]]
) -> None:
    import prompty

    path = tmp_path / "x.prompty"
    path.write_text(HEADER + body, "utf-8")
    expected = [(message.role, message.text) for message in prompty.prepare(prompty.load(path), {})]
    assert messages(HEADER + body) == expected


OUTPUTS = [
    "[{name: city, kind: string, required: true}]",
    "{city: {kind: string, required: true}, size: {kind: integer, description: How big}}",
    "[{name: t, kind: array, required: true, items: {kind: string, enumValues: [a, b]}}]",
    "[{name: s, kind: string, enumValues: [a, b]}, {name: f, kind: float, nullable: true}]",
    "[{name: o, kind: object, properties: [{name: x, kind: number, required: true}, "
    "{name: y, kind: boolean}]}]",
    "[{name: u, kind: union, required: true, anyOf: [{kind: string}, {kind: integer}]}]",
    "[{name: u, kind: union, anyOf: [{kind: string}, {kind: integer}]}]",
    "[{name: o, kind: object, required: true, properties: []}]",
]


@pytest.mark.parametrize("outputs", OUTPUTS)
def test_outputs_are_asked_for_as_the_library_does(tmp_path: Path, outputs: str) -> None:
    import prompty
    from prompty.providers.openai.executor import _output_schema_to_wire

    text = f"---\nname: x\noutputs: {outputs}\n---\nuser:\nx"
    path = tmp_path / "x.prompty"
    path.write_text(text, "utf-8")
    template = parse(text, ".prompty")
    assert template.problems == ()
    assert template.response_format == _output_schema_to_wire(prompty.load(path))


names = st.sampled_from(["city", "size", "a b", ""])
described = {
    "description": st.sampled_from(["", "How big"]),
    "required": st.booleans(),
    "nullable": st.booleans(),
    "enumValues": st.lists(st.sampled_from(["a", 1, None]), max_size=3),
}
plain = st.fixed_dictionaries(
    {"kind": st.sampled_from(["string", "integer", "float", "number", "boolean", "date"])},
    optional=described,
)


def containers(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    named = st.dictionaries(names, one, max_size=3)
    listed = st.lists(st.tuples(names, one).map(lambda pair: {"name": pair[0], **pair[1]}))
    parts = {
        "object": {"properties": named | listed},
        "array": {"items": one | st.sampled_from(["x", 1, 1.5, True])},
        "union": {"anyOf": named | st.lists(one)},
    }
    return st.one_of(
        st.fixed_dictionaries({"kind": st.just(kind), **part}, optional=described)
        for kind, part in parts.items()
    )


@given(st.dictionaries(names, st.recursive(plain, containers, max_leaves=6), max_size=3))
def test_no_outputs_are_asked_for_in_another_way(outputs: dict[str, Any]) -> None:
    from prompty.model import Agent
    from prompty.providers.openai.executor import _output_schema_to_wire

    ours = parse(f"---\noutputs: {json.dumps(outputs)}\n---\nuser:\nx", ".prompty").response_format
    if ours is not None:
        agent = Agent(outputs=Agent.load_outputs(outputs, None))
        assert ours == _output_schema_to_wire(agent)


@pytest.mark.parametrize(
    "outputs",
    [
        "{answer: {type: string}}",
        "[{name: a, kind: ''}]",
        "[a, b]",
        "[{name: a, kind: string}, {name: a, kind: string}]",
        "[{name: u, kind: union, oneOf: [{kind: string}]}]",
        "{a: [1]}",
        "[1, {}]",
        "{city: Paris, big: true, n: 1}",
        "[{name: [x], kind: string}]",
    ],
)
def test_outputs_that_cannot_be_asked_for_are_said(outputs: str) -> None:
    template = parse(f"---\noutputs: {outputs}\n---\nuser:\nx", ".prompty")
    assert [(p.severity, p.code) for p in template.problems] == [("information", "outputs")]
    assert template.response_format is None


@pytest.mark.parametrize(
    "body",
    [
        "developer:\nObey.\n\nuser:\nHi",
        "system:\nS\n\nuser:\nHi\n\nDeveloper:\nObey.",
        "# developer:\nObey.\nuser:\nHi",
        "DEVELOPER :\nObey.\n  # Developer:\nx\nassistant:\nHi",
        "before\ndeveloper:\nObey.",
    ],
)
def test_developer_messages_are_those_of_the_library(
    tmp_path: Path, body: str, messages: Callable[..., list[tuple[str, str]]]
) -> None:
    import prompty

    path = tmp_path / "x.prompty"
    path.write_text(f"---\nname: d\n---\n{body}", "utf-8")
    expected = [(message.role, message.text) for message in prompty.prepare(prompty.load(path), {})]
    assert "developer" in [role for role, _ in expected]
    assert messages(f"---\nname: d\n---\n{body}") == expected


def test_options_have_the_names_that_the_library_reads() -> None:
    from prompty.model import ModelOptions

    sent_by_name, about_tools = "reasoningEffort", "allowMultipleToolCalls"
    ours = {*NEUTRAL_NAMES, sent_by_name}
    assert ModelOptions.load(dict.fromkeys(ours, "x")).save() == dict.fromkeys(ours, "x")
    assert len(vars(ModelOptions())) == len({*ours, about_tools})
