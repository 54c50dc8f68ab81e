from __future__ import annotations

import pytest

from fourfold.prompts.front_matter import find_front_matter, looks_like_mapping


@pytest.mark.parametrize(
    ("text", "yaml", "body"),
    [
        ("---\nname: a\n---\nbody", "name: a\n", "body"),
        ("---\n---\nbody", "", "body"),
        ("  \n ---\nname: a\n---\nbody\n", "name: a\n", "body\n"),
        ("---  \na: 1\n---\t\nbody", "a: 1\n", "body"),
        ("+++\na: 1\n+++\nbody", "a: 1\n", "body"),
        ("---\na: |\n  ---\n  x\n---\nbody", "a: |\n  ---\n  x\n", "body"),
        ("---\na: b---c\n---\nx\n---\ny", "a: b---c\n", "x\n---\ny"),
        ("---\r\na: 1\r\n---\r\nbody", "a: 1\r\n", "body"),
        ("\ufeff---\na: 1\n---\nbody", "a: 1\n", "body"),
        ("---\na: 1\n---", "a: 1\n", ""),
    ],
)
def test_front_matter_and_body(text: str, yaml: str, body: str) -> None:
    found = find_front_matter(text)
    assert found is not None
    assert found.closed
    assert (found.yaml(text), text[found.body_start :]) == (yaml, body)


@pytest.mark.parametrize(
    "text", ["", "body", "a\n---\nb\n---\n", "----\na\n----\n", "--- a\n---\n"]
)
def test_no_front_matter(text: str) -> None:
    assert find_front_matter(text) is None


@pytest.mark.parametrize("text", ["---", "---\n", "---\nname: a\n", "---\n  ---\n"])
def test_front_matter_without_an_end(text: str) -> None:
    found = find_front_matter(text)
    assert found is not None
    assert not found.closed


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("name: a\n", True),
        ("# note\n\n  inputs:\n", True),
        ('"name": a', True),
        ("Just a text\n", False),
        ("http://example.org\n", False),
        ("", False),
        ("- a\n", False),
    ],
)
def test_a_mapping_is_told_from_text_between_rules(yaml: str, expected: bool) -> None:
    assert looks_like_mapping(yaml) is expected
