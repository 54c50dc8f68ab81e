"""Fourfold in Emacs with Eglot, as `server/editors/emacs.md` sets it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from editors.emacs.session import LONG, Emacs, need

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from editors.terminal import Terminal

EDITOR = "Emacs 28 (eglot)"


def test_code_actions_and_documents(tmp_path: Path, shown: Callable[[str], None]) -> None:
    need("eglot")
    emacs = Emacs(tmp_path, 0)
    for feature in emacs.batch("plain", "eglot"):
        shown(feature)
    emacs.check_quit()
    shown("quit")


def test_the_package(tmp_path: Path, shown: Callable[[str], None]) -> None:
    need("eglot")
    emacs = Emacs(tmp_path, 2)
    for feature in emacs.batch("commands", "eglot"):
        shown(feature)
    emacs.check_quit()
    shown("quit")


def test_keys(tmp_path: Path, shown: Callable[[str], None]) -> None:
    """In a terminal, as `emacs.md` shows it: the menu of code actions, undo, and no question."""
    need("eglot", tool="tmux")
    emacs = Emacs(tmp_path, 0)
    with emacs.terminal() as terminal:
        terminal.wait_for(r"\[eglot")
        for n in (2, 3):
            text = f"{n}." if n == 2 else f"{n}, which is larger."
            terminal.keys("M->", "Left", "BSpace", "BSpace", text, "C-x", "C-s")
            terminal.wait_for(rf"v{n} is current|\| v{n} |^\[v{n}\]|Wrote .*prompty")
            terminal.keys("M-<")
            terminal.wait_for(rf"v{n}\W.*current")
        menu(terminal, "Make v1")
        terminal.wait_for("country 1[^0-9]")
        assert "country 3" in emacs.file.read_text(encoding="utf-8")
        terminal.keys("C-/")
        terminal.wait_for("country 3, which")
        terminal.wait_gone(r"^-UU-:\*\*")
        menu(terminal, "Make v1")
        terminal.wait_for("country 1[^0-9]")
        terminal.keys("C-x", "C-s")
        terminal.wait_gone(r"^-UU-:\*\*")
        assert "country 1" in emacs.file.read_text(encoding="utf-8")
        shown("switch")
        terminal.keys("C-/")
        terminal.wait_for("country 3, which")
        terminal.wait_for(r"^-UU-:\*\*")
        shown("undo")
        terminal.keys("C-x", "C-s", "C-x", "C-c")
        terminal.wait_ended()
    emacs.gone()


def menu(terminal: Terminal, title: str) -> None:
    """Takes the code action whose title begins so."""
    terminal.keys("C-c", "a")
    terminal.wait_for("Pick an action")
    terminal.keys(title, "Tab", "Enter")


def test_keys_of_the_package(tmp_path: Path, shown: Callable[[str], None]) -> None:
    """In a terminal: versions by completion, a response that streams in, and Ediff."""
    need("eglot", tool="tmux")
    emacs = Emacs(tmp_path, 2)
    emacs.file.write_text(LONG, encoding="utf-8")
    with emacs.terminal() as terminal:
        terminal.wait_for("v1 · 1 version")
        for n in (2, 3):
            terminal.keys("M->", "Be kind.", "C-x", "C-s")
            terminal.wait_for(f"v{n} · {n} versions")
        terminal.keys("C-c", "C-v", "v", "Tab")
        terminal.wait_for(r"v1 .* words .* not run")
        terminal.keys("1", "Enter")
        terminal.wait_for("v1 · 3 versions")
        terminal.wait_gone("Be kind")
        terminal.wait_gone(r"^-UU-:\*\*")
        assert emacs.file.read_text(encoding="utf-8") == LONG
        shown("switch")
        terminal.keys("C-c", "C-r")
        terminal.wait_for("versions · running")
        terminal.keys("C-c", "C-o")
        terminal.wait_for("dragon named")
        terminal.wait_for(r"\*response/capital.v1")
        shown("run")
        terminal.keys("C-c", "C-k")
        terminal.wait_gone("versions · running")
        assert emacs.runs()[-1][0] == "cancelled"
        shown("cancel")
        terminal.keys("C-x", "1", "C-c", "C-d", "v1", "Enter")
        terminal.wait_for("v1 with:")
        terminal.keys("v2", "Enter")
        terminal.wait_for("What:")
        terminal.keys("Enter")
        terminal.wait_for("Ediff Control Panel|Type [?] for help")
        shown("compare")
