"""What a call cost, from a price list that comes with genai-prices; nothing is looked up online."""

from __future__ import annotations

from fourfold.llm.embedded_files import LABEL
from fourfold.llm.endpoints import is_loopback


def price_usd(
    model: str,
    input_tokens: int | None,
    output_tokens: int | None,
    endpoint: str | None = None,
) -> float | None:
    """The price in US dollars of one call of `model`, None where it is not known.

    `endpoint` is the address that was called (`ResolvedModel.endpoint`). The embedded model costs
    nothing; a server on this machine has no known price, whatever name its model has.
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
            return float(calc_price(usage, model, provider_api_url=provider).total_price)
        except LookupError:
            continue
    return None
