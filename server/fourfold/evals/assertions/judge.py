"""What the checks have in common that ask a model: its messages, and reading what it says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fourfold.errors import FourfoldError
from fourfold.evals.assertions.json_value import objects_in
from fourfold.evals.missing import MISSING
from fourfold.evals.outside import AskJudge, CannotJudgeError, Judge
from fourfold.evals.yaml_values import value_of
from fourfold.prompts.failures import RenderError
from fourfold.prompts.rendering import shared_renderer
from fourfold.source.yaml_nodes import YamlError, read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fourfold.evals.assertions.registry import Check, Outcome
    from fourfold.evals.outside import Asking

LONGEST_REASON = 1000

Messages = list[dict[str, str]]


def messages_of(
    prompt: Any, usual: Sequence[Mapping[str, str]], values: Mapping[str, Any]
) -> Messages:
    """The messages for a judge: `prompt` in place of the `usual` ones, if there is one, with
    `values` put in. It is a text, or a chat, also as JSON or YAML.

    Raises FourfoldError.
    """
    if isinstance(prompt, str):
        prompt = _chat_in(prompt) or [{"role": "user", "content": prompt}]
    chat = usual if prompt is None else prompt
    if not isinstance(chat, list | tuple) or not all(map(_is_message, chat)):
        raise FourfoldError("rubricPrompt is a text, or a list of messages with role and content.")
    try:
        return [
            {"role": one["role"], "content": shared_renderer().render(one["content"], values)}
            for one in chat
        ]
    except RenderError as error:
        raise FourfoldError(f"rubricPrompt: {error}") from None


def verdict_of(asked: Check, messages: Messages, read: Callable[[str], Outcome]) -> Asking[Outcome]:
    """What the judge says, and where it was asked twice, whether it says the same."""
    reply = yield AskJudge(asked.judge or Judge(), messages, read)
    outcome: Outcome = reply.value
    if reply.again is MISSING:
        return outcome
    return replace(outcome, agrees=reply.again.passed == outcome.passed)


def verdict_in(text: str, *names: str) -> dict[str, Any]:
    """The first object in what a judge says that has one of these names; CannotJudgeError where
    there is none."""
    found = next((it for it in objects_in(text) if any(name in it for name in names)), None)
    if found is None:
        said = " ".join(text.split())
        short = said if len(said) <= 100 else f"{said[:99]}…"  # noqa: PLR2004
        raise CannotJudgeError(f"the judge gave no verdict but said “{short}”")
    return found


def reason_in(verdict: Mapping[str, Any]) -> str:
    """The reason of a verdict, "" without one."""
    reason = verdict.get("reason")
    return reason.strip()[:LONGEST_REASON] if isinstance(reason, str) else ""


def _chat_in(text: str) -> Any:
    """The chat that a text holds; None for one that is none."""
    if not text.lstrip().startswith(("[", "- role:")):
        return None
    node, error = read_yaml(text)  # of which JSON is a part
    try:
        chat = None if node is None or error is not None else value_of(node)
    except YamlError:
        return None
    return chat if isinstance(chat, list) and all(map(_is_message, chat)) else None


def _is_message(one: Any) -> bool:
    return isinstance(one, dict) and all(isinstance(one.get(it), str) for it in ("role", "content"))
