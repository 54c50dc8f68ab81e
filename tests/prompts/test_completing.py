from __future__ import annotations

import time

import pytest

from fourfold.prompts.completing import complete
from fourfold.prompts.formats import FORMATS, format_of, parse_as


def offered(text: str, place: str, inputs: list[str] | None = None) -> tuple[str, list[str]]:
    """What is typed of a word before the mark |, and the words that fit there. The inputs are those
    that the text has, unless they are given."""
    before, _, after = text.partition("|")
    line, character = before.count("\n"), len(before) - before.rfind("\n") - 1
    format_ = format_of(place)
    assert format_ is not None
    lines = f"{before}{after}".split("\n")

    def inputs_of(text: str) -> list[str]:
        read = [variable.name for variable in parse_as(text, format_).variables]
        return read if inputs is None else inputs

    found = complete(lines, line, character, format_, inputs_of)
    if found is None:
        return "", []
    return lines[line][found.start : character], [word.label for word in found.words]


@pytest.mark.parametrize(
    ("text", "typed", "words"),
    [
        ("|\nmessages:", "", ["name", "description"]),
        ("name: x\nmo|", "mo", ["description", "model"]),
        ("modelParameters:\n  temperature: 1\n  to|\n  stop: x", "to", ["topP", "maxTokens"]),
        ("messages:\n- ro|", "ro", ["role", "content"]),
        ("messages:\n  - role: user\n    |", "", ["content"]),
        ("messages:\n- role: user\n  content: x\n- |", "", ["role", "content"]),
        ("messages:\n- role: user\n  |\n- content: y", "", ["content"]),
        ("messages:\n- content: hi {{fo|", "fo", ["food"]),
        ("messages:\n- content: hi {{food}}|", "", []),
        ("name: |", "", []),
    ],
)
def test_in_yaml(text: str, typed: str, words: list[str]) -> None:
    found = offered(text, "a.prompt.yml", ["food"])
    assert (found[0], found[1][: len(words)]) == (typed, words)
    assert words or not found[1]


@pytest.mark.parametrize(
    ("place", "text", "typed", "words"),
    [
        ("a.prompty", "---\nmodel:\n  options:\n    te|\n---\n", "te", ["temperature"]),
        ("a.prompty", "---\nname: a|\n---\n", "", []),
        ("a.prompty", "---\n---\nHi {{ na|", "na", ["x"]),
        ("a.prompty", "Hi |", "", []),
        ("a.prompty", "---\nna|", "na", ["name"]),
        ("prompts/a.txt", "{{|", "", ["x"]),
        ("prompts/a.txt", "---\nna|", "", []),
        ("a.prompt", "# c\n---\nconfig:\n  top|\n---\n", "top", ["temperature", "topP"]),
        ("a.prompt", "{{ro|", "ro", ["x", 'role "system"']),
        (".claude/commands/a.md", "Fix $|", "", ["x", "ARGUMENTS", "1"]),
        (".claude/commands/a.md", "---\nall|\n---\n", "all", ["description", "argument-hint"]),
        ("a.prompt.md", "a ${input:|", "", ["x"]),
        ("AGENTS.md", "a {{|", "", []),
        ("SKILL.md", "---\nli|\n---", "li", ["name", "description", "model"]),
    ],
)
def test_in_front_matter_and_text(place: str, text: str, typed: str, words: list[str]) -> None:
    found = offered(text, place, ["x"])
    assert (found[0], found[1][: len(words)]) == (typed, words)
    assert words or not found[1]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("a.prompty", "user:\nBe {{tone}}, {{|\nand {{ size }}"),
        ("a.prompty", "user:\nBe {{tone}}, {{ to| and {{ size }}"),
        ("a.prompty", "---\nname: x\n---\nBe {{tone}}, {{|}} and {{ size }}"),
        ("prompts/a.txt", "{{tone}} {% if size %}{{ to|n }}{% endif %}"),
        ("a.prompt", "{{tone}} {{#if size}}{{to|{{/if}}"),
        ("a.prompt.yml", "messages:\n- role: user\n  content: '{{tone}} {{size}} {{to|'"),
        ("a.prompt.md", "${input:tone} ${input:to| ${input:size}"),
        ("a.prompt.md", "${input:tone:how} ${input:|} ${input:size}"),
    ],
)
def test_half_an_input_hides_no_other_and_is_none_itself(place: str, text: str) -> None:
    assert offered(text, place)[1][:2] == ["tone", "size"]
    assert {"to", "ton", "x"}.isdisjoint(offered(text, place)[1])


@pytest.mark.parametrize("format_", FORMATS, ids=lambda it: it.name)
@pytest.mark.parametrize(
    "lines", [["---"] * 30_000, ["a:" * 200_000], ["- a: b"] * 30_000, ["{{" * 200_000], [""]]
)
def test_it_takes_no_time_and_never_raises(format_: object, lines: list[str]) -> None:
    began = time.monotonic()
    for line in (0, len(lines) // 2, len(lines) - 1, len(lines) + 5):
        complete(lines, line, 400_000, format_, lambda _: ["x"])  # type: ignore[arg-type]
    assert time.monotonic() - began < 2
