"""A whole answer of a model, as the events that a stream of it would have had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.llm.answers import Answer, BadAnswerError
from fourfold.llm.integration import Delta, ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.llm.integration import StreamEvent


def completion(
    body: Mapping[str, Any], host: str
) -> tuple[tuple[StreamEvent, ...], ModelError | None]:
    """The events of a chat completion, and what is wrong with it, if anything."""
    choices = body.get("choices")
    answer = Answer()
    text = answer.take(
        {
            "usage": body.get("usage"),
            "choices": [
                {**choice, "delta": choice.get("message")}
                for choice in (choices if isinstance(choices, list) else ())
                if isinstance(choice, dict)
            ],
        }
    )
    answer.begun = answer.done = bool(choices)
    events: list[StreamEvent] = [Delta(text)] if text else []
    if answer.usage is not None:
        events.append(answer.usage)
    events.append(answer.finish)
    problem = answer.problem()
    return tuple(events), None if problem is None else _told(problem, host)


def _told(problem: BadAnswerError, host: str) -> ModelError:
    return ModelError(f"{host} {problem.text}", problem.kind)
