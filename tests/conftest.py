"""What holds for every test."""

from __future__ import annotations

import sys

import pytest

from support.keeper import pytest_cmdline_main

__all__ = ["pytest_cmdline_main"]


@pytest.hookimpl(tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector) -> None:
    """Properties have no deadline, since a busy machine takes its time. Asked for just before a
    file that has some is imported: Hypothesis takes half a second, which other files do without."""
    if isinstance(collector, pytest.Module) and b"from hypothesis" in collector.path.read_bytes():
        from hypothesis import settings

        settings.register_profile("default", deadline=None)
        settings.load_profile("default")


def pytest_collection_finish(session: pytest.Session) -> None:
    """What pytest-lsp finds wrong is an error, wherever it is at work."""
    if "pytest_lsp" in sys.modules:
        filters = "error::pytest_lsp.LspSpecificationWarning"
        session.config.addinivalue_line("filterwarnings", filters)


@pytest.fixture(autouse=True, scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory):
    """A data folder of the tests' own, so that nothing of theirs is left in the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield
