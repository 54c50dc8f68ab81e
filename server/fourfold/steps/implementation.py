"""The step that implements: files with paths, shown as a diff before any of them is written."""

from __future__ import annotations

from typing import Any

from fourfold.errors import FourfoldError
from fourfold.steps.base import BaseStep
from fourfold.steps.file_description import describe_files
from fourfold.steps.responses.code import read_code
from fourfold.steps.responses.reading import ResponseError
from fourfold.steps.responses.response_files import check_files
from fourfold.steps.writing import FileChange, plan, target_folder


class ImplementationStep(BaseStep):
    """Reads the files that a response brings.

    Its value is `{"markdown": the response, "files": [{"path", "language", "content"}…]}`, paths
    relative to the folder that `response: {folder: …}` names below the workspace. With `response:
    {kind: json}` the JSON holds `files` of that shape itself; for any other kind they are the
    response's code blocks. Nothing is written here: see `files.plan` and `files.write`.
    """

    type = "implementation"

    def process_response(self, response: str) -> Any:
        """The files; ResponseError where there are none, or one has a path that may not be."""
        rule = self.config.response
        if rule.kind != "json":
            return read_code(response, rule.folder)
        return _json_files(super().process_response(response), rule.folder)

    def changes(self, value: Any) -> list[FileChange]:
        """What `files.write` would change on disk. FourfoldError where no folder is named, or what
        is there may not be replaced."""
        folder = self.config.response.folder
        if folder is None:
            raise FourfoldError(
                f"The step {self.config.id} has no folder to write to: add response: {{folder: …}} "
                "to it in workflow.yaml."
            )
        return plan(value["files"], target_folder(self.context.workspace, folder))

    def describe(self, value: Any) -> str:
        """The files with their sizes, and how they differ from what is on disk."""
        return describe_files(value, self.config.response.folder, self.context.workspace)


def _json_files(value: Any, folder: str | None) -> Any:
    files = value.get("files") if isinstance(value, dict) else None
    if not isinstance(files, list) or not files or not all(map(_is_file, files)):
        raise ResponseError(
            "The response's JSON holds no files.",
            'Answer with {"files": [{"path": …, "content": …}]}, each file complete.',
        )
    return {**value, "files": check_files(files, folder)}


def _is_file(file: Any) -> bool:
    return isinstance(file, dict) and all(
        isinstance(file.get(key), str) for key in ("path", "content")
    )
