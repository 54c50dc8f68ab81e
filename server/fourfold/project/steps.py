"""Which files are steps, and what their ids are."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fourfold.prompts.formats import PROMPT_SUFFIXES, is_prompt_file, step_suffix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class StepFile:
    """A step and its prompt file: `path` is `step` and `suffix` below a prompt folder."""

    step: str
    suffix: str
    path: Path


class StepFiles:
    """The steps of the workspace `folder` (resolved), whose prompts live below `prompt_folders`."""

    def __init__(self, folder: Path, prompt_folders: Sequence[str]) -> None:
        self._folder = folder
        self._roots = {folder / name: name for name in prompt_folders}
        self._several = len(prompt_folders) > 1

    @property
    def roots(self) -> list[Path]:
        return list(self._roots)

    def is_below_roots(self, path: Path) -> bool:
        """Whether a path is a prompt folder or below one."""
        return any(path.is_relative_to(root) for root in self._roots)

    def of_path(self, path: Path) -> StepFile | None:
        """The step that a file is, by its path alone; None for any other file."""
        if not is_prompt_file(path.name):
            return None
        for root, name in self._roots.items():
            if not path.is_relative_to(root):
                continue
            *folders, last = path.relative_to(root).parts
            if not all(map(_is_seen, [*folders, last])):
                return None
            return self._step_file(name, folders, path)
        return None

    def _step_file(self, root_name: str, folders: Sequence[str], path: Path) -> StepFile:
        suffix = step_suffix(path.name)
        prefix = [root_name] if self._several else []
        step = "/".join([*prefix, *folders, path.name]).removesuffix(suffix)
        return StepFile(step, suffix, path)

    def find(self, step: str) -> StepFile | None:
        """The prompt file of a step; of several with its name, the first kind in the list."""
        for suffix in _SPELLINGS:
            path = self.path(step, suffix)
            if path is not None and path.is_file() and self.of_path(path) is not None:
                return StepFile(step, suffix, path)
        return None

    def path(self, step: str, suffix: str) -> Path | None:
        """Where the prompt file of a step is or would be; None for an id that none could have."""
        parts = step.split("/")
        if any(part in ("", ".", "..") for part in parts):
            return None
        for root, name in self._roots.items():
            if self._several and not step.startswith(f"{name}/"):
                continue
            below = step.removeprefix(f"{name}/") if self._several else step
            return root / f"{below}{suffix}"
        return None

    def all(self) -> Iterator[StepFile]:
        """Every step on disk, without following linked folders."""
        seen: set[str] = set()
        for root, root_name in self._roots.items():
            if not Path(os.path.realpath(root)).is_relative_to(self._folder):
                continue
            for parent, folders, names in os.walk(root):
                folders[:] = sorted(name for name in folders if _is_seen(name))
                folder = Path(parent)
                above = folder.relative_to(root).parts
                prompts = [name for name in names if is_prompt_file(name) and _is_seen(name)]
                for name in sorted(prompts, key=_preference):
                    found = self._step_file(root_name, above, folder / name)
                    if found.step not in seen:
                        seen.add(found.step)
                        yield found


_SPELLINGS = [
    spelling
    for suffix in PROMPT_SUFFIXES
    for spelling in (suffix, suffix.upper(), f".{suffix[1:].capitalize()}")
]


def _is_seen(part: str) -> bool:
    return not part.startswith(".") and _is_unicode(part)


def _is_unicode(part: str) -> bool:
    """Whether a name can be told to an editor: on POSIX a name is any bytes."""
    try:
        part.encode()
    except UnicodeEncodeError:
        return False
    return True


def _preference(name: str) -> tuple[int, str]:
    suffix = step_suffix(name).lower() if is_prompt_file(name) else ""
    order = PROMPT_SUFFIXES.index(suffix) if suffix in PROMPT_SUFFIXES else len(PROMPT_SUFFIXES)
    return order, name
