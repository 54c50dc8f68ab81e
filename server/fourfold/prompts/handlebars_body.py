"""A Handlebars text with Dotprompt's helpers, and how it becomes messages."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fourfold.prompts.failures import RenderError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.prompts.references import References

MOST_PARTIALS = 64
_ROLES = {"system": "system", "user": "user", "model": "assistant", "assistant": "assistant"}
_HISTORY = "history"
# what a helper puts in is known by it, and no value can hold it
_SECRET = str(secrets.randbits(128))
_MARK = re.compile(rf"⟦{_SECRET}:([^⟧]*)⟧")
_LACKING = re.compile(r"The partial (.*) could not be found\.")
_PARTIAL = re.compile(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)*")


@dataclass(frozen=True, slots=True)
class HandlebarsBody:
    """`partials` are the names of those that `source` includes."""

    source: str
    first_line: int
    partials: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        return not self.source.strip()

    def completed(self, values: dict[str, Any]) -> dict[str, Any]:
        return values

    def messages(self, values: Mapping[str, Any], references: References) -> list[dict[str, str]]:
        from fourfold.prompts.rendering import shared_renderer

        partials = _partials(self.partials, references)
        try:
            rendered = shared_renderer().render_handlebars(self.source, values, partials, _SECRET)
        except RenderError as error:
            if (lacking := _LACKING.fullmatch(str(error))) is None:
                raise
            raise RenderError(
                f"There is no partial {lacking[1]}: write it into "
                f"_{lacking[1].rpartition('/')[2]}.prompt beside the prompt, or in a folder above "
                "it."
            ) from None
        return _split(rendered)


def _split(rendered: str) -> list[dict[str, str]]:
    """The messages as Dotprompt has them: one begins with a role, unless the one before is still
    empty, and after the history."""
    pieces = _MARK.split(rendered)
    messages = [{"role": "user", "content": pieces[0]}]
    for mark, text in zip(pieces[1::2], pieces[2::2], strict=True):
        if mark == _HISTORY:
            messages.append({"role": "assistant", "content": ""})
        elif (role := _ROLES.get(mark)) is None:
            known = ", ".join(("system", "user", "model"))
            raise RenderError(f"{mark or 'An empty text'} is no role: use one of {known}.")
        elif messages[-1]["content"].strip():
            messages.append({"role": role, "content": ""})
        else:
            messages[-1] = {"role": role, "content": ""}
        messages[-1]["content"] += text if text.strip() else ""
    return [message for message in messages if message["content"].strip()]


def _partials(names: tuple[str, ...], references: References) -> dict[str, str]:
    """The texts of these partials, and of those that they include, as far as they are there."""
    from fourfold.prompts.handlebars_source import read_handlebars

    texts: dict[str, str] = {}
    wanted = list(names)
    while wanted:
        name = wanted.pop()
        if name in texts:
            continue
        if len(texts) == MOST_PARTIALS:
            raise RenderError(f"The prompt includes more than {MOST_PARTIALS} partials.")
        text = None
        if _PARTIAL.fullmatch(name):
            folder, slash, last = name.rpartition("/")
            text = references.beside(f"{folder}{slash}_{last}.prompt")
        if text is None:
            continue  # which is no fault where the text does without it
        texts[name] = _body(text)
        wanted += read_handlebars(texts[name]).partials
    return texts


def _body(text: str) -> str:
    from fourfold.prompts.dotprompt_header import front_matter

    found = front_matter(text)
    return text if found is None or not found.closed else text[found.body_start :].strip()
