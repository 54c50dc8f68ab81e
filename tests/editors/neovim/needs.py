"""What the tests in Neovim need."""

import shutil

import pytest

from editors.neovim.driver import NVIM
from fourfold.llm import embedded_files

NEOVIM = pytest.mark.skipif(
    not NVIM.exists(), reason="the tests in Neovim need Neovim 0.11: run `make editors`"
)
TMUX = pytest.mark.skipif(
    shutil.which("tmux") is None, reason="the tests in a terminal need tmux: run `make editors`"
)
MODEL = pytest.mark.skipif(
    embedded_files.find() is None, reason="the embedded model is not installed"
)
