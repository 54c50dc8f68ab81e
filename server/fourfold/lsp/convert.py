"""Between LSP's values and Fourfold's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.uris import to_fs_path

from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pygls.workspace import TextDocument

    from fourfold.source.problem import Position, Problem, Range

FIRST_LINE = types.Range(types.Position(0, 0), types.Position(0, 0))

ACTION_KIND = "refactor.fourfold"
"""What Fourfold's commands are among code actions."""

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "information": types.DiagnosticSeverity.Information,
}


def path_of(uri: str) -> Path | None:
    """The path of a file URI, None for any other."""
    if not uri.startswith("file:"):
        return None
    path = to_fs_path(uri)
    return Path(path) if path else None


def paths_of(uris: Iterable[str]) -> list[Path]:
    """The paths of those that are file URIs."""
    return [path for uri in uris if (path := path_of(uri)) is not None]


def whole_range(document: TextDocument) -> types.Range:
    """All of a document, in the client's units."""
    lines = document.lines
    last = len(lines) - 1
    end = document.position_codec.client_num_units(lines[last]) if lines else 0
    return types.Range(types.Position(0, 0), types.Position(max(last, 0), end))


def with_line_ends_of(before: str, text: str) -> str:
    """`text`, which has LF line ends, with those that `before` mostly has."""
    if before.count("\r\n") * 2 > before.count("\n"):
        return text.replace("\n", "\r\n")
    return text


def client_range(document: TextDocument, range_: Range) -> types.Range:
    """A range in code points as one in the client's units."""
    return document.position_codec.range_to_client_units(
        document.lines,
        types.Range(
            types.Position(range_.start.line, range_.start.character),
            types.Position(range_.end.line, range_.end.character),
        ),
    )


def code_points(document: TextDocument, position: types.Position) -> Position:
    """A position of the client in code points."""
    from fourfold.source.problem import Position

    found = document.position_codec.position_from_client_units(document.lines, position)
    return Position(found.line, found.character)


def diagnostic(document: TextDocument, problem: Problem) -> types.Diagnostic:
    return types.Diagnostic(
        client_range(document, problem.range),
        one_line(problem.message),
        severity=_SEVERITIES[problem.severity],
        code=problem.code,
        source="fourfold",
    )


def asks_for(params: types.CodeActionParams, kind: str) -> bool:
    """Whether the editor wants code actions of this kind among others, or all."""
    only = params.context.only
    return only is None or any(one in ("", kind) or kind.startswith(f"{one}.") for one in only)
