"""Plain texts with Jinja variables; Markdown may have the front matter of Prompty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.prompts.formats.format import Format
from fourfold.prompts.formats.prompty import JINJA, KEYS, MESSAGE

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate


def _read_markdown(text: str) -> PromptTemplate:
    from fourfold.prompts.reading import read_prompt

    return read_prompt(text, ".md")


def _read_text(text: str) -> PromptTemplate:
    from fourfold.prompts.reading import read_prompt

    return read_prompt(text, ".txt")


MARKDOWN = Format(
    "markdown",
    _read_markdown,
    suffixes=(".md", ".markdown"),
    below_folders=True,
    message=MESSAGE,
    keys=KEYS,
    opening=JINJA,
    has_readmes=True,
)
TEXT = Format(
    "text",
    _read_text,
    suffixes=(".txt", ".j2", ".jinja", ".jinja2"),
    below_folders=True,
    opening=JINJA,
    has_readmes=True,
)
