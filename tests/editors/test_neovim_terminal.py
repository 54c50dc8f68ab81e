"""Fourfold in Neovim in a terminal, with real keys, without and with the plugin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from editors.neovim.needs import MODEL, NEOVIM, TMUX
from editors.neovim.prompts import LONG
from editors.neovim.workspace import PLAIN, WITH_PLUGIN, Workspace, make_workspace
from editors.terminal import Terminal
from support.processes import Ends, descendants

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EDITOR = "Neovim 0.11"
pytestmark = [NEOVIM, TMUX, MODEL, pytest.mark.timeout(300)]
ASKS = "^Type number"
HEROES = ("dragon", "knight", "wizard", "giant", "dwarf")


def start(workspace: Workspace) -> Terminal:
    return Terminal(workspace.command(), workspace.folder, workspace.environment)


def save_five(terminal: Terminal) -> None:
    """Saves v1 to v5, each about another hero."""
    terminal.wait_for("v1 · current")
    for number, hero in enumerate(HEROES[1:], start=2):
        terminal.keys("G", f":s/{HEROES[number - 2]}/{hero}/", "Enter", ":w", "Enter")
        terminal.wait_for(f"v{number} of .*(.*\n)*.*{hero}")


def choose(terminal: Terminal, title: str) -> str:
    """Opens the menu of code actions and types the number of the one that begins with `title`."""
    terminal.keys("gra")
    screen = terminal.wait_for(ASKS)
    found = re.search(rf"^(\d+): {title}", screen, re.MULTILINE)
    assert found, screen
    terminal.keys(found[1], "Enter")
    return screen


def quit_for_good(terminal: Terminal) -> None:
    """`:qa!`; all that Neovim started ends with it."""
    ends = Ends([terminal.pid, *descendants(terminal.pid)])
    terminal.keys("Escape", ":qa!", "Enter")
    ends.wait(30)


def test_with_code_actions(tmp_path: Path, shown: Callable[[str], None]) -> None:
    workspace = make_workspace(tmp_path, LONG, PLAIN, name="greet.prompty")
    with start(workspace) as terminal:
        save_five(terminal)
        shown("history")
        shown("save")
        choose(terminal, "Make v3 current with the next save")
        terminal.wait_for("about a wizard")
        terminal.wait_for("v3 · save to make it current")
        assert "dwarf" in workspace.prompt.read_text()
        terminal.keys("u")
        terminal.wait_for("v5 of v2–v5.*(.*\n)*.*about a dwarf")
        choose(terminal, "Make v3 current with the next save")
        terminal.wait_for("v3 · save to make it current")
        terminal.keys(":w", "Enter")
        terminal.wait_for("v3 of v2–v5")
        assert "wizard" in workspace.prompt.read_text()
        shown("switch")
        terminal.keys("u")
        terminal.wait_for("v5 · save to make it current.*(.*\n)*.*about a dwarf")
        terminal.keys(":w", "Enter")
        assert not re.search(r"W1\d", terminal.wait_for("v5 of v2–v5"))
        shown("undo")

        choose(terminal, "▶ Run")
        terminal.wait_for("^greet v5: running… [1-9][0-9]* tokens")
        shown("run")
        choose(terminal, "◼ Cancel")
        terminal.wait_for("cancelled.*v5 of v2–v5")
        shown("cancel")
        choose(terminal, "⇄ Compare")
        terminal.wait_for("greet: v5 ↔ v4")
        shown("compare")
        terminal.keys("C-^")

        terminal.wait_for("v5 of v2–v5")
        choose(terminal, "▶ Run")
        terminal.wait_for("^greet v5: running… [1-9][0-9]* tokens")
        quit_for_good(terminal)
    assert workspace.rows("SELECT status, response != '' FROM runs") == [("cancelled", 1)] * 2
    shown("quit")


def test_with_the_plugin(tmp_path: Path, shown: Callable[[str], None]) -> None:
    workspace = make_workspace(tmp_path, LONG, WITH_PLUGIN, name="greet.prompty")
    with start(workspace) as terminal:
        save_five(terminal)
        terminal.wait_for("v5 · 4 versions")
        terminal.keys(":Fourfold", "Enter")
        screen = terminal.wait_for(ASKS)
        assert re.search(r"│\+.*wizard", screen), screen
        terminal.keys("2", "Enter")
        terminal.wait_for("v3 · 4 versions")
        terminal.wait_gone("would change")
        terminal.wait_for("about a wizard")
        assert "wizard" in workspace.prompt.read_text()
        terminal.wait_gone(r"greet.prompty \[\+\]")
        shown("switch")
        terminal.keys("u")
        terminal.wait_for(r"about a dwarf(.*\n)*.*greet.prompty \[\+\]")
        terminal.keys(":w", "Enter")
        terminal.wait_for("v5 · 4 versions")
        shown("undo")

        terminal.keys(":Fourfold run", "Enter")
        terminal.wait_for("v5 · 4 versions · 1 running")
        terminal.wait_for(r"│\w+ .*\n.*│\w+ ")
        shown("run")
        shown("response")
        terminal.keys(":Fourfold cancel", "Enter")
        terminal.wait_for(r"v5 · 4 versions +\d")
        shown("cancel")
        terminal.keys(":Fourfold run v4", "Enter")
        terminal.wait_for("v5 · 4 versions · 1 running")
        terminal.wait_for(r"greet\.v4\.md")
        terminal.wait_for(r"│\w+ .*\n.*│\w+ ")
        quit_for_good(terminal)
    assert workspace.rows("SELECT status, response != '' FROM runs") == [("cancelled", 1)] * 2
    shown("quit")


@pytest.mark.parametrize("configuration", [PLAIN, WITH_PLUGIN], ids=["plain", "plugin"])
def test_leaving_keeps_what_was_seen(configuration: int, tmp_path: Path) -> None:
    """A switch that is taken back is gone for the file and the list too, and `ZZ` writes what is
    seen."""
    workspace = make_workspace(tmp_path, LONG, configuration, name="greet.prompty")
    with start(workspace) as terminal:
        save_five(terminal)
        if configuration == PLAIN:
            choose(terminal, "Make v3 current")
        else:
            terminal.keys(":Fourfold switch v3", "Enter")
        terminal.wait_for("v3 (of|·).*(.*\n)*.*about a wizard")
        terminal.keys("u")
        terminal.wait_for("v5 (of|·).*(.*\n)*.*about a dwarf")
        terminal.keys("ZZ")
        terminal.wait_ended()
    assert "dwarf" in workspace.prompt.read_text()
    assert workspace.current() == 5
