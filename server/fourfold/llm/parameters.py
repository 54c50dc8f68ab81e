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
_LIMITS = ("max_tokens", "max_completion_tokens")
# What the request itself says: a prompt's `additional` must not make the stored run untrue.
RESERVED = frozenset({"model", "messages", "stream", "stream_options", "n"})


def layered(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of which a later layer wins, also within `additional`; of a limit under another
    name too."""
    parameters: dict[str, Any] = {}
    additional: dict[str, Any] = {}
    for layer in layers:
        more = layer.get("additional") or {}
        if layer.get("max_output_tokens") is not None:
            for name in _LIMITS:
                additional.pop(name, None)
        if any(name in more for name in _LIMITS):
            parameters.pop("max_output_tokens", None)
        parameters.update({name: value for name, value in layer.items() if name != "additional"})
        additional.update(more)
    return {**parameters, "additional": additional} if additional else parameters


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
