"""A plugin for Fourfold: the step type `glossary`, and the models `echo/…`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.llm.integration import ChatRequest, Delta, LLMIntegration, Usage
from fourfold.plugins import hookimpl
from fourfold.steps.base import BaseStep
from fourfold.steps.responses.reading import ResponseError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable


class GlossaryStep(BaseStep):
    """Reads `term: meaning` lines; its value is `{"markdown", "terms": {term: meaning}}`."""

    type = "glossary"

    def process_response(self, response: str) -> Any:
        """The terms; ResponseError where there are none."""
        pairs = [line.partition(":") for line in response.splitlines() if ":" in line]
        if not pairs:
            raise ResponseError("The response has no terms.", "Write one `term: meaning` a line.")
        terms = {term.strip(): meaning.strip() for term, _, meaning in pairs}
        return {"markdown": response, "terms": terms}

    def describe(self, value: Any) -> str:
        """The terms as a list."""
        return "\n".join(f"- **{term}**: {meaning}" for term, meaning in value["terms"].items())


class EchoIntegration:
    """Answers with the last message, word by word."""

    name = "echo"
    concurrency = 8

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Delta | Usage, None]:
        """The words of the last message, then how many there were."""
        words = request.messages[-1]["content"].split(" ")
        for place, word in enumerate(words):
            yield Delta(word if place == 0 else f" {word}")
        yield Usage(len(words), len(words))

    async def warm_up(self) -> None:
        """There is nothing to wait for."""

    async def close(self) -> None:
        """There is nothing to give back."""


@hookimpl
def fourfold_step_classes() -> list[type[BaseStep]]:
    return [GlossaryStep]


@hookimpl
def fourfold_integrations() -> dict[str, Callable[[], LLMIntegration]]:
    return {"echo": EchoIntegration}
