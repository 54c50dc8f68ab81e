"""What holds for every test."""

from __future__ import annotations

import pytest
from hypothesis import settings

from support.keeper import pytest_cmdline_main

__all__ = ["pytest_cmdline_main"]

settings.register_profile("default", deadline=None)  # a busy machine takes its time
settings.load_profile("default")


@pytest.fixture(autouse=True, scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory):
    """A data folder of the tests' own, so that nothing of theirs is left in the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield
