"""What a call cost."""

from __future__ import annotations

import pytest

from fourfold.llm.prices import price_usd

OPENAI = "https://api.openai.com/v1"


@pytest.mark.parametrize(
    ("model", "tokens", "endpoint", "expected"),
    [
        ("gpt-4o-mini", (1_000_000, 1_000_000), OPENAI, 0.75),
        ("gpt-4o-mini", (1_000_000, 0), "https://gateway.example/v1", 0.15),
        ("gpt-4o-mini", (1_000_000, 0), "http://localhost:1234/v1", None),
        ("gpt-4o-mini", (None, 3), OPENAI, None),
        ("no-such-model", (1, 1), OPENAI, None),
        ("no-such-model", (1, 1), "https://gateway.example/v1", None),
        ("smollm2-135m-instruct", (9, 9), None, 0.0),
        ("smollm2-135m-instruct", (None, None), None, 0.0),
    ],
)
def test_price(
    model: str,
    tokens: tuple[int | None, int | None],
    endpoint: str | None,
    expected: float | None,
) -> None:
    assert price_usd(model, *tokens, endpoint) == (
        None if expected is None else pytest.approx(expected)
    )


@pytest.mark.parametrize(
    ("model", "endpoint", "share"),
    [
        ("gpt-4o-mini", OPENAI, 0.5),
        ("gpt-4o-mini", "https://gateway.example/v1", 0.5),
        ("claude-haiku-4-5", "https://api.anthropic.com/v1", 0.5),
    ],
)
def test_a_call_in_a_batch_costs_half(model: str, endpoint: str, share: float) -> None:
    usual = price_usd(model, 1_000, 1_000, endpoint)
    assert usual
    assert price_usd(model, 1_000, 1_000, endpoint, batch=True) == pytest.approx(usual * share)
    assert price_usd("no-such-model", 1, 1, endpoint, batch=True) is None
