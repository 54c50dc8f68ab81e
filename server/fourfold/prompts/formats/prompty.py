"""Prompty, the native format: front matter of its own, roles, Jinja."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.prompts.formats.format import Format

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate


def _read(text: str) -> PromptTemplate:
    from fourfold.prompts.reading import read_prompt

    return read_prompt(text, ".prompty")


PROMPTY = Format("prompty", _read, suffixes=(".prompty",), has_readmes=True)
