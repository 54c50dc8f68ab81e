from __future__ import annotations

import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fourfold.source.yaml_nodes import YamlError, read_yaml


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a: 1", {"a": 1}),
        ("a: [1, 2.5, yes, ~, 'x']", {"a": [1, 2.5, True, None, "x"]}),
        ("a:\n  - b: c\n", {"a": [{"b": "c"}]}),
        ("a: 2024-01-31", {"a": "2024-01-31"}),
        ("a: !!python/object:os.system x", {"a": "x"}),
        ("a: !!binary aGk=", {"a": "aGk="}),
        ("base: &b {x: 1, y: 2}\na:\n  <<: *b\n  y: 3", None),
        ("a: |\n  two\n  lines\n", {"a": "two\nlines\n"}),
        ("1: a\ntrue: b", {"1": "a", "true": "b"}),
        ("a: 1\na: 2", {"a": 2}),
        ("a: " + "9" * 5000, {"a": "9" * 5000}),
        ("a: .inf", {"a": float("inf")}),
        ("a: *x", None),
    ],
)
def test_values(source: str, expected: object) -> None:
    node, error = read_yaml(source)
    if expected is not None:
        assert error is None
        assert node is not None
        assert node.value() == expected


def test_merged_keys_give_way_to_own_ones() -> None:
    node, error = read_yaml("base: &b {x: 1, y: 2}\na:\n  <<: *b\n  y: 3")
    assert error is None
    assert node is not None
    assert node.value()["a"] == {"x": 1, "y": 3}


@pytest.mark.parametrize(
    ("source", "offset", "words"),
    [
        ("a: b: c", 4, "mapping values are not allowed"),
        ("a: [1,\n", 7, "did not find expected node content"),
        ('😀: x\ny: "é', 10, "quoted scalar"),
        ("a: \x07", 3, "a character that YAML does not allow"),
        ("😀: \ud800", 3, "a character that YAML does not allow"),
        ("a: *nowhere", 3, "stands for nothing"),
        ("a: &a [*a]", 7, "stands for nothing"),
        ("a: 1\n---\nb: 2", 5, "more than one document"),
        ("[" * 100_000, 64, "levels deep"),
        ("{a: " * 100_000, 256, "levels deep"),
        ("- " * 100_000, 128, "levels deep"),
    ],
)
def test_what_cannot_be_read_says_where(source: str, offset: int, words: str) -> None:
    began = time.process_time()
    _, error = read_yaml(source)
    assert error is not None
    assert words in str(error)
    assert error.offset == offset
    assert time.process_time() - began < 1


def test_what_stands_before_an_error_is_kept() -> None:
    node, error = read_yaml("name: a\nmodel: b: c")
    assert error is not None
    assert node is not None
    assert node.value() == {"name": "a", "model": "b"}


def test_aliases_that_multiply_are_stopped() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 7)]
    node, error = read_yaml("\n".join(lines))
    assert error is None
    assert node is not None
    with pytest.raises(YamlError, match="too many values"):
        node.value()


@pytest.mark.parametrize(
    "source",
    [
        "a0: &a0 {x: 1, y: 2}\n"
        + "".join(f"a{n}: &a{n}\n  <<: *a{n - 1}\n  <<: *a{n - 1}\n" for n in range(1, 32)),
        "a: &a [x]\nb:\n" + "  - *a\n" * 10_000,
    ],
)
def test_aliases_that_would_take_all_memory_are_refused(source: str) -> None:
    began = time.process_time()
    _, error = read_yaml(source)
    assert error is not None
    assert "many values" in str(error) or "64 aliases" in str(error)
    assert time.process_time() - began < 1


def test_aliases_that_nest_deeply_are_refused() -> None:
    deep = "[" * 40 + "%s" + "]" * 40
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} {deep % f'*a{n - 1}'}" for n in range(1, 60)]
    node, error = read_yaml("\n".join(lines))
    assert error is None
    assert node is not None
    with pytest.raises(YamlError, match="64 levels deep"):
        node.value()


def test_all_values_of_a_file_share_one_limit() -> None:
    node, _ = read_yaml("a: &a [" + "x," * 10_000 + "]\nb: [*a, *a]\nc: [*a, *a]\nd: [*a, *a]")
    assert node is not None
    parts = [value for _, value in node.pairs]
    with pytest.raises(YamlError, match="too many values"):
        [part.value() for part in parts]


def test_offsets_are_code_points_of_the_whole_text() -> None:
    text = "---\n😀: é\nb: [x]\n"
    node, _ = read_yaml(text[4:], 4)
    assert node is not None
    first, second = node.pairs
    assert text[first[1].start : first[1].end] == "é"
    assert text[second[1].start : second[1].end] == "[x]"


_YAML = "ab:{}[],&*!|>'\"%@`#-?\n \t~<0.\x00\ud800😀"


@given(st.text(alphabet=st.sampled_from(_YAML), max_size=60))
def test_reading_never_raises_and_agrees_with_pyyaml(source: str) -> None:
    node, error = read_yaml(source)
    if error is not None or node is None:
        return
    assert 0 <= node.start <= node.end <= len(source)
    try:
        expected = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, TypeError):
        return
    if isinstance(expected, str | None) and "!" not in source:
        assert node.value() == expected
