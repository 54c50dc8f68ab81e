"""Prompty, the native format: front matter of its own, roles, Jinja."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.prompts.formats.format import Format

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate


def _read(text: str) -> PromptTemplate:
    from fourfold.prompts.reading import read_prompt

    return read_prompt(text, ".prompty")


KEYS = {
    "name": "what the prompt is called",
    "description": "what it is for",
    "model": "the model's id, or a mapping",
    "model.id": "the model's id, or the name of one of yours",
    "model.provider": "who serves it",
    "model.apiType": "chat",
    "model.connection": "where it is asked",
    "model.connection.kind": "how it is reached",
    "model.connection.endpoint": "its address",
    "model.options": "how it answers",
    "model.options.temperature": "a number",
    "model.options.maxOutputTokens": "the most tokens of a response",
    "model.options.topP": "a number",
    "model.options.topK": "a whole number",
    "model.options.frequencyPenalty": "a number",
    "model.options.presencePenalty": "a number",
    "model.options.seed": "a whole number",
    "model.options.stopSequences": "a list of texts",
    "model.options.additionalProperties": "what is sent as it is named",
    "inputs": "what the text asks for, by name",
    "outputs": "the JSON that is asked of the model",
    "template": "jinja2",
    "tools": "not offered to the model today",
    "metadata": "anything",
}
JINJA = "{{"
# possessive, so that a long line of blanks takes linear time
MESSAGE = (
    r"^[^\S\n]*+#?+[^\S\n]*+(system|developer|user|assistant)(?:\[[^\]\n]*+\])?+[^\S\n]*+:"
    r"[^\S\n]*+$"
)
"""A line that opens a message."""

PROMPTY = Format(
    "prompty",
    _read,
    suffixes=(".prompty",),
    message=MESSAGE,
    keys=KEYS,
    opening=JINJA,
    has_readmes=True,
)
