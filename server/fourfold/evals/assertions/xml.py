"""`is-xml`: the response is XML, with the elements that are asked for."""

from __future__ import annotations

from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from fourfold.evals.assertions.registry import Check, Outcome, check
from fourfold.evals.missing import MISSING

_DEEPEST = 500


class _NotXmlError(Exception):
    pass


@check("is-xml")
def is_xml(asked: Check) -> Outcome:
    """Well-formed, with its namespaces declared and without a document type.

    Elements are asked for by their path from the root (`note.to`), as a list or with commas;
    through one of several with the same name by its number from 0 (`list.item.1`).
    """
    paths = _paths(asked)
    try:
        tree = _read(asked.response.text)
    except _NotXmlError as error:
        return Outcome(False, f"XML: {error}")
    missing = [path for path in paths if not _has(tree, path.split("."))]
    return Outcome(not missing, f"XML{' without ' if missing else ''}{', '.join(missing)}")


def _paths(asked: Check) -> list[str]:
    value = asked.value
    if value is MISSING or value is None:
        return []
    if isinstance(value, dict):
        value = value.get("requiredElements")
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list) or not all(isinstance(path, str) for path in value):
        raise asked.refused("needs the paths of elements as its value: a list, or commas")
    return [path.strip() for path in value]


def _read(text: str) -> dict[str, Any]:
    """Elements by name; those of one name in one element are a list."""
    root: dict[str, Any] = {}
    open_elements = [root]

    def start(name: str, _: dict[str, str]) -> None:
        if len(open_elements) > _DEEPEST:
            raise _NotXmlError("it is nested too deeply")
        element: dict[str, Any] = {}
        siblings = open_elements[-1]
        if name not in siblings:
            siblings[name] = element
        elif isinstance(siblings[name], list):
            siblings[name].append(element)
        else:
            siblings[name] = [siblings[name], element]
        open_elements.append(element)

    def end(_: str) -> None:
        open_elements.pop()

    def document_type(*_: Any) -> None:
        raise _NotXmlError("it has a document type")

    # once for the declarations of namespaces, once for the names as they are written
    for separator in (" ", None):
        parser = ParserCreate(namespace_separator=separator)
        parser.StartDoctypeDeclHandler = document_type
        if separator is None:
            parser.StartElementHandler, parser.EndElementHandler = start, end
        try:
            parser.Parse(text.encode("utf-8", "replace"), True)
        except ExpatError as error:
            raise _NotXmlError(str(error)) from None
    return root


def _has(tree: Any, path: list[str]) -> bool:
    for name in path:
        if isinstance(tree, list):
            if not name.isdecimal() or int(name) >= len(tree):
                return False
            tree = tree[int(name)]
        elif name in tree:
            tree = tree[name]
        else:
            return False
    return True
