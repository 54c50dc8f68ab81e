"""The diagrams in a response, each checked before anybody tries to draw it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.steps.diagram_error import DiagramError
from fourfold.steps.mermaid import check_mermaid, is_mermaid
from fourfold.steps.plantuml import check_plantuml
from fourfold.steps.responses.blocks import check_closed, parse_blocks
from fourfold.steps.responses.errors import ResponseError

if TYPE_CHECKING:
    from markdown_it.token import Token

_PLANTUML = {"plantuml", "puml", "uml"}
_UNNAMED = {"", "text", "txt", "plaintext"}


def read_diagrams(markdown: str) -> list[dict[str, str]]:
    """`[{"kind": "mermaid"|"plantuml", "source"}…]`; ResponseError where one is broken."""
    found = []
    for token in parse_blocks(markdown):
        kind = _kind(token) if token.type == "fence" else None
        if kind is not None:
            check_closed(token)
            _check(kind, token)
            found.append({"kind": kind, "source": token.content})
    return found


def _kind(fence: Token) -> str | None:
    language = fence.info.split(maxsplit=1)[0].lower() if fence.info.strip() else ""
    if language == "mermaid":
        return "mermaid"
    if language in _PLANTUML or fence.content.lstrip().startswith("@startuml"):
        return "plantuml"
    return "mermaid" if language in _UNNAMED and is_mermaid(fence.content) else None


def _check(kind: str, fence: Token) -> None:
    check = check_mermaid if kind == "mermaid" else check_plantuml
    try:
        check(fence.content)
    except DiagramError as error:
        name = "Mermaid" if kind == "mermaid" else "PlantUML"
        line = (fence.map or [0])[0] + 1 + error.line
        raise ResponseError(
            f"The {name} diagram is broken on line {line} of the response: {error}.",
            f"The {name} diagram is broken on its line {error.line}: {error}. Answer again in full "
            "with the diagram corrected.",
        ) from None
