"""The workspace folders that are served, and which of them a file belongs to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from fourfold.lsp.folder import Folder
    from fourfold.lsp.serving.host import Host
    from fourfold.project.steps import StepFile


class Folders(Mapping["Path", "Folder"]):
    """By their paths, as the editor names them."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._served: dict[Path, Folder] = {}
        self._changing = asyncio.Lock()

    def __getitem__(self, path: Path) -> Folder:
        return self._served[path]

    def __iter__(self) -> Iterator[Path]:
        return iter(list(self._served))

    def __len__(self) -> int:
        return len(self._served)

    async def add(self, path: Path) -> Folder:
        """Serves a workspace folder, if it is not served yet."""
        from fourfold.lsp.folder import Folder

        async with self._changing:
            path = await asyncio.to_thread(served_for, path)
            if (known := self._served.get(path)) is not None:
                return known
            settings = self._host.editor_settings
            folder = self._served[path] = await Folder.at(self._host, path)
            if self._host.editor_settings is not settings:
                await folder.configure()
            self._host.spawn(folder.start())
            return folder

    async def remove(self, path: Path) -> None:
        """Serves a workspace folder no longer."""
        async with self._changing:
            folder = self._served.pop(await asyncio.to_thread(served_for, path), None)
        if folder is not None:
            self._host.spawn(folder.close())

    def innermost(self, folders: Iterable[Folder] | None = None) -> list[Folder]:
        """The folders, or some of them, those inside others first."""
        some = self._served.values() if folders is None else folders
        return sorted(some, key=lambda one: -len(one.path.parts))

    def holding(self, path: Path) -> Folder | None:
        """The innermost folder that a file is in."""
        found = self.innermost(one for one in self.values() if path.is_relative_to(one.path))
        return found[0] if found else None

    async def find_step(self, path: Path) -> tuple[Folder, StepFile] | None:
        """The step that a file is, in the innermost folder of which it is one."""
        for folder in self.innermost():
            if (file := await folder.step_at(path)) is not None:
                return folder, file
        return None

    async def step_of(self, path: Path) -> tuple[Folder, StepFile] | None:
        """As `find_step`. A file outside all folders brings its own folder, and so does one in a
        folder of prompts that the editor took for the workspace."""
        found = await self.find_step(path)
        if found is None and await self._bring_home(path) is not None:
            found = await self.find_step(path)
        return found

    async def workflow_folder(self, path: Path) -> Folder | None:
        """The folder whose workflow.yaml a file is, brought in as in `step_of`."""
        from fourfold.project.project import WORKFLOW_FILE

        if path.name != WORKFLOW_FILE:
            return None
        for folder in self.innermost():
            named = folder.path / folder.home.relative_to(folder.real_path)
            if path.parent in (folder.home, named):
                return folder
        return await self._bring_home(path)

    async def rename(self, old: Path, new: Path) -> None:
        """Gives a prompt file that was renamed, or all below a folder that was, their versions."""
        for before, after in await asyncio.to_thread(_renamed_files, old, new):
            was, is_now = await self.find_step(before), await self.find_step(after)
            if was is not None and is_now is not None and was[0] is is_now[0]:
                await was[0].rename(was[1], is_now[1])

    async def _bring_home(self, path: Path) -> Folder | None:
        home = await asyncio.to_thread(home_of, path)
        if home is None or self._is_inside(home):
            return None
        return await self.add(home)

    def _is_inside(self, path: Path) -> bool:
        return any(
            path.is_relative_to(known)
            for folder in self._served.values()
            for known in (folder.path, folder.real_path)
        )


def _renamed_files(old: Path, new: Path) -> list[tuple[Path, Path]]:
    if not new.is_dir():
        return [(old, new)]
    return [(old / path.relative_to(new), path) for path in new.rglob("*") if path.is_file()]


def served_for(path: Path) -> Path:
    """The folder that is served for a workspace folder: of one in a folder of prompts it is the
    one that has these prompts."""
    from fourfold.project.places import Places
    from fourfold.settings import find_folder, load_settings

    if find_folder(path) == path:
        return path
    home = find_folder(path.parent)
    if home is None:
        return path
    settings = load_settings(home)
    inside = path.relative_to(home).as_posix()
    if "." in settings.folders or not Places(home, settings).is_below_folders(f"{inside}/x"):
        return path
    return home


def home_of(path: Path) -> Path | None:
    """The workspace folder of a file that was opened without one: the nearest above it that has
    prompts, or its repository, if the file is a prompt or the workflow there."""
    from fourfold.project.project import WORKFLOW_FILE
    from fourfold.project.steps import StepFiles
    from fourfold.settings import find_folder, load_settings

    folder = find_folder(path.parent)
    if folder is None:
        return None
    files = StepFiles(folder, load_settings(folder))
    is_workflow = path == files.home / WORKFLOW_FILE
    return folder if is_workflow or files.of_path(path) is not None else None
