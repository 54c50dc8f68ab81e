"""What a call cost, from a price list that comes with genai-prices; nothing is looked up online."""

from __future__ import annotations

from fourfold.llm.embedded_files import LABEL
from fourfold.llm.endpoints import is_loopback

BATCH_RATE = 0.5
"""What a call in a batch costs of its usual price, with all who have batches."""

_IN_A_BATCH = {"processing": "batch"}


def price_usd(
    model: str,
    input_tokens: int | None,
    output_tokens: int | None,
    endpoint: str | None = None,
    *,
    batch: bool = False,
) -> float | None:
    """The price in US dollars of one call of `model`, None where it is not known.

    `endpoint` is the address that was called (`ResolvedModel.endpoint`). The embedded model costs
    nothing; a server on this machine has no known price, whatever name its model has. In a `batch`
    it is the listed price of that, else half of what it is elsewhere.
    """
    if model == LABEL and endpoint is None:
        return 0.0
    if input_tokens is None or output_tokens is None:
        return None
    if endpoint is not None and is_loopback(endpoint):
        return None
    from genai_prices import Usage, calc_price

    usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens)
    for provider in (endpoint, None):
        try:
            usual = float(calc_price(usage, model, provider_api_url=provider).total_price)
            if not batch:
                return usual
            found = calc_price(usage, model, provider_api_url=provider, price_context=_IN_A_BATCH)
        except LookupError:
            continue
        listed = float(found.total_price)
        return listed if listed < usual else usual * BATCH_RATE
    return None
