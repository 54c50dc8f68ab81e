"""What the command line and the database say of a prompt's versions, beside the editor that has it
open."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def listed(folder: Path, env: Mapping[str, str], step: str) -> dict[str, Any]:
    """VersionList of the step, as `fourfold list --json` has it."""
    command = [str(Path(sys.executable).with_name("fourfold")), "list", step, "--json"]
    told = subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)
    return dict(json.loads(told.stdout))


def current_text(folder: Path) -> str:
    """The text of the current version of the only step, as the database has it."""
    asked = "SELECT text FROM versions JOIN steps ON step_id = id AND number = current"
    with closing(sqlite3.connect(folder / ".fourfold/fourfold.db")) as database:
        ((text,),) = database.execute(asked).fetchall()
    return str(text)
