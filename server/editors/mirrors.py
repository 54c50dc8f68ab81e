"""Makes the trees of the two repositories from which plugin managers install: one for Neovim, whose
managers take whole repositories, one for Emacs.

    python server/editors/mirrors.py FOLDER [ADDRESS]

FOLDER gets `fourfold.nvim` and `fourfold.el`, whose names end the addresses below ADDRESS. What was
in them is replaced, but for their `.git`.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
LICENSE = HERE.parents[1] / "LICENSE"
_TAG = re.compile(r"(?<=\*)[^*\s|]+(?=\*(?:\s|$))")


def make(folder: Path, address: str = "") -> tuple[Path, Path]:
    """Makes both trees below `folder`; where they are."""
    neovim, emacs = folder / "fourfold.nvim", folder / "fourfold.el"
    for tree in (neovim, emacs):
        _emptied(tree)
        shutil.copy(LICENSE, tree)
    shutil.copytree(HERE / "neovim", neovim, dirs_exist_ok=True)
    shutil.copy(HERE / "neovim.md", neovim / "README.md")
    (neovim / "doc/tags").write_text(tags(neovim / "doc/fourfold.txt"), encoding="utf-8")
    source = (HERE / "emacs/fourfold.el").read_text(encoding="utf-8")
    if address:
        url = f";; URL: {address}/{emacs.name}\n"
        source = source.replace(";; Keywords:", f"{url};; Keywords:", 1)
    (emacs / "fourfold.el").write_text(source, encoding="utf-8")
    shutil.copy(HERE / "emacs.md", emacs / "README.md")
    return neovim, emacs


def tags(page: Path) -> str:
    """The tags of a help page, as `:helptags` writes them."""
    text = page.read_text(encoding="utf-8")
    first, _, rest = text.partition("\n")
    found = sorted({*_TAG.findall(first), *_TAG.findall(rest)})
    return "".join(f"{tag}\t{page.name}\t/*{tag}*\n" for tag in found)


def _emptied(tree: Path) -> None:
    tree.mkdir(parents=True, exist_ok=True)
    for path in tree.iterdir():
        if path.name == ".git":
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


if __name__ == "__main__":
    for made in make(Path(sys.argv[1]), *sys.argv[2:3]):
        print(made)
