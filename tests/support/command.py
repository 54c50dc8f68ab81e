"""A command of Fourfold's, as a process of its own."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


async def start_command(
    folder: Path, environment: Mapping[str, str], *arguments: str
) -> asyncio.subprocess.Process:
    """Begins it for a workspace folder; what it says can be read."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "fourfold", *arguments, "--folder", str(folder)),
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
