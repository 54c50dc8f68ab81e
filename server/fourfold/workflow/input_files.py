"""Files of the workspace that steps take as inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.text.same import content_hash
from fourfold.versions.prompt_files import UnreadablePromptError, read_prompt
from fourfold.workflow.file.checks_files import file_state

if TYPE_CHECKING:
    from pathlib import Path

    from fourfold.workflow.file.configuration import WorkflowConfig


class InputFiles:
    """The files below the workspace `folder` (resolved), each read again once it has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hashes: dict[str, tuple[tuple[int, int], str]] = {}

    def text(self, name: str) -> str:
        """The text of a file; FourfoldError where it cannot be an input."""
        if (state := file_state(self._folder, name)) != "there":
            raise FourfoldError(f"The input file {name} {_REASONS[state]}.")
        try:
            return read_prompt(self._folder / name, self._folder)
        except (FileNotFoundError, UnreadablePromptError) as error:
            raise FourfoldError(
                f"The input file {name} cannot be read as text; name one of UTF-8 text, at most "
                "2 MB."
            ) from error

    def name_of(self, name: str) -> str:
        """A name for what the file holds now, "" where it cannot be an input."""
        try:
            found = (self._folder / name).stat()
            stamp = (found.st_mtime_ns, found.st_size)
            known = self._hashes.get(name)
            if known is None or known[0] != stamp:
                known = self._hashes[name] = (stamp, content_hash(self.text(name)))
        except (OSError, ValueError, FourfoldError):
            return ""
        return known[1]


_REASONS = {
    "missing": "is not there; create it, or name another in workflow.yaml",
    "hidden": "is hidden, so steps do not read it; name another in workflow.yaml",
    "outside": "is outside the workspace folder; name one inside it in workflow.yaml",
}


def input_paths(config: WorkflowConfig, folder: Path) -> set[Path]:
    """The files of the workspace `folder` (resolved) that steps take and that can be an input."""
    names = {
        source.value
        for step in config.walk()
        for source in step.inputs.values()
        if source.kind == "file"
    }
    return {folder / name for name in names if file_state(folder, name) in ("there", "missing")}
