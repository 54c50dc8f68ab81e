"""Versions and runs to be compared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fourfold.store.records import Run, StepHistory, Version
from fourfold.text.same import content_hash, count_words

SAVED = datetime(2026, 11, 22, 17, 39, tzinfo=UTC)


def version(number: int, text: str = "Say hello.\n", **fields: Any) -> Version:
    given: dict[str, Any] = {
        "step": "requirement",
        "number": number,
        "text": text,
        "hash": content_hash(text),
        "created": SAVED,
        "cause": "save",
        "words": count_words(text),
        "lines_added": 3,
        "lines_removed": 1,
        **fields,
    }
    return Version(**given)


def run(number: int, response: str = "Hello!\n", **fields: Any) -> Run:
    given: dict[str, Any] = {
        "id": f"run{number}",
        "step": "requirement",
        "version": number,
        "model": "gpt-5-mini",
        "status": "succeeded",
        "started": SAVED,
        "first_token_ms": 310.0,
        "duration_ms": 1234.0,
        "input_tokens": 1200,
        "output_tokens": 340,
        "cost_usd": 0.0004,
        "messages": ({"role": "user", "content": "Say hello."},),
        "response": response,
        **fields,
    }
    return Run(**given)


def history(*numbers: int, current: int) -> StepHistory:
    return StepHistory("requirement", current, tuple(version(n) for n in numbers))
