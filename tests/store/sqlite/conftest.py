from __future__ import annotations

import pytest

from support.fixtures import workspace

__all__ = ["workspace"]


@pytest.fixture(autouse=True)
def each_store() -> None:
    """What is tested here is SQLite's own."""
