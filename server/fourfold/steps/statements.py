"""Statements and acceptance criteria in a requirement, in whichever form they were written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from fourfold.steps.outline import LINE_LEVEL, Item, Section, outline

_ID = re.compile(r"\[?(?P<id>[A-Z][A-Za-z]{0,7}[-_ ]?\d{1,4}(?:\.\d{1,3}){0,2})\]?")
_LABELLED = re.compile(_ID.pattern + r"\s*(?:\([^)\n]{0,40}\)\s*)?(?:[:.)\]]|\s[-–—])(?:\s+|$)")
_CRITERION = re.compile(
    r"(?:given|when|then|and|but)\b[\s:,]|(?:scenario|background)\s*:", re.IGNORECASE
)
_OPENS_CRITERION = re.compile(r"given\b|(?:scenario|background)\s*:", re.IGNORECASE)
_ACCEPTANCE = re.compile(r"\bacceptance\b|\bcriteria\b|\bcriterion\b", re.IGNORECASE)
_REQUIREMENTS = re.compile(
    r"\brequirements?\b|\bstatements?\b|\bfunctional\b|\buser stor(?:y|ies)\b|\bfeatures?\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\bgoals?\b|\bscope\b|\bquestions?\b|\bassumptions?\b|\bbackground\b|\bcontext\b|\bsummary\b"
    r"|\boverview\b|\bintroduction\b|\bglossary\b|\bnotes?\b|\brisks?\b|\bconclusion\b",
    re.IGNORECASE,
)
_GOAL = re.compile(r"\bgoals?\b|\bsummary\b|\boverview\b|\bintroduction\b", re.IGNORECASE)
_EMPHASIS = re.compile(r"\*\*|__")


@dataclass(slots=True)
class _Statement:
    id: str
    text: str
    criteria: list[str] = field(default_factory=list)


def read_statements(markdown: str) -> tuple[list[dict[str, Any]], list[str]]:
    """`([{"id", "text", "criteria"}…], the criteria that belong to no one statement)`.

    Statements are list items, headings, lines or paragraphs; those without an id get the next free
    one of R1, R2…. Criteria are what stands below a statement, a Given/When/Then, or what a section
    of acceptance criteria says.
    """
    sections = outline(markdown)
    titled = [it for it in sections if _REQUIREMENTS.search(it.title) and _kind(it.title) == "own"]
    chosen = {id(section) for section in titled or sections}
    reader = _Reader()
    criteria: list[Section] = []
    level: int | None = None  # of the heading that is the last statement
    for section in sections:
        kind = _kind(section.title)
        label = _LABELLED.match(_plain(section.title) + " ")
        beside = kind == "criteria" and level == LINE_LEVEL  # a bold line is below a bold line
        if level is not None and section.level <= level and not beside:
            level = None
        if kind == "criteria" and level is not None:
            reader.below(section.items)
        elif kind == "criteria":
            criteria.append(section)
        elif label is not None:
            reader.headed(label, section.title, section.items)
            level = section.level
        elif kind == "own" and id(section) in chosen:
            reader.statements(section.items)
    if not reader.found:
        # A small model lists all of it below its goal, and has still stated something.
        for section in sections:
            if _GOAL.search(section.title) and len(section.items) > 1:
                reader.statements(section.items)
    reader.number()
    for section in criteria:
        reader.criteria(section.items)
    return reader.result()


def _kind(title: str) -> str:
    if _ACCEPTANCE.search(title):
        return "criteria"
    if _ASIDE.search(title) and not re.search(r"requirements?$", title, re.IGNORECASE):
        return "aside"
    return "own"


class _Reader:
    def __init__(self) -> None:
        self._statements: list[_Statement] = []
        self._ids: set[str] = set()
        self._loose: list[str] = []

    @property
    def found(self) -> bool:
        """Whether there is a statement yet."""
        return bool(self._statements)

    def statements(self, items: list[Item]) -> None:
        for item in items:
            text = _plain(item.text)
            if self._statements and _is_criterion(text, self._statements[-1].criteria):
                _add(self._statements[-1].criteria, text)
            elif self._statements and _ACCEPTANCE.match(text) and text.endswith(":"):
                _add_all(self._statements[-1].criteria, item.items)
            else:
                self._statement(text, item.items)

    def headed(self, label: re.Match[str], title: str, items: list[Item]) -> None:
        """A heading that is a statement; what is below are its criteria."""
        text = _plain(title)[label.end() :].strip()
        if not text and items:
            text, *_ = _plain(items[0].text).split("\n")
            items = [*items[0].items, *items[1:]]
        name = "" if label["id"] in self._ids else label["id"]
        self._append(_Statement(name, text or label["id"]))
        _add_all(self._statements[-1].criteria, items)

    def below(self, items: list[Item]) -> None:
        """Criteria of the last statement."""
        _add_all(self._statements[-1].criteria, items)

    def number(self) -> None:
        """Give the statements without an id the next free ones."""
        number = 1
        for statement in self._statements:
            while not statement.id:
                if f"R{number}" not in self._ids:
                    statement.id = f"R{number}"
                number += 1

    def criteria(self, items: list[Item]) -> None:
        known = {statement.id: statement for statement in self._statements}
        texts: list[str] = []
        for item in items:
            text = _plain(item.text)
            label = _LABELLED.match(text)
            statement = known.get(label["id"]) if label is not None else None
            if statement is not None and label is not None:
                _add(statement.criteria, text[label.end() :])
                _add_all(statement.criteria, item.items)
            else:
                _add(texts, text)
                _add_all(texts, item.items)
        if len(self._statements) == 1:
            self._statements[0].criteria += texts
        else:
            self._loose += texts

    def result(self) -> tuple[list[dict[str, Any]], list[str]]:
        return [
            {"id": it.id, "text": it.text, "criteria": it.criteria} for it in self._statements
        ], self._loose

    def _statement(self, text: str, items: list[Item]) -> None:
        first, *rest = text.split("\n")
        if not items and first.endswith(":") and len(rest) == 0:
            return  # it only announces what comes
        label = _LABELLED.match(first + " ")
        name = label["id"] if label is not None else ""
        if name in self._ids:
            name = ""
        said = first[label.end() :].strip() if label is not None else first
        statement = _Statement(name, "")
        for line in rest:
            if _CRITERION.match(line) or statement.criteria:
                _add(statement.criteria, line)
            else:
                said += f" {line}"
        statement.text = said.strip() or name
        _add_all(statement.criteria, items)
        if statement.text:
            self._append(statement)

    def _append(self, statement: _Statement) -> None:
        self._statements.append(statement)
        self._ids.add(statement.id)


def _is_criterion(text: str, before: list[str]) -> bool:
    """Whether it is a Given, or goes on with one: "When asked, it must answer" is a statement."""
    if _OPENS_CRITERION.match(text):
        return True
    return bool(before and _OPENS_CRITERION.match(before[-1]) and _CRITERION.match(text))


def _add_all(criteria: list[str], items: list[Item]) -> None:
    for item in items:
        text = _plain(item.text)
        if not (_ACCEPTANCE.match(text) and text.endswith(":")):
            _add(criteria, text)
        _add_all(criteria, item.items)


def _add(criteria: list[str], text: str) -> None:
    """A When or Then goes on with the Given before it; anything else is a criterion of its own."""
    for line in text.split("\n"):
        bare = line.strip()
        goes_on = _CRITERION.match(bare) and not _OPENS_CRITERION.match(bare)
        if criteria and goes_on and _CRITERION.match(criteria[-1]):
            criteria[-1] = f"{criteria[-1].rstrip(',;.')}, {bare[0].lower()}{bare[1:]}"
        elif bare:
            criteria.append(bare)


def _plain(text: str) -> str:
    return _EMPHASIS.sub("", text).strip()
