"""A step's new name, put in wherever `workflow.yaml` says the old one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fourfold.source.problem import Position, Range
from fourfold.workflow.file.places import places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.workflow.file.configuration import StepConfig, WorkflowConfig
    from fourfold.workflow.file.places import Place

_PLAIN = re.compile(r"[\w./]+(?:[ -]+[\w./]+)*")
_AFTER_KEY = re.compile(r"\s*:(?:\s+&\S+)?\s*(?:(?P<brace>\{)|(?=#|$))")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)*")


@dataclass(frozen=True, slots=True)
class NameEdit:
    """`text` in place of what stands at `range`."""

    range: Range
    text: str


def rename_edits(
    lines: Sequence[str], config: WorkflowConfig, old: str, new: str
) -> list[NameEdit]:
    """The edits of the file (its `lines`) that turn the step `old` into `new`, sub-steps too.

    Both are ids that differ in their last part alone. Nothing else is touched.
    """
    edits: dict[Range, NameEdit] = {}
    for place in places(config):
        if place.kind == "key" and place.value == old:
            text = new.rpartition("/")[2]
        elif place.kind == "step" and f"{place.value}/".startswith(f"{old}/"):
            text = new + place.value[len(old) :]
        else:
            continue
        where = name_range(lines, place)
        edits[where] = NameEdit(where, spelled(_text_at(lines, where), text))
    return list(edits.values())


def type_edit(lines: Sequence[str], step: StepConfig, name: str) -> NameEdit | None:
    """The edit that gives a step of the file the type `name`, as the first of its settings.

    None where its settings stand elsewhere, behind an alias.
    """
    end = step.range.end
    line = lines[end.line]
    after = _AFTER_KEY.match(line, end.character)
    if after is None:
        return None
    if after["brace"]:
        comma = "" if line[after.end() :].lstrip().startswith("}") else ", "
        return _insertion(end.line, after.end(), f"type: {spelled('', name)}{comma}")
    indent = _indent(line)
    below = (_indent(it) for it in lines[end.line + 1 :] if it.strip() and it.strip()[0] != "#")
    inner = next(below, 0)
    width = inner if inner > indent else indent + 2
    text = f"\n{' ' * width}type: {spelled('', name)}"
    return _insertion(end.line, len(line), text)


def _insertion(line: int, column: int, text: str) -> NameEdit:
    where = Position(line, column)
    return NameEdit(Range(where, where), text)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def name_range(lines: Sequence[str], place: Place) -> Range:
    """Where the name itself stands, with its quotes, without an anchor."""
    start = place.range.start
    properties = _PROPERTIES.match(_text_at(lines, place.range))
    skipped = properties.end() if properties else 0
    return Range(Position(start.line, start.character + skipped), place.range.end)


def last_part_range(lines: Sequence[str], place: Place) -> Range:
    """Where the last part of a step's name stands, without quotes: what a rename changes."""
    where = name_range(lines, place)
    text = _text_at(lines, where)
    closing = int(text[:1] in ("'", '"'))
    end = where.end.character - closing
    length = len(text[closing:].removesuffix("'").removesuffix('"').rpartition("/")[2])
    return Range(Position(where.start.line, end - length), Position(where.start.line, end))


def _text_at(lines: Sequence[str], where: Range) -> str:
    return lines[where.start.line][where.start.character : where.end.character]


def spelled(before: str, name: str) -> str:
    """A name as YAML, quoted as the one before it was, or where it has to be."""
    if before.startswith('"'):
        return json.dumps(name, ensure_ascii=False)
    if before.startswith("'") or not _PLAIN.fullmatch(name):
        return "'" + name.replace("'", "''") + "'"
    return name
