"""What the command line says of a prompt's versions, beside the editor that has it open."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def listed(folder: Path, env: Mapping[str, str], step: str) -> dict[str, Any]:
    """VersionList of the step, as `fourfold list --json` has it."""
    command = [str(Path(sys.executable).with_name("fourfold")), "list", step, "--json"]
    told = subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)
    return dict(json.loads(told.stdout))
