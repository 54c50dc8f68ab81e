"""What came back from a model, as far as assertions look at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fourfold.evals.as_text import as_text


@dataclass(frozen=True, slots=True)
class Response:
    """`output` is a text, or a value that was made of it; `prompt` is what it answers; what is None
    is not known."""

    output: Any
    latency_ms: float | None = None
    cost_usd: float | None = None
    finish_reason: str | None = None
    prompt: str = ""

    @property
    def text(self) -> str:
        """The output as a text: other values as compact JSON."""
        return self.output if isinstance(self.output, str) else as_text(self.output)
