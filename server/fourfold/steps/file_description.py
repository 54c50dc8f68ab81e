"""What is said of the files of a response: their sizes, and what writing them would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fourfold.errors import FourfoldError
from fourfold.steps.file_diff import diff_block
from fourfold.steps.writing import plan, target_folder, why_asked_alone
from fourfold.text.figures import count, counted
from fourfold.text.markdown import code, plain

if TYPE_CHECKING:
    from pathlib import Path


def describe_files(value: Any, folder: str | None, workspace: Path) -> str:
    """Markdown about the `files` of a processed response, "" where it has none.

    Each is held against what is on disk below `folder` of the `workspace`, where one is named.
    """
    files = value.get("files") if isinstance(value, dict) else None
    if not files:
        return ""
    lines = [f"### {counted(len(files), 'file')}", ""]
    lines += [
        f"- {code(file['path'])}, {counted(_lines(file['content']), 'line')}, "
        f"{count(len(file['content'].encode()))} bytes"
        for file in files
    ]
    if folder is None:
        return "\n".join(lines)
    try:
        changes = plan(files, target_folder(workspace, folder))
    except FourfoldError as error:
        return "\n".join([*lines, "", plain(str(error))])
    for change in changes:
        if change.before != change.after:
            what = "new" if change.before is None else "changed"
            why = why_asked_alone(change, workspace)
            lines += ["", f"#### {plain(folder.rstrip('/'))}/{plain(change.path)} ({what})", ""]
            if why is not None:
                lines += [f"⚠ It is asked about alone: {why}.", ""]
            lines.append(diff_block(change.before or "", change.after))
    if all(change.before == change.after for change in changes):
        lines += ["", f"All of them are in {plain(folder)} already, as they are."]
    return "\n".join(lines)


def _lines(content: str) -> int:
    return content.count("\n") + (not content.endswith("\n") and bool(content))
