from __future__ import annotations

from typing import Any

import pytest

from fourfold.llm.parameters import layered

LIMIT = {"max_output_tokens": 5}


def more(**additional: Any) -> dict[str, Any]:
    return {"additional": additional}


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], {}),
        ([{}, {"additional": {}}], {}),
        ([{"seed": 1, "top_p": 1}, {"seed": 2}], {"seed": 2, "top_p": 1}),
        ([more(a=1, b=1), {"seed": 1}, more(b=2)], {"seed": 1, **more(a=1, b=2)}),
        ([LIMIT, more(max_completion_tokens=7)], more(max_completion_tokens=7)),
        ([more(max_completion_tokens=7, a=1), LIMIT], {**LIMIT, **more(a=1)}),
        ([more(max_completion_tokens=7), LIMIT], LIMIT),
    ],
)
def test_a_later_layer_wins(layers: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    kept = [dict(layer) for layer in layers]
    assert layered(*layers) == expected
    assert layers == kept
