"""What pygls 2.1.1 gets wrong in handling messages, repaired.

Each method names the defect that it is there for; `tests/lsp/test_repairs*.py` shows each of them.
"""

from __future__ import annotations

import contextvars
import json
import logging
import uuid
from collections import deque
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from cattrs import transform_error
from cattrs.errors import ClassValidationError
from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcParseError,
    JsonRpcRequestCancelled,
    JsonRpcServerNotInitialized,
)
from pygls.progress import Progress
from pygls.protocol import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    JsonRPCResponseMessage,
    LanguageServerProtocol,
    lsp_method,
)
from pygls.uris import from_fs_path

from fourfold.lsp.pygls_repairs.documents import Mirror
from fourfold.text.same import whole_characters

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from fourfold.lsp.pygls_repairs.framing import FramingError

logger = logging.getLogger(__name__)

SHOWN_PROBLEMS = 3


class ForgettingProgress(Progress):
    """pygls never forgets a progress token: `tokens` grows with every task."""

    def end(self, token: types.ProgressToken, value: types.WorkDoneProgressEnd) -> None:
        """Notify the end of the work, after which the token means nothing."""
        super().end(token, value)
        self.tokens.pop(token, None)


class RepairedProtocol(LanguageServerProtocol):
    """LanguageServerProtocol with the defects of pygls 2.1.1 repaired."""

    _server: Any
    taken_in_first: frozenset[str] = frozenset()
    """Notifications that are taken in before any later message is looked at."""

    def __init__(self, server: Any, converter: Any) -> None:
        super().__init__(server, converter)
        self._taking_in: Future[None] | None = None
        self._waiting: deque[Callable[[], None]] = deque()
        self.progress = ForgettingProgress(self)
        self._encoder = json.JSONEncoder(
            default=self._serialize_message, separators=(",", ":"), check_circular=False
        )

    def response_error(self, exc: BaseException) -> types.ResponseError:
        """What the client is told when a handler raised `exc`."""
        raise NotImplementedError

    def receive(self, body: bytes) -> None:
        """Handle one message, in its turn."""
        self.in_turn(partial(self._receive, body))

    def in_turn(self, work: Callable[[], None]) -> None:
        """Do it now, or once what has arrived before it is taken in.

        pygls begins with a message while a notification before it, which may tell what the message
        is about, waits for something.
        """
        self._waiting.append(work)
        if self._taking_in is None:
            self._go_on()

    def _go_on(self, _: object = None) -> None:
        self._taking_in = None
        while self._waiting and self._taking_in is None:
            try:
                self._waiting.popleft()()
            except Exception:
                logger.exception("A message could not be handled.")

    def _receive(self, body: bytes) -> None:
        """Handle one message.

        pygls leaves a request without an answer when it is no JSON, has invalid params or comes
        after `shutdown`, and takes any inner object with the key `jsonrpc` for a message.
        """
        try:
            data = json.loads(body.decode())
            if b"\\ud" in body or b"\\uD" in body:
                data = _whole(data)
        except (ValueError, RecursionError):
            logger.warning("A message was not JSON in UTF-8.")
            self._send_error(None, JsonRpcParseError("The message is not JSON in UTF-8."))
            return
        if not isinstance(data, dict) or not isinstance(data.get("method", ""), str):
            self._send_error(None, JsonRpcInvalidRequest("The message is no JSON-RPC object."))
            return
        method: str | None = data.get("method")
        msg_id: Any = data.get("id")
        try:
            if method is not None:
                self._admit(method)
            message = self._structure(data)
        except JsonRpcException as exc:
            self._refuse(data, exc)
            return
        run = contextvars.copy_context().run
        if method is None:
            result, error = getattr(message, "result", None), getattr(message, "error", None)
            run(self._handle_response, msg_id, result, error)
        elif "id" in data:
            run(self._handle_request, msg_id, method, message.params)
        else:
            run(self._handle_notification, method, message.params)

    def refuse_all(self, error: FramingError) -> str:
        """Answer, to nobody in particular, that no message can be read any more; what was said."""
        return self._send_error(None, error)

    def _admit(self, method: str) -> None:
        if method in {types.CANCEL_REQUEST, types.EXIT}:
            return
        if self._shutdown:
            raise JsonRpcInvalidRequest(f"{method}: the server is shutting down.")
        if self._workspace is None and method != types.INITIALIZE:
            raise JsonRpcServerNotInitialized(f"{method}: initialize must come first.")
        self._get_handler(method)

    def _structure(self, data: dict[str, Any]) -> Any:
        kind: Any
        if (method := data.get("method")) is not None:
            kind = self.get_message_type(method)
            if kind is None:
                kind = JsonRPCRequestMessage if "id" in data else JsonRPCNotification
                data.setdefault("params", None)
        elif data.get("error") is not None:
            kind = types.ResponseErrorMessage
        else:
            kind = self._result_types.pop(data.get("id", ""), None) or JsonRPCResponseMessage
            data.pop("error", None)
            data.setdefault("result", None)
        try:
            return self._converter.structure(data, kind)
        except ClassValidationError as exc:
            problems = "; ".join(transform_error(exc)[:SHOWN_PROBLEMS])
        except Exception as exc:
            problems = f"wrong shape ({type(exc).__name__})"
        problems = problems.replace("$.params", "params")
        raise JsonRpcInvalidParams(f"{method or 'The response'}: {problems}.")

    def _refuse(self, data: dict[str, Any], error: JsonRpcException) -> None:
        if "method" not in data:
            future = self._request_futures.pop(data.get("id", ""), None)
            if future is not None and not future.done():
                future.set_exception(error)
        elif "id" in data:
            self._send_error(data["id"], error)
        elif not data["method"].startswith("$/"):
            logger.warning("Ignored a notification. %s", error)

    def _send_error(self, msg_id: Any, exc: BaseException) -> str:
        """pygls leaves out the id where it is to be null, for what nobody is known to have sent."""
        error = self.response_error(exc)
        if msg_id is None:
            said = {"code": error.code, "message": error.message}
            self._send_data({"jsonrpc": "2.0", "id": None, "error": said})
        else:
            self._send_response(msg_id, error=error)
        return error.message

    def _send_data(self, data: Any) -> None:
        """pygls logs whole messages, and swallows what cannot be serialised without an answer."""
        if self.writer is None:
            return
        body = self._encoder.encode(data).encode()
        self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def _execute_handler(
        self,
        msg_id: str | int,
        handler: Callable[..., Any],
        callback: Callable[[Any], None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        """pygls keeps the future of every notification and of every inner handler for ever."""
        super()._execute_handler(msg_id, handler, callback, args, kwargs)
        if (future := self._request_futures.get(msg_id)) is not None:
            future.add_done_callback(lambda _: self._request_futures.pop(msg_id, None))

    def _run_generator(
        self, future: Any, *, gen: Generator[Any, Any, Any], result_future: Any
    ) -> None:
        """pygls leaves a request without an answer when the handler it waits for is cancelled."""
        if future is not None and future.cancelled():
            gen.close()
            result_future.cancel()
            return
        super()._run_generator(future, gen=gen, result_future=result_future)

    def _handle_notification(self, method_name: str, params: Any) -> None:
        if method_name not in self.taken_in_first:
            super()._handle_notification(method_name, params)
            return
        taken_in: Future[None] = Future()

        def done(future: Any) -> None:
            self._check_handler_result(future)
            taken_in.set_result(None)

        self._execute_handler(str(uuid.uuid4()), self._get_handler(method_name), done, (params,))
        if not taken_in.done():
            self._taking_in = taken_in
            taken_in.add_done_callback(self._go_on)

    def _handle_request(self, msg_id: str | int, method_name: str, params: Any) -> None:
        self._ctx_msg_id.set(msg_id)
        reply = partial(self._send_handler_result, msg_id=msg_id)
        self._execute_handler(msg_id, self._get_handler(method_name), reply, (params,))

    def _send_handler_result(self, future: Any, *, msg_id: str | int) -> None:
        """pygls sends tracebacks to the client, and shows the error a second time as a message."""
        self._request_futures.pop(msg_id, None)
        if future.cancelled():
            self._send_error(msg_id, JsonRpcRequestCancelled("The request was cancelled."))
        elif (raised := future.exception()) is not None:
            self._send_error(msg_id, raised)
        else:
            try:
                self._send_response(msg_id, result=future.result())
            except (TypeError, ValueError, AttributeError) as exc:
                self._send_error(msg_id, exc)

    def _check_handler_result(self, future: Any) -> None:
        """pygls shows the user every error in the handling of a notification."""
        if not future.cancelled() and (raised := future.exception()) is not None:
            logger.error("A notification could not be handled.", exc_info=raised)

    def _handle_cancel_notification(self, msg_id: str | int) -> None:
        """pygls warns of every cancellation that comes after the answer, which is no fault."""
        if (future := self._request_futures.get(msg_id)) is not None:
            future.cancel()

    def in_progress(self) -> list[Any]:
        """The futures of all handlers and questions that go on, but for the current request."""
        current = self.msg_id
        return [future for key, future in self._request_futures.items() if key != current]

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(
        self, params: types.InitializeParams
    ) -> Generator[Any, Any, types.InitializeResult]:
        """As in pygls, with our mirror of the documents, and without logging the params.

        pygls has no way to give it another workspace, and never advertises
        `workspace.textDocumentContent`.
        """
        if self._workspace is not None:
            raise JsonRpcInvalidRequest("initialize: the server is initialized already.")
        server, capabilities = self._server, params.capabilities
        server.process_id = params.process_id
        self.client_capabilities = capabilities
        encoding = ServerCapabilitiesBuilder.choose_position_encoding(capabilities)
        root_uri = params.root_uri
        if root_uri is None and params.root_path is not None:
            root_uri = from_fs_path(params.root_path)
        sync_kind = server._text_document_sync_kind
        self._workspace = Mirror(root_uri, sync_kind, params.workspace_folders or [], encoding)
        if (handler := self.fm.features.get(types.INITIALIZE)) is not None:
            yield handler, (params,), None
        advertised = ServerCapabilitiesBuilder(
            capabilities,
            {*self.fm.features, *self.fm.builtin_features},
            self.fm.feature_options,
            list(self.fm.commands),
            sync_kind,
            None,
            encoding,
        ).build()  # type: ignore[no-untyped-call]
        content = self.fm.feature_options.get(types.WORKSPACE_TEXT_DOCUMENT_CONTENT)
        if content and capabilities.workspace and capabilities.workspace.text_document_content:
            advertised.workspace.text_document_content = content
        self.server_capabilities = advertised
        return types.InitializeResult(advertised, self.server_info)

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        """Let the server finish what goes on and put things away, then answer.

        pygls cancels what goes on, a save that came just before too, and while it does so fails
        with "dictionary changed size during iteration".
        """
        self._shutdown = True
        self._server.close()
        yield self._server.closed, (), None

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: Any) -> None:  # type: ignore[override]
        """pygls ends with code 0 although `shutdown` did not come first."""
        self._server.stop(0 if self._shutdown else 1)

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(  # type: ignore[override]
        self, params: types.ExecuteCommandParams
    ) -> Any:
        """Run a command's handler in the task of its request.

        pygls runs it in another one, which goes on when the request is cancelled
        (https://github.com/openlawlibrary/pygls/issues/517 asks for cancelled requests to end).
        """
        if (handler := self.fm.commands.get(params.command)) is None:
            known = ", ".join(sorted(self.fm.commands))
            raise JsonRpcInvalidParams(f"command: there is no {params.command!r}, only {known}.")
        arguments = params.arguments or [{}]
        if len(arguments) != 1 or not isinstance(arguments[0], dict):
            raise JsonRpcInvalidParams(f"arguments: {params.command} takes one object.")
        return await handler(arguments[0])

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(
        self, params: types.DidChangeTextDocumentParams
    ) -> Generator[Any, Any, None]:
        """pygls shows the user a KeyError when a document was never opened."""
        if unquote(params.text_document.uri) not in self.workspace.text_documents:
            logger.warning("Ignored a change of a document that is not open.")
            return
        yield from super().lsp_text_document__did_change(params)


def _whole(value: Any) -> Any:
    """A value of JSON in which no text has half a character, which nothing can store or send."""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, list):
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {whole_characters(name): _whole(one) for name, one in value.items()}
    return value
