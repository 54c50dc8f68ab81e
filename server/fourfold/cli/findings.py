"""Findings of `check` as lines, JSON, annotations of GitHub, and SARIF."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fourfold import __version__
from fourfold.cli.output import print_answer, print_json, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.app.checking import Finding

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
_GITHUB = {"error": "error", "warning": "warning", "information": "notice"}
_SARIF = {"error": "error", "warning": "warning", "information": "note"}


def print_findings(folder: Path, found: Sequence[Finding], form: str) -> None:
    """Prints what was found in a workspace folder."""
    if form == "json":
        _print_json(folder, found)
    elif form == "sarif":
        print_json(_sarif(_repository(folder), found))
    elif form == "github":
        root = _repository(folder)
        for one in found:
            say(_annotation(root, one))
    else:
        for one in found:
            say(_line(one))


def _line(found: Finding) -> str:
    """`prompts/greet.md:3:5: error: … [code]`, from 1, the path as it is from here."""
    problem, start = found.problem, found.problem.range.start
    path = _below(Path.cwd(), found.path)
    place = f"{path}:{start.line + 1}:{start.character + 1}"
    return f"{place}: {problem.severity}: {problem.message} [{problem.code}]"


def _print_json(folder: Path, found: Sequence[Finding]) -> None:
    from fourfold.app.answers.command_line import Place, Problem, Problems, Range

    print_answer(
        Problems(
            problems=[
                Problem(
                    path=_below(folder, one.path),
                    uri=one.path.as_uri(),
                    range=Range(
                        start=Place.copied(one.problem.range.start),
                        end=Place.copied(one.problem.range.end),
                    ),
                    severity=one.problem.severity,
                    code=one.problem.code,
                    message=one.problem.message,
                )
                for one in found
            ]
        )
    )


def _annotation(root: Path, found: Finding) -> str:
    problem, where = found.problem, found.problem.range
    properties = {
        "file": _below(root, found.path),
        "line": where.start.line + 1,
        "col": where.start.character + 1,
        "endLine": where.end.line + 1,
        "endColumn": where.end.character + 1,
        "title": f"Fourfold: {problem.code}",
    }
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_GITHUB[problem.severity]} {told}::{_data(problem.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _sarif(root: Path, found: Sequence[Finding]) -> dict[str, Any]:
    rules = sorted({one.problem.code for one in found})
    driver = {
        "name": "Fourfold",
        "semanticVersion": __version__,
        "rules": [{"id": rule} for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {_ROOT: {"uri": f"{root.as_uri().rstrip('/')}/"}},
        "columnKind": "unicodeCodePoints",
        "results": [
            {
                "ruleId": one.problem.code,
                "ruleIndex": rules.index(one.problem.code),
                "level": _SARIF[one.problem.severity],
                "message": {"text": one.problem.message},
                "locations": [{"physicalLocation": _location(root, one)}],
            }
            for one in found
        ],
    }
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _location(root: Path, found: Finding) -> dict[str, Any]:
    where, uri = found.problem.range, found.path.as_uri()
    base = f"{root.as_uri().rstrip('/')}/"
    artifact = {"uri": uri}
    if uri.startswith(base):
        artifact = {"uri": uri.removeprefix(base), "uriBaseId": _ROOT}
    return {
        "artifactLocation": artifact,
        "region": {
            "startLine": where.start.line + 1,
            "startColumn": where.start.character + 1,
            "endLine": where.end.line + 1,
            "endColumn": where.end.character + 1,
        },
    }


def _repository(folder: Path) -> Path:
    """The top folder of the repository, from which GitHub counts paths; else the folder."""
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder)


def _below(folder: Path, path: Path) -> str:
    """A path as it is below a folder, with forward slashes; whole where it is elsewhere."""
    real = Path(os.path.realpath(folder))
    return path.relative_to(real).as_posix() if path.is_relative_to(real) else str(path)
