from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.prompts.default_edit import default_edit
from fourfold.prompts.formats import parse


def apply(text: str, suffix: str, name: str) -> str | None:
    """The text after the edit; it is checked that nothing else was taken away."""
    edit = default_edit(text, suffix, name)
    if edit is None:
        return None
    lines = text.splitlines(keepends=True)
    start, end = (
        sum(map(len, lines[: position.line])) + position.character
        for position in (edit.range.start, edit.range.end)
    )
    assert text[start:end] in {"", "null", "~", name}
    return text[:start] + edit.new_text + text[end:]


def header(yaml: str) -> str:
    return f"---\n{yaml}\n---\n{{{{ topic }}}}"


NEW = '  topic:\n    kind: string\n    default: ""'


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        (
            "inputs:\n  topic:\n    kind: string\n    required: true",
            'inputs:\n  topic:\n    kind: string\n    default: ""\n    required: true',
        ),
        (
            "inputs:\n  topic:\n    required: true # so",
            'inputs:\n  topic:\n    required: true # so\n    default: ""',
        ),
        ("inputs:\n  topic:", f"inputs:\n{NEW}"),
        ("inputs:\n  topic: # note\n  b: 1", f"inputs:\n{NEW} # note\n  b: 1"),
        ("inputs:\n  topic: null", 'inputs:\n  topic: ""'),
        (
            "inputs:\n  topic: {kind: integer, required: true}",
            "inputs:\n  topic: {default: 0, kind: integer, required: true}",
        ),
        (
            "inputs:\n  topic:\n    default:\n    kind: array",
            "inputs:\n  topic:\n    default: []\n    kind: array",
        ),
        (
            "inputs:\n- name: topic # x\n- name: b",
            'inputs:\n- name: topic # x\n  default: ""\n- name: b',
        ),
        (
            "inputs:\n  - b\n  - topic",
            'inputs:\n  - b\n  - name: topic\n    kind: string\n    default: ""',
        ),
        (
            "inputs:\n  - name: b",
            'inputs:\n  - name: topic\n    kind: string\n    default: ""\n  - name: b',
        ),
        ("inputs: [{name: b}]", 'inputs: [{name: topic, kind: string, default: ""}, {name: b}]'),
        ("inputs:\n  b: 1", f"inputs:\n{NEW}\n  b: 1"),
        ("inputs: {}", 'inputs: {topic: {kind: string, default: ""}}'),
        ("inputs: ~", 'inputs: {topic: {kind: string, default: ""}}'),
        ("inputs:", f"inputs:\n{NEW}"),
        (
            "name: x\ndescription: |\n  two\n\n",
            f"name: x\ndescription: |\n  two\n\n\ninputs:\n{NEW}",
        ),
        ("# only a note", f"# only a note\ninputs:\n{NEW}"),
        ("  name: x", '  name: x\n  inputs:\n    topic:\n      kind: string\n      default: ""'),
        ("{name: x}", '{inputs: {topic: {kind: string, default: ""}}, name: x}'),
    ],
)
def test_a_default_in_the_front_matter(yaml: str, expected: str) -> None:
    assert apply(header(yaml), ".prompty", "topic") == header(expected)
    crlf = header(yaml).replace("\n", "\r\n")
    assert apply(crlf, ".prompty", "topic") == header(expected).replace("\n", "\r\n")


@pytest.mark.parametrize("suffix", [".md", ".prompty"])
def test_front_matter_is_made_where_there_is_none(suffix: str) -> None:
    text = "{{ topic }}\n"
    assert apply(text, suffix, "topic") == f"---\ninputs:\n{NEW}\n---\n{text}"
    marked = "\ufeff" + text
    assert apply(marked, suffix, "topic") == f"\ufeff---\ninputs:\n{NEW}\n---\n{text}"


@pytest.mark.parametrize("suffix", [".txt", ".j2", ".jinja"])
def test_a_format_without_front_matter_takes_none(suffix: str) -> None:
    assert apply("{{ topic }}", suffix, "topic") is None


@pytest.mark.parametrize(
    "text",
    [
        *("---\ninputs: [\n---\n{{ topic }}", "---\nname: x\n{{ topic }}", header("- a")),
        *(header("inputs: x"), header("inputs:\n  topic: given"), header("name: x\n...")),
        header("inputs: &i\n  b: 1\ncopy: *i\ninputs: ${file:x}"),
    ],
)
def test_a_file_it_cannot_repair_is_left_alone(text: str) -> None:
    assert apply(text, ".prompty", "topic") is None


@given(
    yaml=st.lists(
        st.sampled_from(
            [
                *("name: x", "inputs:", "  a: 1", "  topic:", "    kind: string", "# note"),
                *("    required: true", "  - name: topic", "  - name: a", "inputs: {}", ""),
                *("description: |", "    text", "  - topic", "    default:", "metadata: {a: 1}"),
            ]
        ),
        max_size=8,
    ),
    newline=st.sampled_from(["\n", "\r\n"]),
    suffix=st.sampled_from([".md", ".prompty"]),
)
def test_the_edit_gives_the_default_and_keeps_the_rest(
    yaml: list[str], newline: str, suffix: str
) -> None:
    text = newline.join(["---", *yaml, "---", "{{ topic }} {{ a }}", ""])
    edited = apply(text, suffix, "topic")
    if edited is not None:
        assert "topic" in parse(edited, suffix).inputs({"a": 1})
        assert edited.replace("\r\n", "\n").replace("\n", newline) == edited
