"""Dotprompt: front matter with Picoschema, and a Handlebars text with roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.prompts.formats.format import Format

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate

CONFIG = {
    "temperature": "temperature",
    "topP": "top_p",
    "topK": "top_k",
    "maxOutputTokens": "max_output_tokens",
    "stopSequences": "stop",
}
"""What of the configuration is sent, and its neutral name."""


def _read(text: str) -> PromptTemplate:
    from fourfold.prompts.dotprompt import read_dotprompt

    return read_dotprompt(text)


DOTPROMPT = Format(
    "dotprompt",
    _read,
    suffixes=(".prompt",),
    message=r"\{\{~?\s*role\s+[\"'](\w+)[\"']",
    keys={
        "name": "what the prompt is called",
        "description": "what it is for",
        "variant": "which of several with this name",
        "model": "the model's id",
        "config": "how it answers",
        **{f"config.{name}": "sent to the model" for name in CONFIG},
        "input": "what the text asks for",
        "input.schema": "its names and types, in Picoschema",
        "input.default": "values by name",
        "output": "what is asked of the model",
        "output.format": "text or json",
        "output.schema": "the JSON, in Picoschema",
        "tools": "not offered to the model today",
        "metadata": "anything",
    },
    opening="{{",
    words={
        'role "system"': "begins a message",
        'role "user"': "begins a message",
        'role "model"': "begins a message",
        "history": "where the conversation so far would stand",
        "json": "a value as JSON",
    },
)
