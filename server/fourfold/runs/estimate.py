"""What a call will take, before any model has counted: tokens by the length of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

CHARACTERS_PER_TOKEN = 4
USUAL_RESPONSE_TOKENS = 500


def tokens(characters: int) -> int:
    """About how many tokens a text of this length has."""
    return -(-characters // CHARACTERS_PER_TOKEN)


def response_tokens(parameters: Mapping[str, Any]) -> int:
    """The most tokens that a response may have, where there is a limit, else what is usual."""
    most = parameters.get("max_output_tokens")
    return most if isinstance(most, int) else USUAL_RESPONSE_TOKENS
