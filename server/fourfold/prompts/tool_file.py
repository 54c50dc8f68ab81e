"""Markdown files of coding tools: front matter that only the tool reads, and a text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fourfold.prompts.body import FilledBody, FilledMessage, Slot
from fourfold.prompts.front_matter import find_header
from fourfold.prompts.roles import trim_blank_lines
from fourfold.prompts.template import ModelReference, PromptTemplate, PromptTemplateVariable
from fourfold.prompts.unused_keys import ABOUT_IT, key_unused
from fourfold.source.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from typing import Any

    from fourfold.prompts.body import Role
    from fourfold.prompts.unresolved import Unresolved
    from fourfold.source.problem import Range
    from fourfold.source.yaml_nodes import Node

_MOST_TOLD = 50
TASK = "task"
HINT = "argument-hint"
"""The key that tells people what to write after the name of a command."""
_LINE = re.compile(r"^([A-Za-z_][\w.-]*)[ \t]*:(?:[ \t]+(.*))?$", re.MULTILINE)
# gpt-4o, openai/o3, o3; tools have names of their own, such as sonnet and GPT-5 (copilot)
_MODEL_ID = re.compile(r"[a-z][a-z0-9]*(?:[-./:][a-z0-9.]+)+|[a-z]+[0-9]+")


@dataclass(slots=True)
class ToolFile:
    """A file as far as its kinds have it in common; `text` is what follows the front matter,
    from `offset` on."""

    report: Report
    text: str
    offset: int
    keys: Mapping[str, tuple[Node, Node]] = field(default_factory=dict)
    """The front matter: each key's node and its value's."""

    def words(self, key: str) -> str | None:
        """The text of a key; None where it has none."""
        _, node = self.keys.get(key, (None, None))
        if node is None or node.is_null:
            return None
        if node.kind == "scalar":
            return node.text
        return self.report.text[node.start : node.end].strip()

    def model(self) -> ModelReference:
        """The model that the file names by its id; of a name that only the tool knows it is said
        that it is not used."""
        _, node = self.keys.get("model", (None, None))
        if node is None or node.is_null:
            return ModelReference()
        if node.kind == "scalar" and _MODEL_ID.fullmatch(node.text):
            # without its range, as the tool itself serves it, however long others do
            return ModelReference(id=node.text)
        self.report.at(
            node,
            "Only a model's id is asked for, and this is a name that the tool has for it: a run "
            "goes to your own model.",
            "information",
            "tool-model",
        )
        return ModelReference()

    def say_unused(self, used: Collection[str]) -> None:
        """Says of each key that is neither used nor only tells about the file that it is not."""
        for key, (node, _) in self.keys.items():
            if key not in used and key not in ABOUT_IT:
                key_unused(node, self.report, ": only the text and your inputs are sent")

    def say_unresolved(self, *kinds: Unresolved) -> None:
        """Says of what the tool itself would have put something in for that it is sent as it
        stands, of the first ones of each kind."""
        for kind in kinds:
            for match in kind.search(self.text)[:_MOST_TOLD]:
                self.report.put(
                    self.range(match.start(), match.end()),
                    f"{kind.because}: {match[0]} is sent as it stands.",
                    "information",
                    "not-resolved",
                )

    def template(
        self,
        format_: str,
        messages: Iterable[tuple[Role, Iterable[str | Slot]]],
        variables: Iterable[PromptTemplateVariable],
        complete: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    ) -> PromptTemplate:
        """The template that sends these messages; `model` is a key that it honours."""
        filled = tuple(FilledMessage(role, tuple(parts)) for role, parts in messages)
        body = FilledBody(filled, complete) if complete else FilledBody(filled)
        return PromptTemplate(
            format=format_,
            name=self.words("name"),
            description=self.words("description"),
            model=self.model(),
            parameters={},
            variables=tuple(variables),
            problems=self.report.problems(),
            body=body,
            accepts_defaults=None,
        )

    def range(self, start: int, end: int) -> Range:
        """The range of offsets into `text`."""
        return self.report.lines.range(self.offset + start, self.offset + end)


def read_tool_file(text: str) -> ToolFile:
    """The parts of `text`. Its front matter may be what only the tool takes for YAML, such as
    `argument-hint: [a] [b]`: it is then read line by line."""
    report = Report(text)
    found = find_header(text, ".md")
    if found is None:
        return _without_header(report)
    if not found.closed:
        report.add(
            found.opening,
            found.opening + 3,
            "The front matter has no end, so it is sent as text: close it with a line ---.",
            "warning",
            "front-matter-unterminated",
        )
        return _without_header(report)
    body = text[found.body_start :]
    said = trim_blank_lines(body)
    keys = _keys(found.yaml(text), found.yaml_start)
    return ToolFile(report, said, found.body_start + body.index(said), keys)


def _without_header(report: Report) -> ToolFile:
    said = trim_blank_lines(report.text)
    return ToolFile(report, said, report.text.index(said))


def instructions(text: str, format_: str, *unresolved: Unresolved) -> PromptTemplate:
    """A file that tells a model how to work: it is the system's message, and an input is the task
    that it is given. `unresolved` is what its tool would put something in for."""
    file = read_tool_file(text)
    file.say_unused({"model", HINT})
    file.say_unresolved(*unresolved)
    if not file.text:
        return file.template(format_, [], [])
    asked = file.words(HINT) or "What is asked of the model under these instructions."
    task = free_input(TASK, file.range(0, 0), description=asked)
    return file.template(format_, [("system", [file.text]), ("user", [Slot(TASK)])], [task])


def free_input(
    name: str, where: Range, *, description: str | None = None, optional: bool = False
) -> PromptTemplateVariable:
    """An input that the format has, or the text uses, without declaring anything of it."""
    return PromptTemplateVariable(
        name=name,
        kind="string",
        required=False,
        default=None,
        example=None,
        description=description,
        range=where,
        declared=False,
        typed=False,
        optional=optional,
    )


def slotted(
    file: ToolFile, pattern: re.Pattern[str], name_of: Callable[[re.Match[str]], str]
) -> tuple[list[str | Slot], list[tuple[str, re.Match[str]]]]:
    """The text of a file with what the pattern finds as slots, and each slot's name and place."""
    parts: list[str | Slot] = []
    slots: list[tuple[str, re.Match[str]]] = []
    done = 0
    text = file.text
    for match in pattern.finditer(text):
        name = name_of(match)
        parts += (text[done : match.start()], Slot(name))
        slots.append((name, match))
        done = match.end()
    parts.append(text[done:])
    return parts, slots


def _keys(yaml: str, offset: int) -> dict[str, tuple[Node, Node]]:
    from fourfold.source.yaml_nodes import read_yaml

    root, error = read_yaml(yaml, offset)
    if error is None and root is not None and root.kind == "mapping":
        return {key.text: (key, value) for key, value in root.pairs if key.kind == "scalar"}
    return _by_lines(yaml, offset)


def _by_lines(yaml: str, offset: int) -> dict[str, tuple[Node, Node]]:
    """Each key at the start of a line with all that follows it up to the next one, as a text."""
    from fourfold.source.yaml_nodes import Node

    found = list(_LINE.finditer(yaml))
    ends = [*(match.start() for match in found[1:]), len(yaml)]
    keys = {}
    for match, end in zip(found, ends, strict=True):
        start = match.start(2) if match[2] is not None else match.end()
        said = yaml[start:end].strip()
        name = Node("scalar", offset + match.start(1), offset + match.end(1), match[1])
        keys[match[1]] = name, Node("scalar", offset + start, offset + start + len(said), said)
    return keys
