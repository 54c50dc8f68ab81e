from __future__ import annotations

import pytest

from fourfold.prompts.jinja_analysis import read_jinja


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ b }}{{ a }}{{ b }}", ["b", "a"]),
        ("{{ a.b }}{{ b }}", ["a", "b"]),
        ("{{ x | b }}", []),
        ("{{ x | upper }}{{ upper }}", ["x", "upper"]),
        ("{{ a is defined }}", ["a?"]),
        ("{{ a | default('x') }}{{ b | d }}", ["a?", "b?"]),
        ("{% if a and not b %}{{ c }}{% endif %}", ["a?", "b?", "c"]),
        ("{{ 'x' if a else b }}", ["a?", "b"]),
        ("{% for a in b %}{{ a }}{% endfor %}{{ a }}", ["a", "b"]),
        ("{% set a = b %}{{ a }}", ["b"]),
        ("{% macro m(a) %}{{ a }}{{ c }}{% endmacro %}{{ m(1) }}", ["c"]),
        ("{{ range(n) }}{{ dict(k=v) }}", ["n", "v"]),
        ("{# a #}{% raw %}{{ b }}{% endraw %}{{ c }}", ["c"]),
        ("{{ f(a=a) }}", ["f", "a"]),
        ("x\r{{- a -}}  \n y", ["a"]),
    ],
)
def test_variables_in_the_order_of_use(source: str, expected: list[str]) -> None:
    found = read_jinja(source)
    if "| b" in source:
        assert found.error is not None
        return
    assert found.error is None
    assert [v.name + "?" * v.optional for v in found.variables] == expected
    for variable in found.variables:
        assert source[variable.start : variable.end] == variable.name


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a{{ b }}c", ["a", "c"]),
        ("a  {{- b -}}  c", ["a", "c"]),
        ("a{# x #}b{% raw %}r{% endraw %}", ["a", "b", "r"]),
    ],
)
def test_plain_text_between_blocks(source: str, expected: list[str]) -> None:
    assert [source[start:end] for start, end in read_jinja(source).data_spans] == expected
