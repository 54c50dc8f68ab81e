"""Fixtures that several folders of tests use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path) as opened:
        yield opened
