"""What a call will take, before any model has counted: tokens by the length of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.errors import FourfoldError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.llm.integration import ResolvedModel
    from fourfold.runs.request import RunRequest

CHARACTERS_PER_TOKEN = 4
USUAL_RESPONSE_TOKENS = 500


def tokens(characters: int) -> int:
    """About how many tokens a text of this length has."""
    return -(-characters // CHARACTERS_PER_TOKEN)


def response_tokens(parameters: Mapping[str, Any]) -> int:
    """The most tokens that a response may have, where there is a limit, else what is usual."""
    most = parameters.get("max_output_tokens")
    return most if isinstance(most, int) else USUAL_RESPONSE_TOKENS


def usd(model: ResolvedModel, sent: int, parameters: Mapping[str, Any]) -> float | None:
    """US dollars for `sent` tokens and a response as long as it may be, else of a usual length;
    None where no price is known."""
    from fourfold.llm.user_models import price

    return price(model, sent, response_tokens(parameters))


def request_usd(request: RunRequest) -> float | None:
    """What a run costs, as `usd` has it."""
    sent = tokens(sum(len(message["content"]) for message in request.messages))
    return usd(request.model, sent, request.parameters)


def usd_within(budget_usd: float | None, request: RunRequest) -> float | None:
    """As `request_usd`, where there is a budget to be kept; FourfoldError where it cannot be."""
    if budget_usd is None:
        return None
    estimate = request_usd(request)
    if estimate is None:
        raise FourfoldError(
            f"No price of {request.model.label} is known, so a budget in dollars cannot be kept: "
            "limit the number of calls instead."
        )
    return estimate
