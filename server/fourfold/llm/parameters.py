"""From neutral parameter names to those of the chat completions API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SAME_NAME = (
    "temperature",
    "top_p",
    "frequency_penalty",
    "presence_penalty",
    "seed",
    "stop",
)
# What the request itself says: a prompt's `additional` must not make the stored run untrue.
RESERVED = frozenset({"model", "messages", "stream", "stream_options", "n"})


def to_api(parameters: Mapping[str, Any], *, openai: bool) -> dict[str, Any]:
    """The body's fields for `parameters`; with `openai`, as OpenAI's own service names them.

    OpenAI has no `top_k`, so it is left out there.
    """
    body = {
        name: value
        for name, value in (parameters.get("additional") or {}).items()
        if name not in RESERVED
    }
    for name in SAME_NAME:
        if parameters.get(name) is not None:
            body[name] = parameters[name]
    if parameters.get("top_k") is not None and not openai:
        body["top_k"] = parameters["top_k"]
    if parameters.get("max_output_tokens") is not None:
        limit = "max_completion_tokens" if openai else "max_tokens"
        body[limit] = parameters["max_output_tokens"]
    return body
