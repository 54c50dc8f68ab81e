"""Fixtures for the language server's tests."""

from __future__ import annotations

import pytest

from lsp.support.profiles import ALL, EDITORS, Profile, load


@pytest.fixture(params=EDITORS)
def profile(request: pytest.FixtureRequest) -> Profile:
    """One profile for each editor."""
    return load(request.param)


@pytest.fixture(params=ALL)
def every_profile(request: pytest.FixtureRequest) -> Profile:
    """All profiles, older releases too."""
    return load(request.param)


@pytest.fixture
def vscode() -> Profile:
    """VS Code, which can do everything."""
    return load("visual_studio_code_v1.139.1")
