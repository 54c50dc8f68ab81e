"""What is declared of a kind of prompt file, and how a path is found to be of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fourfold.prompts.template import PromptTemplate


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of prompt file.

    A file is of it by the end of its name (`suffixes`, in any case), by its whole name (`names`),
    by the end of its path (`paths`), or by the folder that it lies in (`folders`:
    `.claude/agents/*` for Markdown in it, `.claude/commands/**` below it too). One that is only
    `below_folders` is a prompt below the folders of the setting alone, as its suffix says nothing.
    `message` is a pattern of what begins a message, the first group being its role.
    `keys` are those of its front matter, and what each is for in a few words; one of an inner
    mapping has those around it before it, with dots. `opening` is what an input begins with in the
    text, and `words` are what else may stand after it. `read` makes a template of a normalised text
    and never raises; what it needs is imported in it.
    """

    name: str
    read: Callable[[str], PromptTemplate]
    suffixes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    below_folders: bool = False
    message: str = ""
    keys: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    opening: str | None = None
    words: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    is_yaml: bool = False
    """Whether all of the file is what front matter is to others."""

    has_readmes: bool = False
    """Whether README and CHANGELOG among its files are what everybody takes them for."""

    def has(self, place: str) -> bool:
        """Whether the Markdown file at a path is of it by where it lies."""
        if any(f"/{place}".endswith(f"/{path}") for path in self.paths):
            return True
        inside = f"/{place}".rpartition("/")[0] + "/"
        for folder in self.folders:
            base, _, depth = folder.rpartition("/")
            if inside.endswith(f"/{base}/") or (depth == "**" and f"/{base}/" in inside):
                return True
        return False
