"""Runs pytest with limits. Run as a script; never import it.

The arguments are JSON with the limits and the file for the counts, as a descriptor or a path, and
the folder with the tests. Exits as pytest does; with 70 where there is no pytest. It may be run by
another Python than Fourfold's, so it imports nothing of it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

_NO_PYTEST = 70


class Counts:
    """A pytest plugin that writes down, after every test, how many passed and failed."""

    def __init__(self, file: int | str) -> None:
        self._file = file if isinstance(file, int) else os.open(file, os.O_WRONLY)
        self._passed = 0
        self._failed = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test passed if its call did; what breaks before or after it fails it too."""
        self._failed += report.failed
        self._passed += report.when == "call" and report.passed
        self._write()

    def pytest_sessionfinish(self) -> None:
        """Also where there was no test at all."""
        self._write()

    def _write(self) -> None:
        counts = {"passed": self._passed, "failed": self._failed}
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, json.dumps(counts).encode())


def main() -> None:
    """Run the tests and exit."""
    limits, folder = json.loads(sys.argv[1]), sys.argv[2]
    _limit(limits)
    try:
        import pytest
    except ImportError:
        sys.exit(_NO_PYTEST)
    # as pytest's own rootdir/conftest does for a project, so that tests find what they test
    sys.path[:0] = [folder, str(Path(folder, "src"))]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    arguments = ["-q", "--tb=short", "--color=no", "-p", "no:cacheprovider", "--rootdir", folder]
    sys.exit(pytest.main([*arguments, folder], plugins=[Counts(limits["counts"])]))


def _limit(limits: dict[str, Any]) -> None:
    try:
        import resource
    except ImportError:
        return
    for name, value in (
        ("RLIMIT_AS", limits["memory"]),
        ("RLIMIT_CPU", int(limits["seconds"]) + 1),
        ("RLIMIT_FSIZE", limits["file"]),
        ("RLIMIT_CORE", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, OSError, ValueError):
            continue


if __name__ == "__main__":
    main()
