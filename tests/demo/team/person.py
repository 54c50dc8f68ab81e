"""Somebody of the team: a role in the database, a home, a clone of the repository."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsp.support.start import isolated

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = "checkout"


_END_SECONDS = 15.0


async def end(process: asyncio.subprocess.Process) -> None:
    """Ends a process as Ctrl-C does, and in any case."""
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(_END_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


class TeamTrouble(Exception):
    """Something did not go as it should have."""


@dataclass
class Person:
    """`home` and `folder` are theirs alone."""

    name: str
    home: Path
    folder: Path
    address: str
    base_url: str

    def environment(self) -> dict[str, str]:
        own = {
            "PATH": f"{sys.prefix}/bin:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "PGUSER": self.name,
            "OPENAI_BASE_URL": self.base_url,
            "OPENAI_API_KEY": "unused",
            "OPENAI_MODEL": "scripted",
            "GIT_AUTHOR_NAME": self.name,
            "GIT_AUTHOR_EMAIL": f"{self.name}@example.org",
            "GIT_COMMITTER_NAME": self.name,
            "GIT_COMMITTER_EMAIL": f"{self.name}@example.org",
        }
        return isolated(self.home, own)

    def configure(self) -> None:
        file = self.home / ".config" / "fourfold" / "config.toml"
        file.parent.mkdir(parents=True)
        file.write_text(f'[team]\ndatabase = "{self.address}"\n', encoding="utf-8")

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """`fourfold ARGUMENTS` in the clone."""
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", "fourfold", *arguments, "--folder", str(self.folder)),
            env=self.environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def fourfold(self, *arguments: str) -> str:
        """What it prints; TeamTrouble where it fails."""
        process = await self.start(*arguments)
        out, err = await process.communicate()
        if process.returncode != 0:
            raise TeamTrouble(f"fourfold {' '.join(arguments)}: {err.decode().strip()}")
        return out.decode()

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode != 0:
            raise TeamTrouble(f"git {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout.strip()
