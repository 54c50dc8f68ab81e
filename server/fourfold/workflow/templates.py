"""Prompts as they were read, each once as long as it is in use."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fourfold.prompts.formats.format import Format
    from fourfold.prompts.template import PromptTemplate

_MOST_KEPT = 256


@lru_cache(_MOST_KEPT)
def parsed(text: str, format_: Format) -> PromptTemplate:
    """What a prompt file of this format holds; see prompts.formats.parse."""
    from fourfold.prompts.formats import parse_as

    return parse_as(text, format_)
