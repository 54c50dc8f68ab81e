"""Whether a file that `workflow.yaml` names may be read, and is there."""

from __future__ import annotations

from pathlib import PureWindowsPath
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

FileState = Literal["there", "missing", "hidden", "outside"]


def file_state(workspace: Path, name: str) -> FileState:
    """How the file `name`, relative to the folder `workspace` (resolved), can be used.

    `hidden` is a file with a part that starts with a dot, where tools keep their secrets;
    `outside` also one that a link takes out of the workspace. Touches nothing outside it.
    """
    anywhere = PureWindowsPath(name)
    if anywhere.drive or anywhere.root:
        return "outside"
    try:
        path = (workspace / name).resolve()
        if not path.is_relative_to(workspace):
            return "outside"
        if any(part.startswith(".") for part in path.relative_to(workspace).parts):
            return "hidden"
        return "there" if path.is_file() else "missing"
    except (OSError, ValueError, RuntimeError):  # a name that no file can have, links in a circle
        return "missing"
