"""A small editor without a screen: it speaks LSP to a server process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections import deque
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient
from pygls.protocol import JsonRPCNotification, LanguageServerProtocol, default_converter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SERVE = [sys.executable, "-m", "fourfold", "serve"]
ANSWER_SECONDS = 20.0
KEPT = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "TEMP", "TMP", "TMPDIR", "LANG")


class ServerTrouble(Exception):
    """The server did not do what it should have."""


class Protocol(LanguageServerProtocol):
    """Leaves the params of Fourfold's own notifications as they are."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        if "jsonrpc" in data and str(data.get("method", "")).startswith("fourfold/"):
            return JsonRPCNotification(data["method"], "2.0", data.get("params"))
        return super().structure_message(data)


class Editor:
    """An editor with one prompt open.

    `text` is its buffer. `history` is the newest VersionList that the server has sent, `runs` the
    RunSummaries by version, `progress` what its progress says. `texts` holds Fourfold's documents
    that were read, by URI, kept up to date by the server.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.uri = ""
        self.text = ""
        self.version = 1
        self.history: dict[str, Any] = {}
        self.runs: dict[int, dict[str, Any]] = {}
        self.progress = ""
        self.progress_ended = False
        self.texts: dict[str, str] = {}
        self.edits_taken = 0
        self.log: deque[str] = deque(maxlen=20)
        self._news = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._client = LanguageClient("fourfold-demo", "1", Protocol, default_converter)
        handlers: dict[str, Callable[[Any], Any]] = {
            types.WORKSPACE_APPLY_EDIT: self._apply_edit,
            types.WORKSPACE_CODE_LENS_REFRESH: _nothing,
            types.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH: self._refresh,
            types.WINDOW_WORK_DONE_PROGRESS_CREATE: _nothing,
            types.PROGRESS: self._take_progress,
            types.WINDOW_SHOW_MESSAGE: lambda params: self.log.append(params.message),
            types.WINDOW_LOG_MESSAGE: lambda params: self.log.append(params.message),
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: _nothing,
            "fourfold/versionsChanged": self._take_history,
            "fourfold/runChanged": self._take_run,
            "fourfold/testsChanged": _nothing,
            "fourfold/workflowChanged": _nothing,
        }
        for method, handler in handlers.items():
            self._client.feature(method)(_plain(handler))

    @property
    def process_id(self) -> int:
        return self._client._server.pid if self._client._server else 0

    async def start(
        self, home: Path, environment: Mapping[str, str] | None = None
    ) -> types.InitializeResult:
        """Starts the server with an empty home and no key in its environment, or in this one."""
        places = {
            "HOME": home,
            "USERPROFILE": home,
            "APPDATA": home,
            "LOCALAPPDATA": home,
            "XDG_CONFIG_HOME": home / "config",
            "XDG_DATA_HOME": home / "data",
        }
        environment = environment or {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            **{name: str(path) for name, path in places.items()},
        }
        await self._client.start_io(*SERVE, env=environment, cwd=self.folder)
        self._spawn(self._read_errors())
        answer = await self._answered(
            self._client.initialize_async(
                types.InitializeParams(
                    capabilities=CAPABILITIES,
                    process_id=os.getpid(),
                    workspace_folders=[
                        types.WorkspaceFolder(self.folder.as_uri(), self.folder.name)
                    ],
                )
            )
        )
        self._client.initialized(types.InitializedParams())
        return answer  # type: ignore[no-any-return]

    async def end(self) -> None:
        """Ends the server as an editor does, or kills it if it does not end."""
        server = self._client._server
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._client.shutdown_async(None)
                self._client.exit(None)
                await self._client.stop()  # type: ignore[no-untyped-call]
        except Exception:
            if server is not None and server.returncode is None:
                server.kill()
            raise

    async def open(self, path: Path) -> None:
        """Opens a prompt; returns when the server knows its versions."""
        self.uri, self._path = path.as_uri(), path
        self.text = path.read_text("utf-8")
        self._client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                types.TextDocumentItem(self.uri, "prompty", self.version, self.text)
            )
        )
        self.history = await self.run("listVersions")

    def edit(self, text: str) -> None:
        """Changes the buffer."""
        self.text = text
        self.version += 1
        self._client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(self.version, self.uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    async def save(self, path: Path) -> None:
        """Writes the buffer to its file; returns when the server has told the new versions."""
        before = self.history.get("current")
        name = types.TextDocumentIdentifier(self.uri)
        self._client.text_document_will_save(
            types.WillSaveTextDocumentParams(name, types.TextDocumentSaveReason.Manual)
        )
        path.write_text(self.text, encoding="utf-8", newline="\n")
        self._client.text_document_did_save(types.DidSaveTextDocumentParams(name, self.text))
        await self.until(lambda: self.history.get("current") != before)

    async def lenses(self) -> list[types.Command]:
        """What the editor shows above the first line."""
        params = types.CodeLensParams(types.TextDocumentIdentifier(self.uri))
        lenses = await self._answered(self._client.text_document_code_lens_async(params))
        return [lens.command for lens in lenses or [] if lens.command]

    async def click(self, title: str) -> Any:
        """What happens when the lens with this title is clicked."""
        for command in await self.lenses():
            if title in command.title:
                arguments = command.arguments or [{}]
                return await self._execute(command.command, arguments[0])
        raise ServerTrouble(f"There is no lens {title!r}.")

    async def run(self, command: str, **fields: Any) -> Any:
        """The answer to one of Fourfold's commands about the open prompt."""
        return await self._execute(f"fourfold.{command}", {"uri": self.uri, **fields})

    async def read(self, uri: str) -> str:
        """One of Fourfold's documents; from now on the server says when it changes."""
        params = types.TextDocumentContentParams(uri)
        answer = await self._answered(self._client.workspace_text_document_content_async(params))
        self.texts[uri] = answer.text
        self._news.set()
        return str(answer.text)

    async def until(self, condition: Callable[[], bool], seconds: float = ANSWER_SECONDS) -> None:
        """Returns once the condition holds; it is looked at again with every message."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise ServerTrouble(f"The server said nothing for {seconds:.0f} s.") from None

    async def _execute(self, command: str, argument: Any) -> Any:
        params = types.ExecuteCommandParams(command, [argument])
        return await self._answered(self._client.workspace_execute_command_async(params))

    async def _answered(self, request: Any) -> Any:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await request
        except TimeoutError:
            raise ServerTrouble(f"The server did not answer in {ANSWER_SECONDS:.0f} s.") from None

    def _apply_edit(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        for change in params.edit.document_changes or []:
            for edit in getattr(change, "edits", []):
                self.edit(edited(self.text, edit))
        self.edits_taken += 1
        self._spawn(self.save(self._path))
        return types.ApplyWorkspaceEditResult(applied=True)

    def _refresh(self, params: types.TextDocumentContentRefreshParams) -> None:
        self._spawn(self._read_again(params.uri))

    async def _read_again(self, uri: str) -> None:
        # A document goes with the version that it is about.
        with contextlib.suppress(JsonRpcException):
            await self.read(uri)

    def _take_progress(self, params: types.ProgressParams) -> None:
        value = params.value if isinstance(params.value, dict) else {}
        self.progress = value.get("message") or self.progress
        self.progress_ended = value.get("kind") == "end"
        self._news.set()

    def _take_history(self, history: dict[str, Any]) -> None:
        if history["uri"] == self.uri:
            self.history = history
            self._news.set()

    def _take_run(self, run: dict[str, Any]) -> None:
        self.runs[run["version"]] = run
        self._news.set()

    async def _read_errors(self) -> None:
        stream = self._client._server.stderr if self._client._server else None
        while stream is not None and (line := await stream.readline()):
            self.log.append(line.decode(errors="replace").rstrip())

    def _spawn(self, coroutine: Any) -> None:
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


CAPABILITIES = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        apply_edit=True,
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
        code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
        text_document_content=types.TextDocumentContentClientCapabilities(),
        workspace_folders=True,
    ),
    text_document=types.TextDocumentClientCapabilities(
        synchronization=types.TextDocumentSyncClientCapabilities(will_save=True, did_save=True),
        code_lens=types.CodeLensClientCapabilities(),
    ),
    window=types.WindowClientCapabilities(work_done_progress=True),
    general=types.GeneralClientCapabilities(position_encodings=["utf-32"]),
    experimental={"fourfold": {"rendersComparisons": True, "events": True, "savesSwitches": True}},
)


def edited(text: str, edit: Any) -> str:
    """`text` after one edit whose characters are code points."""
    lines = text.splitlines(keepends=True)

    def offset(position: types.Position) -> int:
        return sum(map(len, lines[: position.line])) + position.character

    start, end = offset(edit.range.start), offset(edit.range.end)
    return f"{text[:start]}{edit.new_text}{text[end:]}"


def _plain(handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """pygls keeps notes on a handler, which a bound method does not take."""

    def handle(params: Any) -> Any:
        return handler(params)

    return handle


def _nothing(params: Any) -> None:
    """The editor has nothing to do."""
