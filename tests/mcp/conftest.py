"""A workspace folder for agents."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from support.home import own_home

__all__ = ["own_home"]

if TYPE_CHECKING:
    from pathlib import Path

    from support.agents import Place

collect_ignore_glob = [] if find_spec("mcp_types") else ["test_*.py"]
"""Where the extra is not installed, nobody works on it."""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A folder with the prompt `greet`, which was never seen."""
    from support.agents import GREET, Place

    made = Place(tmp_path)
    made.write("prompts/greet.prompty", GREET)
    return made
