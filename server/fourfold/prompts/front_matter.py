"""Where a file's YAML front matter begins and ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

WITH_FRONT_MATTER = frozenset({".prompty", ".md", ".markdown"})
_OPENING = re.compile(r"\A\ufeff?\s*+(---|\+\+\+)[ \t]*+(?:\r?\n|\Z)")
_CLOSING = re.compile(r"^(?:---|\+\+\+)[ \t]*+\r?$", re.MULTILINE)
_FIRST_KEY = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?\r?\n)*+[ \t]*+[\w\"'.-]++[ \t]*+:(?:\s|\Z)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Offsets into the text: the opening line, the YAML, and what follows the closing line."""

    opening: int
    yaml_start: int
    yaml_end: int
    body_start: int
    closed: bool

    def yaml(self, text: str) -> str:
        """The YAML between the delimiters."""
        return text[self.yaml_start : self.yaml_end]


def find_front_matter(text: str) -> FrontMatter | None:
    """The front matter at the start of `text`; None when it does not start with a delimiter."""
    opening = _OPENING.match(text)
    if opening is None:
        return None
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        return FrontMatter(opening.start(1), opening.end(), len(text), len(text), closed=False)
    # the body starts on the line after the delimiter
    end = closing.end()
    body_start = end + 1 if text[end : end + 1] == "\n" else end
    return FrontMatter(opening.start(1), opening.end(), closing.start(), body_start, closed=True)


def find_header(text: str, suffix: str) -> FrontMatter | None:
    """The front matter that counts as such in a file with this suffix.

    In Markdown a first line `---` may also be a rule, so there it has to hold a mapping.
    """
    if suffix not in WITH_FRONT_MATTER:
        return None
    found = find_front_matter(text)
    if found is None or suffix == ".prompty":
        return found
    return found if looks_like_mapping(found.yaml(text)) else None


def looks_like_mapping(yaml: str) -> bool:
    """Whether `yaml` starts with a key, so that it is meant as front matter and no Markdown."""
    return _FIRST_KEY.match(yaml) is not None


def last_header_line(text: str) -> int:
    """The line that closes the front matter of a normalised text; 0 where there is none."""
    found = find_front_matter(text)
    if found is None or not found.closed or not looks_like_mapping(found.yaml(text)):
        return 0
    return text.count("\n", 0, found.yaml_end)
