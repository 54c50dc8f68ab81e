"""An agent: the SDK's own client, at the real server on stdio or at one in this process."""

from __future__ import annotations

import os
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mcp import Client, StdioServerParameters

from fourfold.mcp.server import make_server
from fourfold.mcp.workspace import Workspace
from fourfold.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import pytest
    from mcp_types import CallToolResult

    from support.scripted_model import ScriptedModel

GREET = "---\ninputs:\n  name: {type: string, description: who is greeted}\n---\nGreet {{name}}.\n"


@dataclass
class Agent:
    """A client with a server."""

    client: Client

    async def call(self, tool: str, **arguments: Any) -> CallToolResult:
        """The result of a tool, whose structured part the client has checked."""
        return await self.client.call_tool(tool, arguments)

    async def answer(self, tool: str, **arguments: Any) -> Any:
        """What a tool answers where it can."""
        result = await self.call(tool, **arguments)
        assert not result.is_error, texts(result)
        return result.structured_content

    async def refusal(self, tool: str, **arguments: Any) -> Any:
        """What a tool says where it cannot."""
        result = await self.call(tool, **arguments)
        assert result.is_error, result.structured_content
        error = result.structured_content["error"]
        assert texts(result)[0].endswith(error["message"])
        return error


def texts(result: CallToolResult) -> list[str]:
    return [part.text for part in result.content if part.type == "text"]


@dataclass
class Place:
    """A workspace folder, and agents for it."""

    folder: Path

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def asks(self, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on runs go to this model."""
        for name, value in at(model).items():
            monkeypatch.setenv(name, value)

    @asynccontextmanager
    async def agent(self, *, writes: bool = True, **options: Any) -> AsyncIterator[Agent]:
        """A client of a server in this process."""
        async with (
            _alone(),
            Workspace(self.folder, load_settings(self.folder)) as workspace,
            Client(make_server(workspace, writes=writes), **options) as client,
        ):
            yield Agent(client)

    @asynccontextmanager
    async def process(
        self, *arguments: str, env: dict[str, str] | None = None, **options: Any
    ) -> AsyncIterator[Agent]:
        """A client of a server as an editor or an agent starts it."""
        command = [*arguments, "--folder", str(self.folder)]
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "fourfold", "mcp", *command],
            env={**os.environ, **(env or {})},
        )
        async with _alone(), Client(server, **options) as client:
            yield Agent(client)


@asynccontextmanager
async def _alone() -> AsyncIterator[None]:
    """A failed assertion as such, without the group that the SDK's tasks make of it."""
    try:
        yield
    except BaseExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from None


def at(model: ScriptedModel) -> dict[str, str]:
    return {
        "OPENAI_BASE_URL": model.base_url,
        "OPENAI_API_KEY": "sk-test-0123456789abcdef",
        "OPENAI_MODEL": "scripted",
    }
