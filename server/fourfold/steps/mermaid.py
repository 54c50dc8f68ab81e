"""What can be said about the syntax of a Mermaid diagram without Mermaid, which needs JavaScript.

This finds what models get wrong: an unknown kind of diagram, brackets and quotes without their
other half, blocks without an end, an arrow with one end only. What it lets pass may be broken too.
"""

from __future__ import annotations

import re

from fourfold.steps.diagram_error import DiagramError
from fourfold.steps.mermaid_flowchart import DIRECTIONS, check_flowchart

_FLOWCHARTS = {"flowchart", "flowchart-elk", "graph"}
_BRACES = {"classDiagram", "classDiagram-v2", "stateDiagram", "stateDiagram-v2", "erDiagram"}
_OTHERS = {
    *("architecture", "architecture-beta", "block", "block-beta", "gantt", "gitGraph", "journey"),
    *("C4Component", "C4Container", "C4Context", "C4Deployment", "C4Dynamic", "kanban", "mindmap"),
    *("packet", "packet-beta", "pie", "quadrantChart", "radar-beta", "requirementDiagram"),
    *("sankey", "sankey-beta", "timeline", "treemap", "treemap-beta", "xychart", "xychart-beta"),
    "zenuml",
}
_KINDS = {"sequenceDiagram"} | _FLOWCHARTS | _BRACES | _OTHERS
# words that a text which is no diagram may begin with
_COMMON_WORDS = {"architecture", "block", "graph", "journey", "packet", "pie", "timeline"}
_BLOCKS = {"loop", "alt", "opt", "par", "par_over", "critical", "break", "rect", "box"}
_MESSAGE = re.compile(r"<<--?>>|--?>>|--?>|--?x|--?\)")
_NO_MESSAGES = {"note", "title", "participant", "actor", "create", "destroy", "links", "link"}
_RELATION_ENDS = re.compile(r"[|}][|o](?:--|\.\.)[|o][|{]")


def is_mermaid(source: str) -> bool:
    """Whether `source` begins as a Mermaid diagram does, and as nothing else would."""
    words = source.split(maxsplit=2)
    if not words or words[0] not in _KINDS:
        return False
    return words[0] not in _COMMON_WORDS or (len(words) > 1 and words[1].rstrip(";") in DIRECTIONS)


def check_mermaid(source: str) -> None:
    """DiagramError where the Mermaid `source` is surely broken."""
    lines = _without_settings(source)
    first = next((place for place, (_, line) in enumerate(lines) if line), None)
    if first is None:
        raise DiagramError(1, "it is empty")
    number, header = lines[first]
    kind = re.split(r"[\s;:]", header, maxsplit=1)[0]
    if kind not in _KINDS:
        raise DiagramError(number, f"{kind[:40]} is no kind of diagram, as flowchart LR is one")
    if kind in _FLOWCHARTS:
        check_flowchart(number, header.removeprefix(kind), lines[first + 1 :])
    elif kind == "sequenceDiagram":
        _check_sequence(lines[first + 1 :])
    elif kind in _BRACES:
        _check_braces(lines[first + 1 :])


def _without_settings(source: str) -> list[tuple[int, str]]:
    """The numbered lines, front matter, directives and comments being empty."""
    lines = [line.strip() for line in source.split("\n")]
    first = next((place for place, line in enumerate(lines) if line), 0)
    if lines[first] == "---":
        if "---" not in lines[first + 1 :]:
            raise DiagramError(first + 1, "its front matter has no end")
        end = lines.index("---", first + 1) + 1
        lines[first:end] = [""] * (end - first)
    return [(number, "" if line.startswith("%%") else line) for number, line in enumerate(lines, 1)]


def _check_sequence(lines: list[tuple[int, str]]) -> None:
    blocks: list[tuple[int, str]] = []
    for number, line in lines:
        word = re.split(r"[\s:]", line, maxsplit=1)[0]
        if word in _BLOCKS:
            blocks.append((number, word))
        elif line == "end":
            if not blocks:
                raise DiagramError(number, "end stands without a block that it ends")
            blocks.pop()
        elif word.lower() not in _NO_MESSAGES:
            _check_message(number, line)
    if blocks:
        raise DiagramError(blocks[-1][0], f"this {blocks[-1][1]} has no end")


def _check_message(number: int, line: str) -> None:
    ends, colon, _ = line.partition(":")
    arrow = _MESSAGE.search(ends)
    if arrow is None:
        return
    if not ends[: arrow.start()].strip():
        raise DiagramError(number, "nothing stands before the arrow")
    if not ends[arrow.end() :].strip(" +-"):
        raise DiagramError(number, "nothing stands after the arrow")
    if not colon:
        raise DiagramError(number, "the message has no text, as in A->>B: text")


def _check_braces(lines: list[tuple[int, str]]) -> None:
    """Each brace around members of a class, a state or an entity has its other half."""
    opened: list[int] = []
    in_note = False
    for number, line in lines:
        bare = _RELATION_ENDS.sub("", re.sub(r'"[^"]*"|`[^`]*`', "", line))
        if in_note or re.match(r"note\b", bare):
            in_note = ":" not in bare and line != "end note" and not line.startswith("note for")
            continue
        if " : " in bare:
            continue  # a text follows
        for character in bare:
            if character == "{":
                opened.append(number)
            elif character == "}":
                if not opened:
                    raise DiagramError(number, "} closes nothing")
                opened.pop()
    if opened:
        raise DiagramError(opened[-1], "{ is never closed")
