"""How a model wants to be asked, where it refuses what others take: learned from its refusals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from fourfold.llm.redaction import error_message
from fourfold.user.kept_json import KeptJson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Manners: TypeAlias = "Mapping[str, str | None]"
"""What becomes of a parameter, by its name: the name it has there, None where it is left out."""

FILE = "manners.json"

_OTHER_NAME = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
# A request without one of these still asks for the same. Of two that exclude each other the
# first goes.
_LEFT_OUT = (
    "top_k",
    "min_p",
    "top_p",
    "frequency_penalty",
    "presence_penalty",
    "repetition_penalty",
    "logit_bias",
    "seed",
    "stop",
    "temperature",
)
# Not of values out of range: those are the user's to mend.
_UNSUPPORTED = re.compile(
    r"unsupported|not support|unrecogni[sz]ed|unknown|unexpected|not permitted|extra_forbidden|"
    r"not allowed|not available|deprecated|only the default|cannot both|\binstead\b",
    re.IGNORECASE,
)
_CONDITIONAL = re.compile(r"\bboth\b|\btogether\b|\bcombin", re.IGNORECASE)


class Refusal(NamedTuple):
    """A parameter that a model does not take, and what becomes of it; `lasting` unless that hangs
    on the rest of the request."""

    name: str
    becomes: str | None
    lasting: bool


def refusal(body: Any, sent: Iterable[str]) -> Refusal | None:
    """Which of the parameters `sent` an error's decoded body refuses, None where it is no such."""
    error = body.get("error", body) if isinstance(body, dict) else body
    fields = error if isinstance(error, dict) else {}
    said = f"{error_message(body)} {fields.get('code')} {fields.get('type')} {_details(fields)}"
    if not _UNSUPPORTED.search(said):
        return None
    names = [name for name in (*_OTHER_NAME, *_LEFT_OUT) if name in set(sent)]
    if fields.get("param") in names:
        name = str(fields["param"])
    else:
        named = [name for name in names if re.search(rf"\b{name}\b", said)]
        if not named:
            return None
        name = named[0]
    lasting = name in _OTHER_NAME or not _CONDITIONAL.search(said)
    return Refusal(name, _OTHER_NAME.get(name), lasting)


def _details(fields: dict[str, Any]) -> str:
    """What FastAPI says of each field that it does not know."""
    details = fields.get("detail")
    if not isinstance(details, list):
        return ""
    return " ".join(
        f"{one.get('type')} {one.get('loc')}" for one in details if isinstance(one, dict)
    )


def adjusted(
    parameters: Mapping[str, Any], manners: Manners, model: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """`parameters` as `model` wants them, and what was changed, in sentences."""
    sent = {name: value for name, value in parameters.items() if name not in manners}
    changes = []
    for name, value in parameters.items():
        if name not in manners:
            continue
        becomes = manners[name]
        if becomes is None:
            changes.append(f"{name} was left out, since {model} does not take it.")
        else:
            sent.setdefault(becomes, value)
            changes.append(f"{name} was sent as {becomes}, as {model} wants it.")
    return sent, tuple(changes)


class KnownManners:
    """What was learned of each endpoint's models, kept in the user's data folder."""

    def __init__(self, folder: Path) -> None:
        self._kept = KeptJson(folder / FILE)

    def of(self, endpoint: str) -> dict[str, Manners]:
        """What is known of the models at an address; blocks."""
        models = self._kept.read().get(endpoint)
        if not isinstance(models, dict):
            return {}
        return {
            model: {
                name: becomes
                for name, becomes in manners.items()
                if becomes is None or isinstance(becomes, str)
            }
            for model, manners in models.items()
            if isinstance(manners, dict)
        }

    def remember(self, endpoint: str, model: str, manners: Manners) -> None:
        """Keeps what is known of a model; blocks. OSError."""

        def change(kept: dict[str, Any]) -> None:
            models = kept.get(endpoint)
            kept[endpoint] = {**(models if isinstance(models, dict) else {}), model: dict(manners)}

        self._kept.change(change)
