"""The components that a design names, and a diagram of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fourfold.steps.outline import outline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.steps.outline import Item, Section

MAX_COMPONENTS = 100

_TITLE = re.compile(r"\bcomponents?\b|\bmodules?\b|\bclasses\b|\bservices?\b", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:\*\*|__)?`?(?P<name>[^\s:`*][^:`*\n]{0,59})`?(?:\*\*|__)?"
    r"\s*(?::(?:\*\*|__)?|\s[-–—]\s|\n|$)\s*(?P<text>.*)",
    re.DOTALL,
)
_MAX_NAME_WORDS = 5


def read_components(markdown: str) -> list[dict[str, str]]:
    """`[{"name", "text"}…]`: the items, or the headings, of the section about components.

    Without such a section, all items of the form `Name: what it does`. Each name once.
    """
    sections = outline(markdown)
    place = next((at for at, it in enumerate(sections) if _TITLE.search(it.title)), None)
    if place is not None:
        found = list(_in_section(sections, place))
    else:
        found = [it for section in sections for it in _in_items(section.items) if it["text"]]
    return list({it["name"]: it for it in reversed(found)}.values())[::-1][:MAX_COMPONENTS]


def component_diagram(components: list[dict[str, str]]) -> list[dict[str, str]]:
    """A Mermaid flowchart of the components; an arrow leads to each one that a text names."""
    if not components:
        return []
    lines = ["flowchart LR"]
    lines += [f'    c{at}["{_label(it["name"])}"]' for at, it in enumerate(components)]
    mentioned = [re.compile(rf"(?<!\w){re.escape(it['name'])}(?!\w)") for it in components]
    for at, component in enumerate(components):
        for other, pattern in enumerate(mentioned):
            if other != at and pattern.search(component["text"]):
                lines.append(f"    c{at} --> c{other}")
    return [{"kind": "mermaid", "source": "\n".join(lines)}]


def _in_section(sections: list[Section], place: int) -> Iterator[dict[str, str]]:
    section = sections[place]
    yield from _in_items(section.items)
    for below in sections[place + 1 :]:
        if below.level <= section.level:
            return
        text = "\n".join(item.text for item in below.items)
        yield {"name": below.title.strip("`"), "text": text}


def _in_items(items: list[Item]) -> Iterator[dict[str, str]]:
    for item in items:
        named = _NAMED.fullmatch(item.text)
        if named is None or len(named["name"].split()) > _MAX_NAME_WORDS:
            continue
        text = "\n".join([named["text"].strip(), *(below.text for below in item.items)])
        yield {"name": named["name"].strip(), "text": text.strip()}


def _label(name: str) -> str:
    """Text for a quoted label, in which Mermaid reads entities."""
    escaped: dict[str, Any] = {'"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;", "`": "#96;"}
    return "".join(escaped.get(character, character) for character in name)
