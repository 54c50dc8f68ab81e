"""Editors without a screen, each of which says what the first line of its prompt shows."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from demo.editor import Editor
from demo.team.person import TeamTrouble
from demo.team.prompts import NAME
from editors.neovim.driver import NVIM, PLUGIN, TOOLS, Neovim
from editors.neovim.workspace import WITH_PLUGIN
from editors.pages import configurations

if TYPE_CHECKING:
    from demo.team.person import Person

ROOT = Path(__file__).parents[3]
_EVERY_SECONDS = 0.5
_START_SECONDS = 180.0


class Watcher(Protocol):
    """An editor, open on the person's prompt."""

    name: str

    async def lenses(self) -> str:
        """What it shows above the prompt now."""

    async def close(self) -> None: ...


class InNeovim:
    """Neovim 0.11 with the plugin, as its page sets it up."""

    name = "Neovim"

    def __init__(self, person: Person) -> None:
        home = person.home
        plugins = home / ".local/share/nvim/site/pack/fourfold/start"
        plugins.mkdir(parents=True)
        (plugins / "fourfold").symlink_to(PLUGIN)
        init = home / ".config/nvim/init.lua"
        init.parent.mkdir(parents=True)
        init.write_text(configurations("neovim", "lua")[WITH_PLUGIN], encoding="utf-8")
        prompt = person.folder / "prompts" / f"{NAME}.md"
        self._neovim = Neovim(init, prompt, person.folder, person.environment())

    @staticmethod
    def missing() -> str | None:
        return None if NVIM.exists() else "Neovim 0.11 (`make editors` installs it)"

    async def lenses(self) -> str:
        return await asyncio.to_thread(self._neovim.lenses)

    async def close(self) -> None:
        await asyncio.to_thread(self._neovim.quit)
        self._neovim.__exit__()


class InSmallEditor:
    """The editor of `make demo`: an editor's side of LSP and nothing else."""

    name = "a small editor"

    def __init__(self, editor: Editor) -> None:
        self._editor = editor

    @classmethod
    async def open(cls, person: Person) -> InSmallEditor:
        editor = Editor(person.folder)
        await editor.start(person.home, person.environment())
        await editor.open(person.folder / "prompts" / f"{NAME}.md")
        return cls(editor)

    async def lenses(self) -> str:
        return " | ".join(command.title for command in await self._editor.lenses())

    async def close(self) -> None:
        await self._editor.end()


class InVSCode:
    """VS Code's server with the extension, and its window in a Chromium without a screen, by
    `tests/editors/vscode/team.mjs`."""

    name = "VS Code"

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.address = ""
        self._process = process
        self._shown = ""
        self._opened = asyncio.Event()
        self._taken = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    @staticmethod
    def missing() -> str | None:
        needed = (TOOLS / "code-server", TOOLS / "playwright", TOOLS / "node/bin/node", _vsix())
        chromium = any(map(os.path.exists, ("/usr/bin/chromium", "/usr/bin/chromium-browser")))
        there = chromium and all(path.exists() for path in needed)
        return None if there else "VS Code, its extension and Chromium (`make editors vsix`)"

    @classmethod
    async def open(cls, person: Person) -> InVSCode:
        process = await asyncio.create_subprocess_exec(
            str(TOOLS / "node/bin/node"),
            str(ROOT / "tests/editors/vscode/team.mjs"),
            str(person.folder),
            f"prompts/{NAME}.md",
            env={**person.environment(), "FOURFOLD_EDITORS": str(TOOLS)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        found = cls(process)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await found._opened.wait()
        except TimeoutError:
            await found.close()
            raise TeamTrouble("VS Code did not show the prompt in time.") from None
        return found

    async def lenses(self) -> str:
        return self._shown

    async def picture(self, path: Path) -> None:
        """Writes what its window shows, a PNG."""
        assert self._process.stdin is not None
        self._taken.clear()
        self._process.stdin.write(f"{path}\n".encode())
        await self._taken.wait()

    async def close(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            self._shown = said.get("lenses", self._shown)
            self.address = said.get("address", self.address)
            if "lenses" in said:
                self._opened.set()
            if "picture" in said:
                self._taken.set()


def _vsix() -> Path:
    return ROOT / "vscode-extension/dist/fourfold.vsix"
