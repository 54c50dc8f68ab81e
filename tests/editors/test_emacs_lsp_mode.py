"""Fourfold in Emacs with lsp-mode, as `server/editors/emacs.md` sets it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from editors.emacs.session import Emacs, need

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EDITOR = "Emacs 28 (lsp-mode)"


def test_code_actions_and_documents(tmp_path: Path, shown: Callable[[str], None]) -> None:
    need("lsp-mode")
    emacs = Emacs(tmp_path, 1, repository=True)
    for feature in emacs.batch("plain", "lsp-mode"):
        shown(feature)
    emacs.check_quit()
    shown("quit")


def test_the_package(tmp_path: Path, shown: Callable[[str], None]) -> None:
    need("lsp-mode")
    emacs = Emacs(tmp_path, 3, repository=True)
    for feature in emacs.batch("commands", "lsp-mode"):
        shown(feature)
    emacs.check_quit()
    shown("quit")
