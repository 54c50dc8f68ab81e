"""Which files are prompts, and how each is read. Light to import: the readers load on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate

PROMPT_SUFFIXES = (".prompty", ".md", ".txt", ".j2", ".jinja")
_NOT_PROMPTS = ("readme", "changelog", "_", ".")


def is_prompt_file(name: str) -> bool:
    """Whether a file of this name (without its folders) is a prompt."""
    lowered = name.lower()
    return lowered.endswith(PROMPT_SUFFIXES) and not lowered.startswith(_NOT_PROMPTS)


def step_suffix(name: str) -> str:
    """The suffix that is cut off for the step's id, as the name spells it; "" for other files."""
    lowered = name.lower()
    for suffix in PROMPT_SUFFIXES:
        if lowered.endswith(suffix):
            return name[len(name) - len(suffix) :]
    return ""


def step_name(name: str) -> str:
    """The part of a file's name that its step is known by."""
    return name.removesuffix(step_suffix(name))


def warm_up() -> None:
    """Load the readers and start the renderer, so that the first use is as quick as the others.

    Takes some 300 ms: call it from a thread once the server has answered `initialize`.
    """
    import prompty.model  # noqa: F401

    from fourfold.prompts import jinja_analysis, reading  # noqa: F401
    from fourfold.prompts.rendering import shared_renderer

    shared_renderer().start()


def parse(text: str, suffix: str) -> PromptTemplate:
    """What a prompt file with this suffix holds. Never raises: see `problems`.

    Positions are those of `text` with LF line ends and no byte-order mark.
    """
    from fourfold.prompts.reading import read_prompt

    return read_prompt(text, suffix)
