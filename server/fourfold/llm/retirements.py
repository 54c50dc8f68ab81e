"""When models end, as far as their makers have said, and which to use where none is named."""

from __future__ import annotations

import re
from datetime import date, timedelta

DEFAULT_MODELS = ("gpt-6-luna", "gpt-5.4-mini", "gpt-6-sol", "gpt-5.6-luna", "gpt-5.4-nano")
"""The default is the first of these that the endpoint lists: small ones first, none with an end."""

SOON = timedelta(days=60)

_ENDS = {
    "gpt-5": date(2026, 12, 11),
    "gpt-5-mini": date(2026, 12, 11),
    "gpt-5-nano": date(2026, 12, 11),
    "gpt-4o": date(2027, 1, 14),
    "gpt-4.1": date(2027, 1, 14),
}
_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


def ends_on(model: str) -> date | None:
    """The day on which OpenAI retires the model with this id, None where none is known."""
    return _ENDS.get(_SNAPSHOT.sub("", model))


def ending(model: str, today: date) -> str | None:
    """A sentence about a model that has ended or ends soon."""
    end = ends_on(model)
    if end is None or end - today > SOON:
        return None
    when = "was retired" if end < today else "is retired"
    return f"{model} {when} on {end}: choose another model, {DEFAULT_MODELS[0]} for example."
