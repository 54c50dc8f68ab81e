"""The base of a language server: how it asks its client, and how it ends."""

from __future__ import annotations

import asyncio
import logging
import uuid
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

if TYPE_CHECKING:
    from collections.abc import Collection

    from pygls.workspace import TextDocument

    from fourfold.lsp.pygls_repairs.protocol import RepairedProtocol

logger = logging.getLogger(__name__)

REQUEST_SECONDS = 10.0
# Editors wait two seconds or so for the answer to `shutdown`.
FINISH_SECONDS = 0.5
CLOSE_SECONDS = 5.0


class BaseServer(LanguageServer):
    """A language server that io.serve_stdio and io.serve_tcp can run.

    Handlers are registered with `@server.feature(METHOD, options)` and `@server.command(NAME)`;
    they are `async def`, and their first parameter, the server, must be named `ls`. A command gets
    its one argument as a dict.
    """

    protocol: RepairedProtocol

    def __init__(self, name: str, version: str, protocol: type[RepairedProtocol]) -> None:
        # At INFO pygls logs whole messages, at whatever level the rest of the program logs.
        logging.getLogger("pygls").setLevel(logging.WARNING)
        super().__init__(name, version, protocol_cls=protocol)
        self.exit_code = 0
        self.stopped = asyncio.Event()
        self._questions: set[asyncio.Future[Any]] = set()
        self._closing: asyncio.Future[None] | None = None

    async def on_close(self) -> None:
        """Stop what must not outlive the server: tasks, child processes, databases."""

    def close(self) -> None:
        """Begin to finish what is in progress and to run `on_close`; once, however often asked."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close(self.protocol.in_progress()))

    async def closed(self) -> None:
        """Wait for the end of `close`."""
        if self._closing is not None:
            await asyncio.shield(self._closing)

    async def _close(self, in_progress: Collection[Any]) -> None:
        for question in self._questions:
            question.cancel()
        for late in await self.finish(in_progress):
            late.cancel()
        await self.finish(in_progress)
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.on_close()
        except TimeoutError:
            logger.warning("Closing took longer than %s s.", CLOSE_SECONDS)
        except Exception:
            logger.exception("Closing failed.")

    async def finish(self, in_progress: Collection[Any]) -> set[asyncio.Future[Any]]:
        """Wait FINISH_SECONDS for handlers to end; those that did not."""
        if not in_progress:
            return set()
        handlers = [asyncio.wrap_future(future) for future in in_progress]
        return (await asyncio.wait(handlers, timeout=FINISH_SECONDS))[1]

    def stop(self, code: int) -> None:
        """End the server with this exit code; the first call decides."""
        if not self.stopped.is_set():
            self.exit_code = code
            self.stopped.set()

    def stop_at_end_of_input(self) -> None:
        """End the server because its client is gone."""
        self.protocol.lsp_exit()

    def open_document(self, uri: str) -> TextDocument | None:
        """The editor's buffer of a document, None when it is not open."""
        document = self.workspace.get_text_document(uri)
        return None if document.version is None else document

    async def request(
        self,
        method: str,
        params: Any = None,
        timeout: float | None = REQUEST_SECONDS,  # noqa: ASYNC109
    ) -> Any:
        """Ask the client. None when it does not answer in `timeout` seconds or with an error.

        pygls keeps the future of a request that is never answered, and raises the client's errors.
        """
        msg_id = str(uuid.uuid4())
        question = asyncio.wrap_future(self.protocol.send_request(method, params, msg_id=msg_id))
        self._questions.add(question)
        try:
            async with asyncio.timeout(timeout):
                return await question
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) is None or task.cancelling():
                raise
            logger.warning("The server closed before the client answered %s.", method)
        except TimeoutError:
            logger.warning("The client did not answer %s in %s s.", method, timeout)
        except JsonRpcException as exc:
            logger.warning("The client answered %s with error %s.", method, exc.code)
        finally:
            self._questions.discard(question)
            self.protocol._request_futures.pop(msg_id, None)
            self.protocol._result_types.pop(msg_id, None)
        return None

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log only; pygls shows the user every error as a message."""
        logger.error("%s: %s", source.__name__, type(error).__name__, exc_info=error)
