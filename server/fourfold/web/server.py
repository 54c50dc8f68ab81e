"""Serves one board on loopback, and tells the pages that show it what changes."""

from __future__ import annotations

import json
import queue
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

from fourfold.app.answers.errors import Error
from fourfold.app.board_actions import read_action
from fourfold.errors import FourfoldError
from fourfold.reports import page
from fourfold.web.guard import LOOPBACK, Guard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from fourfold.app.answers.board import RunPage
    from fourfold.app.commands.boards import BoardAction

_LONGEST_REQUEST = 100_000
_BEAT_SECONDS = 15.0
_MOST_WAITING = 1000


class _Listener:
    """A page that follows the board."""

    def __init__(self) -> None:
        self.messages: queue.Queue[str | None] = queue.Queue(_MOST_WAITING)

    def put(self, message: str | None) -> None:
        try:
            self.messages.put_nowait(message)
        except queue.Full:  # nobody reads; it connects anew if it ever does
            self.messages.queue.clear()
            self.messages.put_nowait(None)


class BoardServer:
    """A board and the pages that show it. `act` does what a page asks for and `read_run` reads one
    of its runs, each in a thread of the server's; they raise FourfoldError where that cannot be
    done. Any thread may call.

    OSError where the port is taken.
    """

    def __init__(
        self,
        title: str,
        act: Callable[[BoardAction], None],
        read_run: Callable[[str], RunPage],
        port: int = 0,
    ) -> None:
        self.title = title
        self.act = act
        self.read_run = read_run
        self._board: Mapping[str, Any] = {}
        self._listeners: set[_Listener] = set()
        self._lock = threading.Lock()
        self._server = _Server((LOOPBACK, port), _Handler)
        self._server.owner = self
        self.guard = Guard(self._server.server_port)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="fourfold-view", daemon=True
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Answers from now on, until it is closed."""
        self._thread.start()

    def new_address(self) -> str:
        """Where the page is, for one browser."""
        return f"http://{LOOPBACK}:{self._server.server_port}/?token={self.guard.new_token()}"

    def publish(self, board: Mapping[str, Any]) -> None:
        """Shows this board from now on, or these parts of it; what is another now is sent."""
        with self._lock:
            changed = {
                key: value for key, value in board.items() if self._board.get(key, ...) != value
            }
            self._board = {**self._board, **changed}
            if changed:
                self._send(_event("board", changed))

    def tell(self, sentence: str) -> None:
        """Says something to whoever looks at the board."""
        with self._lock:
            self._send(_event("told", sentence))

    def listen(self) -> _Listener:
        """A new listener, to which the whole board is sent first."""
        listener = _Listener()
        with self._lock:
            self._listeners.add(listener)
            listener.put(_event("board", self._board))
        return listener

    def forget(self, listener: _Listener) -> None:
        with self._lock:
            self._listeners.discard(listener)

    def close(self) -> None:
        """Ends the streams and the server."""
        with self._lock:
            for listener in self._listeners:
                listener.put(None)
        self._server.shutdown()
        self._server.server_close()

    def _send(self, message: str) -> None:
        for listener in self._listeners:
            listener.put(message)


def _event(name: str, value: object) -> str:
    return f"event: {name}\ndata: {json.dumps(value)}\n\n"


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # else its end would wait for the streams
    request_queue_size = 64
    owner: BoardServer

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # the other one asks the network for our name
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "fourfold", ""
    timeout = 30  # of a connection on which nothing comes
    disable_nagle_algorithm = True  # head and body are two writes: 40 ms for each answer otherwise

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        owner, url = self.server.owner, urlsplit(self.path)
        token = (parse_qs(url.query).get("token") or [""])[0]
        if (refusal := owner.guard.refusal(self.headers)) is not None:
            self._refuse(refusal)
        elif url.path == "/" and owner.guard.takes(token):
            self._answer(HTTPStatus.OK, page.served_page(owner.title), "text/html", cookie=True)
        elif not owner.guard.knows(self.headers):
            self._refuse(HTTPStatus.UNAUTHORIZED)
        elif url.path == "/":
            self._answer(HTTPStatus.OK, page.served_page(owner.title), "text/html")
        elif url.path == "/board.js":
            self._answer(HTTPStatus.OK, page.script(), "text/javascript")
        elif url.path == "/board.css":
            self._answer(HTTPStatus.OK, page.style(), "text/css")
        elif url.path == "/events":
            self._follow()
        elif url.path == "/run":
            self._read_run((parse_qs(url.query).get("id") or [""])[0])
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        owner = self.server.owner
        length = self.headers.get("Content-Length", "")
        if (refusal := owner.guard.refusal(self.headers)) is not None:
            self._refuse(refusal)
        elif not owner.guard.knows(self.headers):
            self._refuse(HTTPStatus.UNAUTHORIZED)
        elif self.path != "/act":
            self._refuse(HTTPStatus.NOT_FOUND)
        elif self.headers.get("Content-Type") != "application/json":
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)  # what a form of another site can send
        elif not length.isdecimal() or int(length) > _LONGEST_REQUEST:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            try:
                owner.act(read_action(self.rfile.read(int(length))))
            except FourfoldError as error:
                said = json.dumps(Error.of(error).to_json())
                self._answer(HTTPStatus.CONFLICT, said, "application/json")
            else:
                self._answer(HTTPStatus.OK, "", "text/plain")

    def _read_run(self, run: str) -> None:
        try:
            read = json.dumps(self.server.owner.read_run(run).to_json())
        except FourfoldError as error:
            self._answer(HTTPStatus.NOT_FOUND, str(error), "text/plain")
        else:
            self._answer(HTTPStatus.OK, read, "application/json")

    def _follow(self) -> None:
        self._head(HTTPStatus.OK, "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        listener = self.server.owner.listen()
        try:
            while True:
                try:
                    message = listener.messages.get(timeout=_BEAT_SECONDS)
                except queue.Empty:
                    message = ": here\n\n"  # finds out whether the page is still there
                if message is None:
                    return
                self.wfile.write(message.encode())
        except OSError:
            pass  # the page is gone
        finally:
            self.server.owner.forget(listener)

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True
        self._answer(status, status.phrase, "text/plain")

    def _answer(self, status: HTTPStatus, text: str, kind: str, *, cookie: bool = False) -> None:
        body = text.encode()
        self._head(status, kind)
        if cookie:
            self.send_header("Set-Cookie", self.server.owner.guard.cookie)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _head(self, status: HTTPStatus, kind: str) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Security-Policy": page.SERVED_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": "no-store",
        }.items():
            self.send_header(name, value)
