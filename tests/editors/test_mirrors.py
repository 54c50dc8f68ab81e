"""The repositories from which plugin managers install, as `editors/mirrors.py` makes them."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from editors.emacs.session import PACKAGES, need
from editors.neovim.driver import NVIM
from editors.neovim.needs import NEOVIM
from editors.pages import PAGES
from editors.test_emacs_package import batch
from lsp.support.start import isolated

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ADDRESS = "https://git.example/fourfold"
MIRRORS: dict[str, Any] = runpy.run_path(str(PAGES / "mirrors.py"))
make: Callable[[Path, str], tuple[Path, Path]] = MIRRORS["make"]


def git(tree: Path, *arguments: str) -> None:
    own = ("-c", "user.name=a", "-c", "user.email=a@b.example")
    subprocess.run(["git", *own, *arguments], cwd=tree, check=True, capture_output=True)


def cloned(tree: Path, to: Path) -> Path:
    """What somebody gets who installs from the repository."""
    git(tree, "init", "-q")
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "As it is")
    to.parent.mkdir(parents=True, exist_ok=True)
    git(to.parent, "clone", "-q", str(tree), str(to))
    return to


def test_making_them_again_replaces_all_but_their_history(tmp_path: Path) -> None:
    neovim, emacs = make(tmp_path, ADDRESS)
    for tree in (neovim, emacs):
        git(tree, "init", "-q")
        (tree / "old.lua").touch()
    assert make(tmp_path, ADDRESS) == (neovim, emacs)
    for tree in (neovim, emacs):
        assert (tree / ".git").is_dir()
        assert not (tree / "old.lua").exists()
        assert {"LICENSE", "README.md"} <= {path.name for path in tree.iterdir()}


@NEOVIM
def test_neovim_takes_a_clone_as_a_package_with_its_help(tmp_path: Path) -> None:
    neovim, _ = make(tmp_path, ADDRESS)
    home = tmp_path / "home"
    clone = cloned(neovim, home / ".local/share/nvim/site/pack/any/start/fourfold.nvim")
    script = (
        "lua assert(vim.lsp.config.fourfold.cmd[1] == 'fourfold')",
        "help :Fourfold-compare",
        "lua io.stdout:write(vim.fn.expand('%:p'))",
        f"helptags {clone}/doc",
    )
    commands = [word for line in script for word in ("-c", line)]
    done = subprocess.run(
        [NVIM, "--headless", *commands, "-c", "qa!"],
        env=isolated(home, {"PATH": "/usr/bin:/bin"}),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=30,
    )
    assert done.stdout == str(clone / "doc/fourfold.txt"), done.stderr
    # Neovim itself has found the same tags.
    assert (clone / "doc/tags").read_bytes() == (neovim / "doc/tags").read_bytes()


@pytest.mark.skipif(shutil.which("luacheck") is None, reason="needs luacheck: Debian's lua-check")
def test_luacheck_finds_nothing(tmp_path: Path) -> None:
    neovim, _ = make(tmp_path, ADDRESS)
    asked = ["luacheck", "--std", "luajit", "--globals", "vim", "--max-line-length", "100", "-q"]
    subprocess.run([*asked, str(neovim)], check=True)


def test_emacs_takes_a_clone_as_a_package(tmp_path: Path) -> None:
    need()
    _, emacs = make(tmp_path, ADDRESS)
    clone = cloned(emacs, tmp_path / "clone")
    version = int(batch(tmp_path, "--eval", "(princ emacs-major-version)"))
    how = "(package-vc-install-from-checkout" if version > 28 else "(package-install-file"
    at = f'"{clone}" "fourfold"' if version > 28 else f'"{clone}/fourfold.el"'
    batch(tmp_path, "--eval", f"(progn (package-initialize) {how} {at}))")
    look = "(progn (package-initialize) (require 'fourfold) (princ (fboundp 'fourfold-board)))"
    assert batch(tmp_path, "--eval", look) == "t"


def test_package_lint_finds_no_error(tmp_path: Path) -> None:
    need()
    if not list(PACKAGES.glob("package-lint-[0-9]*")):
        pytest.skip("needs package-lint: Debian's elpa-package-lint")
    _, emacs = make(tmp_path, ADDRESS)
    lint = f'(progn (find-file "{emacs / "fourfold.el"}") (princ (package-lint-buffer)))'
    told = batch(tmp_path, "-f", "package-initialize", "-l", "package-lint", "--eval", lint)
    assert re.findall(r"\(\d+ \d+ error ([^)]*)\)", told) == []
    assert "Homepage" not in told
