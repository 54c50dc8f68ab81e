"""What a prompt file may read through `${env:…}` and `${file:…}`: what the user allowed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING, Any

from fourfold.prompts.failures import LackingPartError, RenderError, UnreadableVariablesError
from fourfold.text.same import normalize

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAX_FILE_BYTES = 1 << 20
_PART = "#/"
"""Between a file's name and that of a value in it."""

_REFERENCE = re.compile(r"\$\{(env|file):(.*)\}", re.IGNORECASE | re.DOTALL)


def is_reference(value: object) -> bool:
    """Whether `value` is a text that is a reference as a whole."""
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def is_file(value: object) -> bool:
    """Whether `value` is a reference to a file."""
    match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return match is not None and match[1].lower() == "file"


def part_of(reference: str, name: str) -> str:
    """The reference to what the file of a reference has under a name."""
    return f"{reference[:-1]}{_PART}{name}}}"


def reference_default(value: str) -> str | None:
    """The literal that `${env:NAME:literal}` falls back to; None when there is none."""
    match = _REFERENCE.fullmatch(value)
    if match is None or match[1].lower() != "env":
        return None
    return match[2].partition(":")[2] or None


@dataclass(frozen=True, slots=True)
class References:
    """What references may resolve to, for one prompt file.

    Only the names in `allowed_names` are ever looked up, and only in `environment`.
    `${file:…}` is relative to the folder of `prompt_file` and stays inside `workspace`;
    hidden files and folders, where tools keep their secrets, are closed to it.
    """

    environment: Mapping[str, str]
    allowed_names: frozenset[str]
    prompt_file: Path
    workspace: Path

    def resolve(self, value: Any) -> Any:
        """`value` with every reference in it, at any depth, replaced. Raises RenderError."""
        if isinstance(value, str):
            match = _REFERENCE.fullmatch(value)
            if match is None:
                return value
            if match[1].lower() == "env":
                return self._variable(match[2])
            return self._file(match[2])
        if isinstance(value, dict):
            return {key: self.resolve(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        return value

    def beside(self, name: str) -> str | None:
        """The text of a file beside the prompt, else in the nearest folder above it where there is
        one; None where there is none. Raises RenderError for one that cannot be read."""
        folder = self.prompt_file.resolve().parent
        while folder.is_relative_to(root := self.workspace.resolve()):
            path = (folder / name).resolve()
            if path.is_relative_to(root) and path.is_file():
                return _read(path, name)
            folder = folder.parent
        return None

    def _variable(self, body: str) -> str:
        name, _, default = body.partition(":")
        allowed = name in self.allowed_names
        if allowed and name in self.environment:
            return self.environment[name]
        if default:
            return default
        raise UnreadableVariablesError([name], forbidden=not allowed)

    def _file(self, body: str) -> Any:
        name, _, part = body.partition(_PART)
        path = self._contained(name)
        found = _parsed(_read(path, name), path.suffix.lower(), name)
        if not part:
            return found
        if not isinstance(found, dict) or found.get(part) is None:
            raise LackingPartError(
                f"The file {name} has no {part}: add it there, or give one with the run."
            )
        return found[part]

    def _contained(self, name: str) -> Path:
        anywhere = PureWindowsPath(name)
        if anywhere.drive or anywhere.root:
            # not even looked at: on Windows, resolving //host/share calls that host
            raise _outside(name)
        try:
            root = self.workspace.resolve()
            path = (self.prompt_file.resolve().parent / name).resolve()
            inside = path.is_relative_to(root)
            hidden = inside and any(part.startswith(".") for part in path.relative_to(root).parts)
            regular = path.is_file() if inside and not hidden else False
        except (OSError, ValueError, RuntimeError):
            raise RenderError(f"The file {name} cannot be found: correct its name.") from None
        if not inside:
            raise _outside(name)
        if hidden:
            raise RenderError(
                f"The file {name} is hidden (a name that starts with a dot), which a prompt may "
                "not read: name another file."
            )
        if not regular:
            raise RenderError(f"The file {name} cannot be found: correct its name.")
        return path


def _read(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RenderError(f"The file {name} could not be read: {reason}.") from None
    if len(data) > MAX_FILE_BYTES:
        raise RenderError(f"The file {name} is larger than 1 MiB: name a smaller one.")
    try:
        return normalize(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise RenderError(f"The file {name} is not UTF-8 text: name a text file.") from None


def _outside(name: str) -> RenderError:
    return RenderError(
        f"The file {name} is outside the workspace folder, where a prompt may not read: "
        "name a file inside it, relative to the prompt."
    )


def _parsed(text: str, suffix: str, name: str) -> Any:
    if suffix == ".json":
        import json

        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise RenderError(f"The file {name} is not valid JSON: correct it.") from None
    if suffix in {".yaml", ".yml"}:
        from fourfold.source.yaml_nodes import YamlError, read_yaml

        node, error = read_yaml(text)
        try:
            if error is None:
                return None if node is None else node.value()
        except YamlError:
            pass
        raise RenderError(f"The file {name} is not valid YAML: correct it.")
    return text
