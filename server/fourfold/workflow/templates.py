"""Prompts as they were read, each once as long as it is in use."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate

_MOST_KEPT = 256


@lru_cache(_MOST_KEPT)
def parsed(text: str, suffix: str) -> PromptTemplate:
    """What a prompt file with this suffix holds; see prompts.formats.parse."""
    from fourfold.prompts.formats import parse

    return parse(text, suffix)
