from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fourfold.project import opening
from support.fixtures import each_store, workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fourfold.store.ports.store import Store

__all__ = ["each_store", "workspace"]


@pytest.fixture
def store(each_store: None, tmp_path: Path) -> Iterator[Store]:
    """A store without a step."""
    opened, notice = opening.open_store(tmp_path)
    assert notice is None
    yield opened
    opened.close()
