"""What makes two requests the same."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from fourfold.llm.parameters import layered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.llm.integration import ResolvedModel
    from fourfold.runs.request import RunRequest


def request_fingerprint(request: RunRequest) -> str:
    """The fingerprint of what `request` asks for."""
    messages = request.messages if request.origin is None else request.origin
    return fingerprint(request.model, messages, request.parameters, request.repeat, request.rule)


def fingerprint(
    model: ResolvedModel,
    messages: Sequence[Mapping[str, str]],
    parameters: Mapping[str, Any],
    repeat: int,
    rule: str = "",
) -> str:
    """32 hexadecimal digits, the same in every process for the same request.

    What the user's configuration has for the model counts as if it were asked for; it may hold a
    key, so it is no part of the run itself. `repeat` counts, so that five repeats are five
    responses and not one five times; so does the `rule` that the response has to keep, where there
    is one.
    """
    request: list[Any] = [
        [model.label, model.model, model.endpoint],
        [[message["role"], message["content"]] for message in messages],
        # YAML has keys of any type; only text can be sorted.
        json.loads(json.dumps(layered(model.options, parameters), default=str)),
        repeat,
        *([rule] if rule else []),
    ]
    written = json.dumps(request, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(written.encode("ascii"), digest_size=16).hexdigest()
