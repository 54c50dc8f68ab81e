"""A workspace folder, and two ways to call the command line: in this process, and as a real one."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

from fourfold.cli.main import make_cli
from generate.command_line_page import json_options
from support import forked
from support.home import own_home

__all__ = ["own_home"]

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from support.forked import Process

LIMIT = 60.0
ROOT = Path(__file__).parents[2]

# Tests that a script starts in the background ignore Ctrl-C, and so would all that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def no_server(*_: object, **__: object) -> NoReturn:
    raise AssertionError("no command but serve and mcp may serve")


@cache
def _validators() -> dict[tuple[str, ...], list[Any]]:
    schema = json.loads((ROOT / "server/fourfold/protocol.schema.json").read_text("utf-8"))
    return {
        tuple(path.split()[1:]): [
            jsonschema_rs.validator_for({**schema, "$ref": f"#/$defs/{name}"})
            for name in (*option.answers, "Failed")
        ]
        for path, option in json_options()
    }


def hold_to_its_shapes(arguments: Sequence[str], printed: Any) -> None:
    """What a command prints is one of the shapes that it declares."""
    for path, validators in _validators().items():
        if tuple(arguments[: len(path)]) == path:
            assert any(one.is_valid(printed) for one in validators), (path, printed)


@dataclass(frozen=True)
class Ended:
    """A process that has ended."""

    code: int
    out: str
    err: str


@dataclass
class Workspace:
    """A folder with one prompt, `greet`."""

    folder: Path

    @property
    def prompt(self) -> Path:
        return self.folder / "prompts" / "greet.md"

    def write(self, text: str) -> None:
        self.prompt.write_text(text, encoding="utf-8")

    def call(self, *arguments: str) -> Result:
        """The command line, in this process. JSON is held against what its command declares."""
        command = [*arguments, "--folder", str(self.folder)]
        ended = CliRunner().invoke(make_cli(no_server, no_server), command)
        if "--json" in arguments and ended.stdout:
            hold_to_its_shapes(arguments, json.loads(ended.stdout))
        return ended

    def versions(self, *texts: str) -> None:
        """Gives `greet` these versions, one after the other."""
        for text in texts:
            self.write(text)
            assert self.call("list", "greet").exit_code == 0

    async def start(self, *arguments: str, **environment: str) -> Process:
        """The command line as a process in the folder, its streams in pipes."""
        command = [sys.executable, "-m", "fourfold", *arguments]
        return await forked.start(command, env={**os.environ, **environment}, cwd=self.folder)

    async def process(self, *arguments: str, **environment: str) -> Ended:
        """The same, ended."""
        process = await self.start(*arguments, **environment)
        async with asyncio.timeout(LIMIT):
            out, err = await process.communicate()
        return Ended(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A folder with one prompt that was never seen."""
    (tmp_path / "prompts").mkdir()
    made = Workspace(tmp_path)
    made.write("Say hello.\n")
    return made


@pytest.fixture
def configured(own_home: Path) -> Callable[[str], None]:
    """Writes the user's own config.toml."""

    def write(text: str) -> None:
        from fourfold.settings import user_file

        user_file().parent.mkdir(parents=True, exist_ok=True)
        user_file().write_text(text, encoding="utf-8")

    return write
