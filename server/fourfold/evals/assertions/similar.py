"""`similar`: the response means about the same as a text, by their embeddings."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fourfold.evals.assertions.registry import Check, Outcome, check
from fourfold.evals.outside import CannotJudgeError, Embed, Judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.evals.outside import Asking

_THRESHOLD = 0.75
_ROUNDING = 1e-9


@check("similar", "similar:cosine")
def similar(asked: Check) -> Asking[Outcome]:
    """The value is a text, or a list of which one is enough. The score is the cosine; the threshold
    is 0.75 if none is given."""
    texts = asked.value if isinstance(asked.value, list) else [asked.value]
    if not texts or not all(isinstance(text, str) and text for text in texts):
        raise asked.refused("needs a text, or a list of texts, as its value")
    if not asked.response.text.strip():
        return Outcome(False, "a response in which nothing is", 0.0, turns=True)
    request = Embed(asked.judge or Judge(), (asked.response.text, *texts), _cosines)
    found = (yield request).value
    threshold = _THRESHOLD if asked.threshold is None else asked.threshold
    enough = [cosine for cosine in found if cosine >= threshold - _ROUNDING]
    cosine = enough[0] if enough else max(found)
    reason = f"a similarity of {cosine:.2f}, with {threshold:g} asked for"
    return Outcome(bool(enough), reason, cosine, turns=True)


def _cosines(embeddings: Sequence[Sequence[float]]) -> list[float]:
    """Of the first to each of the others."""
    return [_cosine(embeddings[0], other) for other in embeddings[1:]]


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    if len(one) != len(other):
        raise CannotJudgeError("the embeddings have unequal lengths")
    length = math.hypot(*one) * math.hypot(*other)
    if not math.isfinite(length) or not length:
        raise CannotJudgeError("an embedding has no direction")
    return sum(a * b for a, b in zip(one, other, strict=True)) / length
