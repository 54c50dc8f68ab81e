"""Which files are prompts, and how each is read. Light to import: the readers load on first use.

A kind of prompt file is a module here that declares a `Format`, and its name in `FORMATS`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fourfold.prompts.formats.claude_command import CLAUDE_COMMAND
from fourfold.prompts.formats.dotprompt import DOTPROMPT
from fourfold.prompts.formats.github_models import GITHUB_MODELS
from fourfold.prompts.formats.instructions import INSTRUCTING
from fourfold.prompts.formats.prompty import PROMPTY
from fourfold.prompts.formats.text import MARKDOWN, TEXT
from fourfold.prompts.formats.vscode import VSCODE_PROMPT

if TYPE_CHECKING:
    from fourfold.prompts.formats.format import Format
    from fourfold.prompts.template import PromptTemplate

FORMATS: tuple[Format, ...] = (
    PROMPTY,
    MARKDOWN,
    TEXT,
    DOTPROMPT,
    GITHUB_MODELS,
    VSCODE_PROMPT,
    CLAUDE_COMMAND,
    *INSTRUCTING,
)

ABOUT_OTHERS = "files named README or CHANGELOG are no prompts"

_ASIDE = ("_", ".")
# the longest first: .prompt.md before .md
_BY_SUFFIX = sorted(
    ((suffix, one) for one in FORMATS for suffix in one.suffixes), key=lambda it: -len(it[0])
)
PROMPT_SUFFIXES = tuple(suffix for suffix, _ in _BY_SUFFIX)
_BY_NAME = {name: one for one in FORMATS for name in one.names}
_BY_PLACE = [one for one in FORMATS if one.folders or one.paths]


@lru_cache(maxsize=8192)  # each look through a folder asks for each file several times
def format_of(place: str) -> Format | None:
    """The format of a file at this path, with forward slashes, if it is of some; by its path alone,
    so that it may yet be no prompt."""
    lowered = place.lower()
    if not lowered.endswith(PROMPT_SUFFIXES):
        return None
    suffixed = next(one for suffix, one in _BY_SUFFIX if lowered.endswith(suffix))
    if not suffixed.below_folders:
        return suffixed
    if (named := _BY_NAME.get(place.rpartition("/")[2])) is not None:
        return named
    if not lowered.endswith(".md"):
        return suffixed
    return next((one for one in _BY_PLACE if one.has(place)), suffixed)


def is_prompt_file(place: str) -> bool:
    """Whether a file at this path is a prompt, where prompts of its format may be."""
    return format_of(place) is not None and why_no_name(place) is None


def says_prompt(place: str) -> bool:
    """Whether a path says by itself that the file is a prompt, whatever the settings say."""
    found = format_of(place)
    return found is not None and not found.below_folders


@lru_cache(maxsize=8192)
def why_no_name(place: str) -> str | None:
    """Why a file that is of a format is no prompt, by its name; None where it is one."""
    name = place.rpartition("/")[2]
    if name.startswith(_ASIDE):
        return "names that start with _ or . are no prompts"
    if name.lower().startswith(("readme", "changelog")):
        found = format_of(place)
        return ABOUT_OTHERS if found is not None and found.has_readmes else None
    return None


def step_suffix(name: str) -> str:
    """The suffix that is cut off for the step's id, as the name spells it; "" for other files."""
    lowered = name.lower()
    for suffix in PROMPT_SUFFIXES:
        if lowered.endswith(suffix):
            return name[len(name) - len(suffix) :]
    return ""


def warm_up() -> None:
    """Load the readers and start the renderer, so that the first use is as quick as the others.

    Takes some 300 ms: call it from a thread once the server has answered `initialize`.
    """
    from fourfold.prompts import jinja_analysis, reading  # noqa: F401
    from fourfold.prompts.rendering import start_renderer

    start_renderer()


def parse(text: str, place: str) -> PromptTemplate:
    """What a prompt file at this path holds, of which a suffix may be enough; one that says nothing
    is taken for a plain text. Never raises: see `problems`.

    Positions are those of `text` with LF line ends and no byte-order mark.
    """
    return parse_as(text, format_of(place) or TEXT)


def parse_as(text: str, format_: Format) -> PromptTemplate:
    """As `parse`, for a file whose format is known."""
    from fourfold.prompts.reading import MAX_CHARACTERS, too_large
    from fourfold.text.same import normalize

    text = normalize(text)
    return format_.read(text) if len(text) <= MAX_CHARACTERS else too_large(text)
