"""What a template prints for a value that is no text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fourfold.prompts.failures import RenderError
from fourfold.prompts.rendering import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterator

STEP = {"markdown": "# Füll\n{{ x }}", "requirements": [{"id": "R1", "criteria": ["a", "b"]}]}


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    renderer = Renderer()
    yield renderer
    renderer.close()


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("<{{ step }}>", "<# Füll\n{{ x }}>"),
        ("{{ step.requirements[0].id }}", "R1"),
        ("{{ step.requirements[0].criteria }}", '[\n  "a",\n  "b"\n]'),
        ("{{ step.requirements[0].criteria | join(', ') }}", "a, b"),
        ("{% for it in step.requirements %}{{ it.id }}{% endfor %}", "R1"),
        ("{{ plain }}", '{\n  "a": [\n    1,\n    null,\n    true,\n    "é\\""\n  ]\n}'),
        ("{{ odd }}", '{\n  "markdown": 5\n}'),
        ("{{ plain.a[1] }}|{{ plain.a[2] }}|{{ plain.a[0] }}", "None|True|1"),
        ("{{ empty }}{{ [] }}", "{}[]"),
        ("{{ [1, 'a', missing] }}", '[\n  1,\n  "a",\n  ""\n]'),
        ("{{ {(1, 2): 3} }}", "{(1, 2): 3}"),
        ("{{ text }}{{ missing }}{{ 1.5 }}", "{'a': 1}1.5"),
        ("{{ plain | tojson }}", '{"a": [1, null, true, "\\u00e9\\""]}'),
    ],
)
def test_a_response_prints_as_its_text_and_other_values_as_json(
    renderer: Renderer, source: str, printed: str
) -> None:
    values: dict[str, Any] = {
        "step": STEP,
        "plain": {"a": [1, None, True, 'é"']},
        "odd": {"markdown": 5},
        "empty": {},
        "text": "{'a': 1}",
    }
    assert renderer.render(source, values) == printed


@pytest.mark.parametrize("source", ["{{ [[1] * 10**6] * 100 }}", "{{ [9**(9**5)] }}"])
def test_printing_keeps_to_the_limits(renderer: Renderer, source: str) -> None:
    with pytest.raises(RenderError):
        renderer.render(source, {})
    assert renderer.render("{{ 1 }}", {}) == "1"
