"""Which files are prompts, and how each is read. Light to import: the readers load on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fourfold.prompts.template import PromptTemplate

PROMPTY = ".prompty"
PROMPT_SUFFIXES = (PROMPTY, ".md", ".markdown", ".txt", ".j2", ".jinja", ".jinja2")
_ASIDE = ("_", ".")
ABOUT_OTHERS = "files named README or CHANGELOG are no prompts"

_UNREAD_SUFFIXES = (
    *(".prompt", ".prompt.yml", ".prompt.yaml"),
    *(".prompt.md", ".agent.md", ".instructions.md"),
)
_UNREAD_NAMES = ("SKILL.md", "AGENTS.md", "CLAUDE.md")


def is_prompt_file(name: str) -> bool:
    """Whether a file of this name (without its folders) is a prompt."""
    return has_prompt_suffix(name) and why_no_name(name) is None


def has_prompt_suffix(name: str) -> bool:
    """Whether a name ends as those of prompts do."""
    return name.lower().endswith(PROMPT_SUFFIXES)


def is_prompty(name: str) -> bool:
    """Whether a name says by itself that the file is a prompt, wherever it lies."""
    return name.lower().endswith(PROMPTY)


def why_no_name(name: str) -> str | None:
    """Why a file that ends as prompts do is none all the same; None where it is one."""
    if name.startswith(_ASIDE):
        return "names that start with _ or . are no prompts"
    if name.lower().startswith(("readme", "changelog")):
        return ABOUT_OTHERS
    return None


def is_unread_kind(name: str) -> bool:
    """Whether a name is one of a kind of prompt that is not read yet."""
    return name in _UNREAD_NAMES or name.lower().endswith(_UNREAD_SUFFIXES)


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
    from fourfold.prompts import jinja_analysis, reading  # noqa: F401
    from fourfold.prompts.rendering import shared_renderer

    shared_renderer().start()


def parse(text: str, suffix: str) -> PromptTemplate:
    """What a prompt file with this suffix holds. Never raises: see `problems`.

    Positions are those of `text` with LF line ends and no byte-order mark.
    """
    from fourfold.prompts.reading import read_prompt

    return read_prompt(text, suffix)
