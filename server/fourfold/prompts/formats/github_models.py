"""GitHub Models' prompt files: YAML with messages, in which {{variables}} are put in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.prompts.formats.format import Format

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate

NAME = "github-models"
ROLES = ("system", "developer", "user", "assistant")
PARAMETERS = {
    "temperature": "temperature",
    "topP": "top_p",
    "maxTokens": "max_output_tokens",
    "maxCompletionTokens": "max_completion_tokens",
    "frequencyPenalty": "frequency_penalty",
    "presencePenalty": "presence_penalty",
    "seed": "seed",
    "stop": "stop",
}
"""What of modelParameters is sent, and its neutral name."""


def _read(text: str) -> PromptTemplate:
    from fourfold.prompts.github_models import read_github_models

    return read_github_models(text)


GITHUB_MODELS = Format(
    NAME,
    _read,
    suffixes=(".prompt.yml", ".prompt.yaml"),
    message=r"^\s*+(?:-\s++)?role:\s++[\"']?(\w+)",
    keys={
        "name": "what the prompt is called",
        "description": "what it is for",
        "model": "the model's id",
        "modelParameters": "how it answers",
        **{f"modelParameters.{name}": "sent to the model" for name in PARAMETERS},
        "messages": "a list of messages",
        "messages.role": f"{', '.join(ROLES[:-1])} or {ROLES[-1]}",
        "messages.content": "its text",
        "responseFormat": "text, json_object or json_schema",
        "jsonSchema": "JSON with a name and a schema",
        "testData": "a list of tests, each with the values of its inputs",
        "evaluators": "what each response has to fulfil",
    },
    opening="{{",
    is_yaml=True,
)
