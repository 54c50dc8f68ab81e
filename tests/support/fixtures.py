"""Fixtures that several folders of tests use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fourfold.project.opening import open_store
from support.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fourfold.store.ports.store import Store

STORES: dict[str, Callable[..., tuple[Store, str | None]]] = {"sqlite": open_store}
"""What opens each kind of store that there is. All of them are held to the same rules."""


@pytest.fixture(params=STORES, autouse=True)
def each_store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every workspace of a test has this kind of store."""
    monkeypatch.setattr("fourfold.project.opening.open_store", STORES[request.param])


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path) as opened:
        yield opened
