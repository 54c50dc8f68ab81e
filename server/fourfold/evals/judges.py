"""Which model a tests file wants as a judge, in the words that promptfoo has for its providers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from fourfold.errors import FourfoldError
from fourfold.evals.cases import AssertionSet
from fourfold.evals.outside import Judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fourfold.evals.cases import Assertion

Purpose = Literal["text", "embedding"]

_EMBEDDED = ("similar", "similar:cosine")
JUDGED = frozenset(("llm-rubric", "g-eval", "factuality", "model-graded-factuality", *_EMBEDDED))
"""The types that ask a model."""

_OPENAI = "openai:"
_OPENAI_KINDS = ("chat", "completion", "responses", "embedding", "embeddings")
_PURPOSES = ("text", "embedding", "classification", "moderation")
_NAMES = {
    "temperature": "temperature",
    "max_tokens": "max_output_tokens",
    "max_completion_tokens": "max_output_tokens",
    "max_output_tokens": "max_output_tokens",
    "top_p": "top_p",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "seed": "seed",
    "stop": "stop",
}
_SENT_AS_THEY_ARE = ("response_format", "reasoning_effort", "verbosity", "service_tier")


def purpose_of(type_: str) -> Purpose:
    """What a model is asked for by an assertion of this type."""
    return "embedding" if type_ in _EMBEDDED else "text"


def judged_by(
    assertions: Iterable[Assertion | AssertionSet],
) -> Iterator[tuple[Judge, Purpose, int]]:
    """The judges of a response, what each is asked for, and how many calls that takes, if none is
    asked twice."""
    for one in assertions:
        if isinstance(one, AssertionSet):
            yield from judged_by(one.assertions)
        elif one.type in JUDGED:
            criteria = len(one.value) if isinstance(one.value, list) else 1
            calls = 2 * criteria if one.type == "g-eval" else 1
            yield one.judge or Judge(), purpose_of(one.type), calls


def calls_of(assertions: Iterable[Assertion | AssertionSet]) -> int:
    """How many calls of judges these take for a response."""
    return sum(calls for _, _, calls in judged_by(assertions))


def judge_of(provider: Any, purpose: Purpose) -> Judge | None:
    """The judge that a `provider` means: a model's id, `{id, config}`, or one for each purpose.

    None where it names none for this purpose. A key that stands in a config is passed over: keys
    come from the user alone. Raises FourfoldError.
    """
    if provider is None:
        return None
    if isinstance(provider, str):
        return Judge(_model(provider), parameters={"temperature": 0})
    if isinstance(provider, dict) and isinstance(provider.get("id"), str):
        return _configured(provider["id"], provider.get("config") or {})
    if isinstance(provider, dict) and any(name in provider for name in _PURPOSES):
        return judge_of(provider.get(purpose), purpose)
    raise FourfoldError("provider is the id of a model, or a mapping with id and config.")


def _configured(provider: str, config: Any) -> Judge:
    if not isinstance(config, dict):
        raise FourfoldError("config of a provider is a mapping.")
    endpoint = config.get("apiBaseUrl")
    if endpoint is None and isinstance(config.get("apiHost"), str):
        endpoint = f"https://{config['apiHost']}/v1"
    if endpoint is not None and not isinstance(endpoint, str):
        raise FourfoldError("apiBaseUrl is a text.")
    return Judge(_model(provider), endpoint, _parameters(config))


def _parameters(config: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"temperature": 0}
    found |= {_NAMES[key]: value for key, value in config.items() if key in _NAMES}
    added = {key: config[key] for key in _SENT_AS_THEY_ARE if key in config}
    if isinstance(config.get("passthrough"), dict):
        added |= config["passthrough"]
    return {**found, "additional": added} if added else found


def _model(provider: str) -> str | None:
    """`gpt-4o` of `openai:gpt-4o` and `openai:chat:gpt-4o`; anything else as it stands, which has
    to be the name of a configured model."""
    if provider.startswith("file://"):
        raise FourfoldError("A judge that is a program is not supported here: name a model.")
    if not provider.startswith(_OPENAI):
        return provider or None
    kind, _, model = provider.removeprefix(_OPENAI).partition(":")
    return (model or None) if kind in _OPENAI_KINDS else provider.removeprefix(_OPENAI)
