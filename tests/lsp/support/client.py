"""A language client that plays one editor, and notes whatever it would not have allowed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter, deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException
from pygls.io_ import run_async
from pygls.protocol import JsonRPCNotification
from pytest_lsp.protocol import LanguageClientProtocol

from lsp.support.buffers import Progress, edited_texts
from lsp.support.editor import Editor
from lsp.support.profiles import NEVER, Profile
from lsp.support.results import check_result
from lsp.support.rules import REFRESHES, check_message
from support.forked import start

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)
T = TypeVar("T")


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
        own = str(data.get("method", "")).startswith("fourfold/")
        if own and "jsonrpc" in data and "id" not in data:
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


class StrictClient(Editor):
    """One editor with its open buffers.

    `violations` collects what the server was not allowed to send; `start_client` fails a test that
    leaves any. `received` holds all messages of the server in order, as (method, params).
    `answers` are the coming answers to questions; `scripts[method]` is the answer to any other
    request (NEVER, Late, Fail or a result) in place of the right one.
    """

    protocol: StrictProtocol

    def __init__(self, profile: Profile, configuration: dict[str, Any] | None = None) -> None:
        super().__init__(profile, configuration, StrictProtocol)
        self.capabilities = get_converter().structure(
            profile.capabilities, types.ClientCapabilities
        )
        self.folders: list[types.WorkspaceFolder] = []
        self.violations: list[str] = []
        self.received: list[tuple[str, Any]] = []
        self.progress: dict[Any, Progress] = {}
        self.refreshes: Counter[str] = Counter()
        self.content_refreshes: Counter[str] = Counter()
        self.questions: list[types.ShowMessageRequestParams] = []
        self.answers: deque[Answer] = deque()
        self.scripts: dict[str, Any] = {}
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
        asyncio.get_running_loop().call_later(0.002, self._take_switch, texts)
        return types.ApplyWorkspaceEditResult(applied=True)

    def _take_switch(self, texts: dict[str, str]) -> None:
        self.take_edit(texts)
        if self.profile.get("experimental.fourfold.savesSwitches"):
            for uri in texts:
                self.save(uri)

    async def until(self, condition: Callable[[], T], what: str, limit: float | None = None) -> T:
        """Wait until `condition()` is true; it is asked after every message of the server."""
        limit = limit or self.limit
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
        limit: float | None = None,
    ) -> Any:
        """Wait for a message of the server, or take one that came already; its params."""
        found = await self.until(lambda: self.all_of(method, matches), method, limit)
        return found[0]

    def all_of(
        self, method: str, matches: Callable[[Any], bool] = lambda params: True
    ) -> list[Any]:
        """The params of all messages of a method so far."""
        return [params for name, params in self.received if name == method and matches(params)]

    async def progress_end(self, limit: float | None = None) -> Progress:
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

    async def start_io(self, cmd: str, *args: Any, **kwargs: Any) -> None:
        """Start the server, and keep what it writes to stderr."""
        self._server = await start([cmd, *args], **kwargs)  # type: ignore[assignment]
        self.protocol.set_writer(self._server.stdin)
        reading = run_async(
            stop_event=self._stop_event,
            reader=self._server.stdout,
            protocol=self.protocol,
            logger=logger,
            error_handler=self.report_server_error,
        )
        self._async_tasks += map(asyncio.create_task, (reading, self._server_exit()))
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

    async def end(self) -> int:
        """Shut the server down as an editor does; its exit code."""
        assert self._server is not None
        for task in [task for task in self._answering if task is not None]:
            task.cancel()
        try:
            async with asyncio.timeout(self.limit):
                if self._server.returncode is None:
                    await self.shutdown_async(None)
                    self.exit(None)
                code = await self._server.wait()
        finally:
            if self._server.returncode is None:
                self._server.kill()
            await self.stop()
        return code
