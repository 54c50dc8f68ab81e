"""A language client that plays one editor, and notes whatever it would not have allowed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections import Counter, deque
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException
from pygls.protocol import JsonRPCNotification, default_converter
from pygls.uris import to_fs_path
from pytest_lsp import LanguageClient
from pytest_lsp.protocol import LanguageClientProtocol

from lsp.support.buffers import Buffer, Progress, change_of, edited_texts
from lsp.support.profiles import NEVER, Profile
from lsp.support.results import check_result
from lsp.support.rules import REFRESHES, check_message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
LIMIT = 10.0


@dataclass(frozen=True)
class Late:
    """A scripted answer that comes after `seconds`."""

    seconds: float
    answer: Any = None


@dataclass(frozen=True)
class Fail:
    """A scripted answer that is a JSON-RPC error."""

    message: str = "refused"


DISMISS = None
Answer = Any
"""For a question: a title, an index, DISMISS, EMPTY, NEVER, Late, Fail, or a function of it."""


class StrictProtocol(LanguageClientProtocol):
    """Checks every message of the server before it is handled."""

    _server: StrictClient

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Leave the params of Fourfold's own notifications as they are."""
        if "jsonrpc" in data and str(data.get("method", "")).startswith("fourfold/"):
            return JsonRPCNotification(data["method"], "2.0", data.get("params"))
        return super().structure_message(data)

    def _handle_request(self, msg_id: Any, method_name: str, params: Any) -> None:
        self._server.note(method_name, params)
        # Not pytest-lsp's own check, which would end the server at the first violation.
        super(LanguageClientProtocol, self)._handle_request(msg_id, method_name, params)

    def _handle_notification(self, method_name: str, params: Any) -> None:
        self._server.note(method_name, params)
        if method_name in self.fm.features or method_name in self.fm.builtin_features:
            super()._handle_notification(method_name, params)
        self._server.pulse.set()

    def _handle_response(self, msg_id: Any, result: Any = None, error: Any = None) -> None:
        super()._handle_response(msg_id, result, error)
        self._server.pulse.set()

    async def send_request_async(self, method: str, params: Any = None, msg_id: Any = None) -> Any:
        result = await super().send_request_async(method, params, msg_id)
        if method == types.INITIALIZE:
            self._server.server = result.capabilities
        self._server.violations += check_result(self._server, method, params, result)
        return result


class StrictClient(LanguageClient):
    """One editor with its open buffers.

    `violations` collects what the server was not allowed to send; `start_client` fails a test that
    leaves any. `received` holds all messages of the server in order, as (method, params).
    `answers` are the coming answers to questions; `scripts[method]` is the answer to any other
    request (NEVER, Late, Fail or a result) in place of the right one.
    """

    protocol: StrictProtocol

    def __init__(self, profile: Profile, configuration: dict[str, Any] | None = None) -> None:
        super().__init__(
            protocol_cls=StrictProtocol,
            converter_factory=default_converter,
            configuration={"": configuration or {}},
        )
        self.profile = profile
        self.capabilities = get_converter().structure(
            profile.capabilities, types.ClientCapabilities
        )
        self.server = types.ServerCapabilities()
        self.folders: list[types.WorkspaceFolder] = []
        self.violations: list[str] = []
        self.received: list[tuple[str, Any]] = []
        self.pulse = asyncio.Event()
        self.buffers: dict[str, Buffer] = {}
        self.progress: dict[Any, Progress] = {}
        self.refreshes: Counter[str] = Counter()
        self.content_refreshes: Counter[str] = Counter()
        self.registrations: dict[str, types.Registration] = {}
        self.questions: list[types.ShowMessageRequestParams] = []
        self.answers: deque[Answer] = deque()
        self.scripts: dict[str, Any] = {}
        self.extra_commands: set[str] = set()
        self.stderr = ""
        self._answering: set[asyncio.Task[Any] | None] = set()
        for method, handler in {
            **dict.fromkeys(REFRESHES, self._refresh),
            types.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH: self._refresh_content,
            types.WORKSPACE_APPLY_EDIT: self._apply_edit,
            types.WORKSPACE_CONFIGURATION: self._configuration_of,
            types.WORKSPACE_WORKSPACE_FOLDERS: self._folders_of,
            types.WINDOW_SHOW_DOCUMENT: self._show_document,
            types.WINDOW_SHOW_MESSAGE_REQUEST: self._ask,
            types.WINDOW_WORK_DONE_PROGRESS_CREATE: self._create_progress,
            types.CLIENT_REGISTER_CAPABILITY: self._register,
            types.CLIENT_UNREGISTER_CAPABILITY: self._unregister,
        }.items():
            self._answer_with(method, handler)
        for method, listener in {
            types.PROGRESS: self._take_progress,
            types.WINDOW_SHOW_MESSAGE: self.messages.append,
            types.WINDOW_LOG_MESSAGE: self.log_messages.append,
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: self._take_diagnostics,
        }.items():
            self.feature(method)(partial(listener))

    def _answer_with(self, method: str, handler: Callable[[Any], Any]) -> None:
        async def handle(params: Any) -> Any:
            self._answering.add(asyncio.current_task())
            try:
                if method in self.scripts:
                    return await self._play(self.scripts[method])
                result = handler(params)
                return await result if asyncio.iscoroutine(result) else result
            finally:
                self._answering.discard(asyncio.current_task())
                self.pulse.set()

        self.feature(method)(handle)

    async def _play(self, script: Any) -> Any:
        if isinstance(script, Late):
            await asyncio.sleep(script.seconds)
            return script.answer
        if isinstance(script, Fail):
            raise JsonRpcException(script.message, code=types.LSPErrorCodes.RequestFailed)
        if script is NEVER:
            await asyncio.Event().wait()
        return script

    # What the server asks

    def note(self, method: str, params: Any) -> None:
        """Check a message and keep it."""
        self.violations += check_message(self, method, params)
        self.received.append((method, params))

    def _refresh(self, params: Any) -> None:
        self.refreshes[self.received[-1][0]] += 1

    def _refresh_content(self, params: types.TextDocumentContentRefreshParams) -> None:
        self.content_refreshes[params.uri] += 1

    def _configuration_of(self, params: types.ConfigurationParams) -> list[Any]:
        return [
            self.get_configuration(section=item.section, scope_uri=item.scope_uri)
            for item in params.items
        ]

    def _folders_of(self, params: Any) -> list[types.WorkspaceFolder]:
        return self.folders

    def _show_document(self, params: types.ShowDocumentParams) -> types.ShowDocumentResult:
        self.shown_documents.append(params)
        file = params.uri.startswith("file:")
        return types.ShowDocumentResult(file or self.profile.habits.opens_any_scheme)

    async def _ask(self, params: types.ShowMessageRequestParams) -> Any:
        self.questions.append(params)
        if not self.answers:
            self.violations.append(f"an unexpected question: {params.message!r}")
            return await self._play(self.profile.habits.dismissal)
        answer = self.answers.popleft()
        if callable(answer):
            answer = answer(params)
        late = isinstance(answer, Late)
        if late:
            await asyncio.sleep(answer.seconds)
            answer = answer.answer
        actions = params.actions or []
        if isinstance(answer, int):
            return actions[answer]
        if isinstance(answer, str):
            titles = [action.title for action in actions]
            assert answer in titles, f"no {answer!r} among {titles}"
            return actions[titles.index(answer)]
        return await self._play(self.profile.habits.dismissal if answer is DISMISS else answer)

    def _take_diagnostics(self, params: types.PublishDiagnosticsParams) -> None:
        self.diagnostics[params.uri] = params.diagnostics

    def _create_progress(self, params: types.WorkDoneProgressCreateParams) -> None:
        self.progress[params.token] = Progress()

    def _take_progress(self, params: types.ProgressParams) -> None:
        if isinstance(params.value, dict) and "kind" in params.value:
            self.progress.setdefault(params.token, Progress()).take(params.value)

    def _register(self, params: types.RegistrationParams) -> None:
        self.registrations |= {one.id: one for one in params.registrations}

    def _unregister(self, params: types.UnregistrationParams) -> None:
        for gone in params.unregisterations:
            self.registrations.pop(gone.id, None)

    def _apply_edit(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        texts = edited_texts(self, params.edit)
        if texts is None:
            match self.profile.habits.stale_edit:
                case "error":
                    raise JsonRpcException("the document changed", code=-32603)
                case habit:
                    return types.ApplyWorkspaceEditResult(habit == "lie", "the document changed")
        # In an editor didChange follows the answer, by some milliseconds.
        asyncio.get_running_loop().call_later(0.002, self._take_edit, texts)
        return types.ApplyWorkspaceEditResult(applied=True)

    def _take_edit(self, texts: dict[str, str]) -> None:
        for uri, text in texts.items():
            if uri not in self.buffers:
                self.open(uri)
            self.edit(uri, text)
        self.pulse.set()

    # What the server offers

    @property
    def encoding(self) -> str:
        """The negotiated position encoding."""
        return str(
            getattr(
                self.server.position_encoding, "value", self.server.position_encoding or "utf-16"
            )
        )

    @property
    def _sync(self) -> types.TextDocumentSyncOptions:
        sync = self.server.text_document_sync
        if isinstance(sync, types.TextDocumentSyncOptions):
            return sync
        return types.TextDocumentSyncOptions(open_close=True, change=sync)

    @property
    def sync_kind(self) -> Any:
        """How the server wants changes: full or incremental."""
        return self._sync.change

    @property
    def commands(self) -> set[str]:
        """Commands that a lens or an action may have: the server's, and the extension's own."""
        provider = self.server.execute_command_provider
        return {*(provider.commands if provider else []), *self.extra_commands}

    @property
    def resolves_lenses(self) -> bool:
        """Whether lenses may come without a command."""
        provider = self.server.code_lens_provider
        return bool(provider and provider.resolve_provider)

    @property
    def content_schemes(self) -> list[str]:
        """Schemes of the documents that the server serves."""
        content = self.server.workspace and self.server.workspace.text_document_content
        static = list(content.schemes) if content else []
        for one in self.registrations.values():
            if one.method == types.WORKSPACE_TEXT_DOCUMENT_CONTENT:
                static += one.register_options["schemes"]  # type: ignore[index]
        return static

    # What the user does

    def text_of(self, uri: str) -> str:
        """The text of a buffer, or of the file when it is not open."""
        if (buffer := self.buffers.get(uri)) is not None:
            return buffer.text
        return path_of(uri).read_bytes().decode()

    def open(
        self, document: Path | str, language_id: str = "prompty", text: str | None = None
    ) -> str:
        """Open a file; its URI."""
        uri = document if isinstance(document, str) else document.as_uri()
        text = self.text_of(uri) if text is None else text
        self.buffers[uri] = Buffer(uri, text, saved=text)
        if self._sync.open_close:
            item = types.TextDocumentItem(uri=uri, language_id=language_id, version=1, text=text)
            self.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def edit(self, uri: str, text: str) -> None:
        """Change a buffer to this text."""
        buffer = self.buffers[uri]
        if text != buffer.text:
            self.text_document_did_change(change_of(self, buffer, text))

    def undo(self, uri: str) -> None:
        """Undo the last change of a buffer."""
        buffer = self.buffers[uri]
        text = buffer.undo.pop()
        self.edit(uri, text)
        buffer.undo.pop()

    def save(
        self,
        uri: str,
        reason: types.TextDocumentSaveReason = types.TextDocumentSaveReason.Manual,
    ) -> None:
        """Save a buffer. Editors that cannot tell an automatic save from another say Manual."""
        buffer, name = self.buffers[uri], types.TextDocumentIdentifier(uri)
        announced = self.profile.get("textDocument.synchronization") or {}
        if self._sync.will_save and announced.get("willSave"):
            told = (
                reason if self.profile.habits.tells_reason else types.TextDocumentSaveReason.Manual
            )
            self.text_document_will_save(types.WillSaveTextDocumentParams(name, told))
        path_of(uri).write_bytes(buffer.text.encode())
        buffer.saved = buffer.text
        if self._sync.save:
            include = (
                isinstance(self._sync.save, types.SaveOptions) and self._sync.save.include_text
            )
            text = buffer.text if include else None
            self.text_document_did_save(types.DidSaveTextDocumentParams(name, text))

    def write(self, uri: str, text: str) -> None:
        """Change a buffer and save it."""
        self.edit(uri, text)
        self.save(uri)

    def close(self, uri: str) -> None:
        """Close a buffer; unsaved text is gone."""
        del self.buffers[uri]
        if self._sync.open_close:
            name = types.TextDocumentIdentifier(uri)
            self.text_document_did_close(types.DidCloseTextDocumentParams(name))

    def rename(self, uri: str, to: Path) -> str:
        """Rename a file in the editor, which keeps it open; its new URI."""
        new = to.as_uri()
        was = self.buffers.get(uri)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path_of(uri), to)
        if was is not None:
            self.close(uri)
            self.open(new, text=was.text)
            self.buffers[new].saved = was.saved
        operations = self.server.workspace and self.server.workspace.file_operations
        if operations and operations.did_rename:
            renamed = types.RenameFilesParams([types.FileRename(old_uri=uri, new_uri=new)])
            self.workspace_did_rename_files(renamed)
        return new

    async def run(self, command: str, argument: dict[str, Any] | None = None, **more: Any) -> Any:
        """Run a command of the server with its one argument."""
        arguments = [{**(argument or {}), **more}]
        params = types.ExecuteCommandParams(command=command, arguments=arguments)
        return await self._limited(self.workspace_execute_command_async(params), command)

    async def lenses(self, uri: str) -> list[types.CodeLens]:
        """The code lenses of a document."""
        params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
        return list(await self._limited(self.text_document_code_lens_async(params), "lenses") or [])

    async def click(self, uri: str, title: str) -> Any:
        """Run the lens whose title contains `title`."""
        lenses = await self.lenses(uri)
        titles = [lens.command.title for lens in lenses if lens.command]
        found = [lens.command for lens in lenses if lens.command and title in lens.command.title]
        assert found, f"no lens {title!r} among {titles}"
        return await self.run(found[0].command, dict((found[0].arguments or [{}])[0]))

    async def actions(self, uri: str, line: int = 0, only: list[str] | None = None) -> list[Any]:
        """The code actions at the start of a line."""
        here = types.Position(line, 0)
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(uri),
            types.Range(here, here),
            types.CodeActionContext([], only=only),
        )
        return list(
            await self._limited(self.text_document_code_action_async(params), "actions") or []
        )

    async def act(self, uri: str, title: str, line: int = 0) -> Any:
        """Take the code action whose title contains `title`: its edit, then its command."""
        actions = await self.actions(uri, line)
        found = [action for action in actions if title in action.title]
        assert found, f"no action {title!r} among {[action.title for action in actions]}"
        action = found[0]
        if isinstance(action, types.CodeAction):
            if action.edit is not None:
                texts = edited_texts(self, action.edit)
                assert texts is not None, "the action's edit is for an older version"
                self._take_edit(texts)
            action = action.command
        if action is not None:
            return await self.run(action.command, dict((action.arguments or [{}])[0]))
        return None

    async def hover(self, uri: str, line: int = 0, character: int = 0) -> str:
        """The hover's text, empty when there is none."""
        where = types.Position(line, character)
        params = types.HoverParams(types.TextDocumentIdentifier(uri), where)
        hover = await self._limited(self.text_document_hover_async(params), "hover")
        if hover is None:
            return ""
        return str(getattr(hover.contents, "value", hover.contents))

    async def read(self, uri: str) -> str:
        """The text of one of the server's own documents."""
        params = types.TextDocumentContentParams(uri)
        answer = self.workspace_text_document_content_async(params)
        return str((await self._limited(answer, uri)).text)

    def cancel_progress(self, token: Any) -> None:
        """Press a progress's cancel button."""
        self.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))

    # What a test waits for

    async def until(self, condition: Callable[[], T], what: str, limit: float = LIMIT) -> T:
        """Wait until `condition()` is true; it is asked after every message of the server."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit):
                while not (value := condition()):
                    if self.stopped:
                        raise AssertionError(f"The server ended before {what}.\n{self.stderr}")
                    self.pulse.clear()
                    await self.pulse.wait()
                return value
        last = [method for method, _ in self.received[-8:]]
        raise AssertionError(f"{what}: not within {limit} s. Last came {last}.\n{self.stderr}")

    async def notified(
        self,
        method: str,
        matches: Callable[[Any], bool] = lambda params: True,
        limit: float = LIMIT,
    ) -> Any:
        """Wait for a message of the server, or take one that came already; its params."""
        found = await self.until(lambda: self.all_of(method, matches), method, limit)
        return found[0]

    def all_of(
        self, method: str, matches: Callable[[Any], bool] = lambda params: True
    ) -> list[Any]:
        """The params of all messages of a method so far."""
        return [params for name, params in self.received if name == method and matches(params)]

    async def progress_end(self, limit: float = LIMIT) -> Progress:
        """Wait until every progress that began has ended; the last one."""
        every = self.progress.values
        await self.until(
            lambda: every() and all(one.ended for one in every()), "the end of progress", limit
        )
        return list(every())[-1]

    def check(self) -> None:
        """Fail if the server sent anything that this editor does not allow."""
        found, self.violations = self.violations, []
        assert not found, f"{self.profile.name}: " + "; ".join(found)

    async def _limited(self, answer: Any, what: str) -> Any:
        try:
            async with asyncio.timeout(LIMIT):
                return await answer
        except TimeoutError:
            raise AssertionError(f"{what}: no answer in {LIMIT} s.\n{self.stderr}") from None

    # The process

    async def start_io(self, cmd: str, *args: Any, **kwargs: Any) -> None:
        """Start the server, and keep what it writes to stderr."""
        await super(LanguageClient, self).start_io(cmd, *args, **kwargs)
        self._stderr_forwarder = asyncio.create_task(self._read_stderr())

    async def _read_stderr(self) -> None:
        assert self._server is not None
        assert self._server.stderr is not None
        while line := await self._server.stderr.readline():
            self.stderr += line.decode(errors="replace")

    async def server_exit(self, server: asyncio.subprocess.Process) -> None:
        """Wake whoever waits for something of the server."""
        await super().server_exit(server)
        asyncio.get_running_loop().call_soon(self.pulse.set)

    async def end(self, limit: float = LIMIT) -> int:
        """Shut the server down as an editor does; its exit code."""
        assert self._server is not None
        for task in [task for task in self._answering if task is not None]:
            task.cancel()
        try:
            async with asyncio.timeout(limit):
                if self._server.returncode is None:
                    await self.shutdown_async(None)
                    self.exit(None)
                code = await self._server.wait()
        finally:
            if self._server.returncode is None:
                self._server.kill()
            await self.stop()
        return code


def path_of(uri: str) -> Path:
    """The path of a file URI."""
    path = to_fs_path(unquote(uri)) if os.name == "nt" else to_fs_path(uri)
    assert path is not None, f"{uri} is no file"
    return Path(path)


def commands_of(actions: list[Any]) -> Iterator[types.Command]:
    """The commands of lenses and code actions."""
    for action in actions:
        if isinstance(action, types.Command):
            yield action
        elif action.command is not None:
            yield action.command
