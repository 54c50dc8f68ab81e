"""The MCP server: tools, prompts and resources over one workspace folder."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import anyio
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ListenHandler,
    PromptsListChanged,
    ResourcesListChanged,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from fourfold import __version__
from fourfold.app.described import read_command
from fourfold.errors import InvalidArgumentError
from fourfold.mcp import prompts, resources
from fourfold.mcp.errors import failed, in_words, told_as_protocol_errors
from fourfold.mcp.progress import Progress
from fourfold.mcp.tools.reading import READING
from fourfold.mcp.tools.running import RUNNING
from fourfold.mcp.tools.tool import Call
from fourfold.mcp.tools.writing import WRITING
from fourfold.text.nearest import meant
from fourfold.text.visible import one_line, visible_json

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from mcp.server.context import ServerRequestContext

    from fourfold.app.described import Answer
    from fourfold.mcp.tools.tool import Tool
    from fourfold.mcp.workspace import Workspace


def instructions(*, writes: bool) -> str:
    """What a client tells its model of the server."""
    change = "save_version" if writes else "change its file, which becomes a version by itself"
    back = "use_version" if writes else "give the file its old text"
    return (
        "Fourfold keeps the last four versions of each prompt of this workspace, runs them on "
        "models and says which is better. To improve a prompt: list_steps, read_version, "
        f'{change}, then run_tests with `until` "certain" and a limit (`budgetUsd` or `maxCalls`). '
        "The report's `sentence` says whether the new version is proven better; where it is not, "
        f"{back}. A difference that is not proven is none: ask more, or say that it is undecided."
    )


def make_server(workspace: Workspace, *, writes: bool) -> Server[Any]:
    """The server of a workspace; one that `writes` has the tools that change prompts."""
    handlers = _Handlers(workspace, writes=writes)
    return Server(
        "fourfold",
        version=__version__,
        title="Fourfold",
        instructions=instructions(writes=writes),
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_prompts=handlers.list_prompts,
        on_get_prompt=handlers.get_prompt,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_resource_templates,
        on_read_resource=handlers.read_resource,
        on_subscriptions_listen=ListenHandler(handlers.bus),
    )


class _Handlers:
    """Each method of MCP that the server knows."""

    def __init__(self, workspace: Workspace, *, writes: bool) -> None:
        self._workspace = workspace
        offered = [*READING, *RUNNING, *(WRITING if writes else [])]
        self._tools = {tool.name: tool for tool in offered}
        self.bus = InMemorySubscriptionBus()

    async def list_tools(
        self, _: ServerRequestContext[Any], __: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[tool.listed() for tool in self._tools.values()])

    async def call_tool(
        self, ctx: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        call = Call(self._workspace, Progress(ctx.session))
        try:
            tool = self._tool(params.name)
            asked = read_command(tool.asked, params.arguments or {})
            answer = await _to_its_end(tool.do(call, asked))
        except Exception as error:
            told = failed(error)
            return _result(told, [in_words(told), *call.notes], is_error=True)
        if not tool.reads:
            await self._tell_of_changes(ctx)
        return _result(answer, [_as_text(answer), *call.notes])

    async def list_prompts(
        self, _: ServerRequestContext[Any], __: types.PaginatedRequestParams | None
    ) -> types.ListPromptsResult:
        with told_as_protocol_errors():
            return types.ListPromptsResult(prompts=await prompts.list_prompts(self._workspace))

    async def get_prompt(
        self, _: ServerRequestContext[Any], params: types.GetPromptRequestParams
    ) -> types.GetPromptResult:
        with told_as_protocol_errors():
            return await prompts.get_prompt(self._workspace, params.name, params.arguments or {})

    async def list_resources(
        self, _: ServerRequestContext[Any], __: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        with told_as_protocol_errors():
            listed = await resources.list_resources(self._workspace)
            return types.ListResourcesResult(resources=listed)

    async def list_resource_templates(
        self, _: ServerRequestContext[Any], __: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(resource_templates=[resources.TEMPLATE])

    async def read_resource(
        self, _: ServerRequestContext[Any], params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        with told_as_protocol_errors():
            return await resources.read_resource(self._workspace, params.uri)

    def _tool(self, name: str) -> Tool:
        if (found := self._tools.get(name)) is not None:
            return found
        if any(tool.name == name for tool in WRITING):
            raise InvalidArgumentError(
                "name",
                f"{name} changes prompts, which this server was not allowed to; its user "
                "has to start it with `fourfold mcp --allow-writes`.",
            )
        raise InvalidArgumentError("name", f"There is no tool {name}; {meant(name, self._tools)}")

    async def _tell_of_changes(self, ctx: ServerRequestContext[Any]) -> None:
        """There may be other versions now, and so other arguments of prompts."""
        if ctx.protocol_version in MODERN_PROTOCOL_VERSIONS:
            await self.bus.publish(PromptsListChanged())
            await self.bus.publish(ResourcesListChanged())
        else:
            await ctx.session.send_prompt_list_changed()
            await ctx.session.send_resource_list_changed()


async def _to_its_end(work: Awaitable[Answer]) -> Answer:
    """What the work comes to. A call that is cancelled cancels it once, and waits until it has kept
    what is done: the SDK would cancel each of its steps on the way there."""
    going = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(going)
    except asyncio.CancelledError:
        going.cancel()
        with anyio.CancelScope(shield=True):
            await asyncio.wait({going})
        raise


def _as_text(answer: Answer) -> str:
    return visible_json(json.dumps(answer.to_json(), ensure_ascii=False, separators=(",", ":")))


def _result(answer: Answer, texts: list[str], *, is_error: bool = False) -> types.CallToolResult:
    """The answer as data; as text too, for clients that look at nothing else."""
    first, *notes = texts
    return types.CallToolResult(
        content=[types.TextContent(text=text) for text in (first, *map(one_line, notes))],
        structured_content=answer.to_json(),
        is_error=is_error,
    )
