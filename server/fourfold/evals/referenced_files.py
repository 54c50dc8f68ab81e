"""Files that a tests file names with `file://`; they stay inside the workspace folder."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

from fourfold.errors import FourfoldError
from fourfold.evals.program import Program, program_reference
from fourfold.evals.values import FILE
from fourfold.evals.yaml_values import value_of
from fourfold.source.yaml_nodes import YamlError, read_yaml

_LARGEST = 4 << 20


class ReferencedFiles:
    """Reads what is named from `folder`, the one of the tests file, within `workspace`."""

    def __init__(self, folder: Path, workspace: Path) -> None:
        self._folder = folder
        self._workspace = workspace.resolve()

    def matching(self, pattern: str) -> list[str]:
        """The references that a pattern with `*` stands for, in the order of their names."""
        path = self._inside(pattern)
        if "*" in str(path.parent):
            raise FourfoldError(f"{pattern} may have * only in the name of the file.")
        folder = pattern[: pattern.rfind("/") + 1]
        return sorted(f"{folder}{found.name}" for found in path.parent.glob(path.name))

    def below(self, folder: str, most: int) -> list[str]:
        """What may be named in a folder, by their names as they are written, folders with a slash
        at their end and none that are hidden; nothing where there is no such folder."""
        try:
            path = self._inside(folder)
            found = [one for one in islice(path.iterdir(), most) if not one.name.startswith(".")]
        except (OSError, FourfoldError, ValueError):
            return []
        names = (f"{one.name}/" if one.is_dir() else one.name for one in found)
        return sorted(f"{folder}/{name}" if folder else name for name in names)

    def text(self, reference: str) -> str:
        """The file's text. Raises FourfoldError."""
        path = self._inside(reference)
        try:
            if path.stat().st_size > _LARGEST:
                raise FourfoldError(f"{reference} is larger than {_LARGEST >> 20} MiB: split it.")
            return path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise FourfoldError(f"{reference} cannot be read: {error.strerror}.") from None
        except UnicodeError:
            raise FourfoldError(f"{reference} is not UTF-8 text: save it as UTF-8.") from None

    def value(self, reference: str) -> Any:
        """JSON and YAML as the value that they hold, JavaScript and Python as a Program, any other
        text without blanks around it. Raises FourfoldError."""
        if program := program_reference(reference):
            path, function = program
            return Program(reference, self.text(path), self._inside(path), function)
        suffix = Path(reference).suffix.lower()
        if suffix in (".ts", ".rb"):
            raise FourfoldError(f"{reference} is a program in a language that is not run here.")
        text = self.text(reference)
        try:
            if suffix == ".json":
                return json.loads(text)
            if suffix in (".yaml", ".yml"):
                node, error = read_yaml(text)
                if error is not None:
                    raise error
                return None if node is None else value_of(node)
        except (ValueError, RecursionError, YamlError) as error:
            raise FourfoldError(f"{reference} cannot be read: {error}.") from None
        return text.strip()

    def _inside(self, reference: str) -> Path:
        path = (self._folder / reference.removeprefix(FILE)).resolve()
        if not path.is_relative_to(self._workspace):
            raise FourfoldError(f"{reference} is outside the workspace folder: move it inside.")
        return path
