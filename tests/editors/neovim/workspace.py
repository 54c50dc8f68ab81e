"""A workspace folder, a fresh home, and Neovim's configuration as its page has it."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from editors.listing import listed
from editors.neovim.driver import NVIM, PLUGIN, Neovim
from editors.neovim.prompts import TEXTS
from editors.pages import configurations
from lsp.support.start import isolated

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN, WITH_PLUGIN = range(2)
"""Which of the page's configurations."""

RUNS_OF_VERSIONS = "runs JOIN versions USING (step_id, hash)"


@dataclass(frozen=True)
class Workspace:
    """`folder` has one prompt, `prompts/NAME`; `environment` is all that Neovim gets."""

    folder: Path
    prompt: Path
    init: Path
    environment: dict[str, str]

    def open(self) -> Neovim:
        """Neovim without a screen, with the prompt open."""
        return Neovim(self.init, self.prompt, self.folder, self.environment)

    def command(self) -> list[str]:
        """Neovim for a terminal, with the prompt open."""
        return [str(NVIM), "-u", str(self.init), str(self.prompt.relative_to(self.folder))]

    def current(self) -> int:
        """The version that is current, as the command line says."""
        return int(listed(self.folder, self.environment, self.prompt.stem)["current"])

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database has."""
        with closing(sqlite3.connect(self.folder / ".fourfold/fourfold.db")) as database:
            return database.execute(sql).fetchall()


def make_workspace(
    tmp_path: Path,
    text: str,
    configuration: int,
    env: Mapping[str, str] | None = None,
    name: str = "greet.md",
) -> Workspace:
    """With the plugin where the page says that it goes, if it is that configuration."""
    folder, home = tmp_path / "workspace", tmp_path / "home"
    (folder / "prompts").mkdir(parents=True)
    prompt = folder / "prompts" / name
    prompt.write_text(text, encoding="utf-8")
    plugins = home / ".local/share/nvim/site/pack/fourfold/start"
    plugins.mkdir(parents=True)
    if configuration == WITH_PLUGIN:
        (plugins / "fourfold").symlink_to(PLUGIN)
    init = home / ".config/nvim/init.lua"
    init.parent.mkdir(parents=True)
    init.write_text(configurations("neovim", "lua")[configuration], encoding="utf-8")
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    environment = isolated(home, {"PATH": path, "LANG": "C.UTF-8", **(env or {})})
    return Workspace(folder, prompt, init, environment)


def check(neovim: Neovim, workspace: Workspace, *, shows: int, current: int) -> None:
    """Buffer, modified mark, file and list agree."""
    assert neovim.text() == f"{TEXTS[shows]}\n"
    assert neovim.lua("return vim.bo.modified and 1 or 0") == (shows != current)
    assert workspace.prompt.read_text() == f"{TEXTS[current]}\n"
    assert workspace.current() == current
