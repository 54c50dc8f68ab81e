"""Fixtures for the tests in real editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from editors.features import FEATURES

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def shown(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Callable[[str], None]:
    """Notes, once a test has seen it, that a feature works in the editor that its module names.

    The module says which in `EDITOR`, as `Neovim 0.11`; README's table is made of these notes.
    """

    def note(feature: str) -> None:
        assert feature in FEATURES, feature
        record_property("shown", f"{request.module.EDITOR}: {feature}")

    return note
