"""The Emacs package: what its own tools say of it, and its installation."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from editors.emacs.session import PLUGIN, need
from lsp.support.start import isolated

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = PLUGIN / "fourfold.el"


def batch(home: Path, *arguments: str) -> str:
    """What an Emacs without any configuration tells while it does this."""
    done = subprocess.run(
        ["emacs", "--batch", *arguments],
        check=False,
        cwd=home,
        env=isolated(home, {"LANG": "C.UTF-8"}),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    lines = f"{done.stdout}\n{done.stderr}".strip().splitlines()
    return "\n".join(line for line in lines if "site-start.d" not in line)


def test_it_is_small() -> None:
    assert len(SOURCE.read_text(encoding="utf-8").splitlines()) < 300


@pytest.mark.parametrize("clients", ["(ignore)", "(progn (require 'eglot) (require 'lsp-mode))"])
def test_it_compiles_without_a_warning(clients: str, tmp_path: Path) -> None:
    need("eglot", "lsp-mode")
    (tmp_path / SOURCE.name).write_bytes(SOURCE.read_bytes())
    told = batch(
        tmp_path,
        *("-f", "package-initialize", "--eval", clients),
        *("-f", "batch-byte-compile", SOURCE.name),
    )
    assert "Warning" not in told
    assert (tmp_path / "fourfold.elc").exists()


def test_its_documentation_keeps_the_conventions(tmp_path: Path) -> None:
    need()
    assert batch(tmp_path, "--eval", f'(checkdoc-file "{SOURCE}")') == ""


def test_package_el_installs_it(tmp_path: Path) -> None:
    need()
    install = f'(progn (package-initialize) (package-install-file "{SOURCE}"))'
    batch(tmp_path, "--eval", install)
    look = '(progn (package-initialize) (find-file "x.prompty") (princ major-mode))'
    assert batch(tmp_path, "--eval", look) == "fourfold-mode"
