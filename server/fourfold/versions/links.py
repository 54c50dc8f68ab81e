"""Whether links lie on the way to a file of a workspace folder."""

from __future__ import annotations

import os
from stat import S_ISLNK
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def is_straight(path: Path, folder: Path) -> bool:
    """Whether a path is known to be its own real one, since no link lies between it and the
    `folder` (resolved) above it. `realpath` looks at every folder above that one as well."""
    names, above = path.parts, folder.parts
    # On Windows there is more that leads elsewhere than links.
    if os.name == "nt" or names[: len(above)] != above or ".." in names:
        return False
    here = str(folder)
    try:
        for name in names[len(above) :]:
            here = f"{here}/{name}"
            if S_ISLNK(os.lstat(here).st_mode):
                return False
    except OSError:
        return False
    return True
