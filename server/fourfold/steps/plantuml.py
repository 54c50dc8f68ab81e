"""What can be said about the syntax of a PlantUML diagram without PlantUML, which needs Java.

This finds a diagram without its begin or end, quotes and braces without their other half, and an
arrow with one end only. What it lets pass may be broken too.
"""

from __future__ import annotations

import re

from fourfold.steps.diagram_error import DiagramError

_QUOTED = re.compile(r'"[^"\n]*"')
_HEAD = r"[<>|*o+^#x0@)(]{0,3}"
_SHAFT = r"(?:-{1,2}(?:\[[^\]\n]*\])?(?:[a-z]{1,5}-)?-?|\.{1,2}(?:[a-z]{1,5}\.)?\.?)"
_ARROW = _HEAD + _SHAFT + _HEAD
_NOTHING_AFTER = re.compile(rf'[\w\])"]\s+{_ARROW}(?<![\w.])\s*(?::.*)?')
_NOTHING_BEFORE = re.compile(r"(?:<?-{1,2}(?:[a-z]{1,5}-)?>{1,2}|<-{1,2}|\.{1,2}>|<\.{1,2})\s*\w.*")


def check_plantuml(source: str) -> None:
    """DiagramError where the PlantUML `source` is surely broken."""
    lines = [(number, line.strip()) for number, line in enumerate(source.split("\n"), 1)]
    if _check_pairs(lines) == "uml":
        _check_lines(lines)


def _check_pairs(lines: list[tuple[int, str]]) -> str:
    """The kind of the first diagram (`uml` in @startuml); every one has a begin and an end."""
    kinds: list[str] = []
    opened: int | None = None
    for number, line in lines:
        tag = re.match(r"@(start|end)([a-z]+)", line)
        if tag is None:
            continue
        if tag[1] == "start" and opened is None:
            kinds.append(tag[2])
            opened = number
        elif tag[1] == "end" and opened is not None and tag[2] == kinds[-1]:
            opened = None
        else:
            raise DiagramError(number, f"{tag[0]} has no other half")
    if opened is not None:
        raise DiagramError(opened, f"@start{kinds[-1]} has no @end{kinds[-1]}")
    if not kinds:
        raise DiagramError(1, "it does not begin with @startuml and end with @enduml")
    return kinds[0]


def _check_lines(lines: list[tuple[int, str]]) -> None:
    opened: list[int] = []
    in_text = False  # of a note, which holds anything
    for number, line in lines:
        if in_text:
            in_text = re.match(r"end\s*(?:note|legend|title|header|footer)|endnote", line) is None
        elif re.fullmatch(r"(?:[rh]?note|legend|title|header|footer)\b[^:]*", line):
            in_text = not re.match(r'title\s+\S|(?:header|footer)\s+\S|note\s+".*"\s+as', line)
        elif not line.startswith(("'", "@", "!", "/'")):
            _check_line(number, line, opened)
    if opened:
        raise DiagramError(opened[-1], "{ is never closed")


def _check_line(number: int, line: str, opened: list[int]) -> None:
    before_text = line.split(" : ", maxsplit=1)[0]
    if before_text.count('"') % 2:
        raise DiagramError(number, "a quote has no end")
    bare = _QUOTED.sub('""', line)
    if bare.endswith("{"):
        opened.append(number)
    elif bare == "}":
        if not opened:
            raise DiagramError(number, "} closes nothing")
        opened.pop()
    elif opened:
        return  # the members of a class hold anything
    elif _NOTHING_BEFORE.fullmatch(bare):
        raise DiagramError(number, "nothing stands before the arrow")
    elif _NOTHING_AFTER.fullmatch(bare):
        raise DiagramError(number, "nothing stands after the arrow")
