"""Fixtures for the language server's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from editors.features import FEATURES
from lsp.support.profiles import ALL, EDITORS, NAMES, Profile, load

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(params=EDITORS)
def profile(request: pytest.FixtureRequest) -> Profile:
    """One profile for each editor."""
    return load(request.param)


@pytest.fixture(params=ALL)
def every_profile(request: pytest.FixtureRequest) -> Profile:
    """All profiles, older releases too."""
    return load(request.param)


@pytest.fixture
def shown(
    profile: Profile, record_property: Callable[[str, object], None]
) -> Callable[[str], None]:
    """Notes that a feature works with the profile; README's table is made of these notes."""

    def note(feature: str) -> None:
        assert feature in FEATURES, feature
        record_property("shown", f"{NAMES[profile.name]}: {feature}")

    return note


@pytest.fixture
def vscode() -> Profile:
    """VS Code, which can do everything."""
    return load("visual_studio_code_v1.139.1")
