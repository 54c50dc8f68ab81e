"""A language server in a process of its own, spoken to in bytes."""

from __future__ import annotations

import json
import os
import subprocess
import time
from typing import TYPE_CHECKING, Any, Self

from tests.bench.harness import prompt_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "applyEdit": True,
        "configuration": True,
        "workspaceFolders": True,
        "codeLens": {"refreshSupport": True},
        "didChangeConfiguration": {"dynamicRegistration": True},
        "textDocumentContent": {"dynamicRegistration": True},
        "workspaceEdit": {"documentChanges": True},
    },
    "textDocument": {
        "synchronization": {"willSave": True, "didSave": True},
        "codeLens": {},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {"versionSupport": True},
    },
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "experimental": {"fourfold": {"events": True}},
}
"""About what VS Code announces."""


class ServerProcess:
    """Ends with the `with` block. Questions of the server are answered with null."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], folder: Path) -> None:
        self.folder = folder
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            env=env,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._to = self.process.stdin.fileno()
        self._from = self.process.stdout.fileno()
        self._received = b""
        self._last_id = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    @property
    def milliseconds(self) -> float:
        """Since the process was started."""
        return (time.perf_counter() - self.begun) * 1000

    def notify(self, method: str, params: Any) -> None:
        self.put(frame({"jsonrpc": "2.0", "method": method, "params": params}))

    def request(self, method: str, params: Any) -> bytes:
        """A request as it goes over the pipe."""
        self._last_id += 1
        message = {"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params}
        return frame(message)

    def ask(self, method: str, params: Any) -> Any:
        """The result of a request."""
        self.put(self.request(method, params))
        return self.answer()

    def answer(self) -> Any:
        """The result of the last request."""
        while True:
            message = json.loads(self.get())
            if "method" not in message and message["id"] == self._last_id:
                if "error" in message:
                    raise RuntimeError(message["error"]["message"])
                return message["result"]
            self.handle(message)

    def until(self, method: str) -> Any:
        """The params of the server's next notification of this kind."""
        while (message := json.loads(self.get())).get("method") != method:
            self.handle(message)
        return message["params"]

    def handle(self, message: dict[str, Any]) -> None:
        """Answers a question of the server; anything else is let go."""
        if "method" in message and "id" in message:
            self.put(frame({"jsonrpc": "2.0", "id": message["id"], "result": None}))

    def put(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._to, data) :]

    def get(self) -> bytes:
        """The body of the next message."""
        while (head := self._received.find(b"\r\n\r\n")) < 0:
            self._read()
        fields = self._received[:head].split(b"\r\n")
        length = next(int(f[15:]) for f in fields if f.startswith(b"Content-Length:"))
        end = head + 4 + length
        while len(self._received) < end:
            self._read()
        body, self._received = self._received[head + 4 : end], self._received[end:]
        return body

    def _read(self) -> None:
        data = os.read(self._from, 1 << 16)
        if not data:
            raise EOFError(f"The server ended with code {self.process.wait()}.")
        self._received += data

    def initialize(self) -> Any:
        uri = self.folder.as_uri()
        folders = [{"uri": uri, "name": self.folder.name}]
        params = {
            "processId": None,
            "rootUri": uri,
            "workspaceFolders": folders,
            "capabilities": CAPABILITIES,
        }
        return self.ask("initialize", params)

    def open(self, path: Path) -> str:
        """Opens a document after `initialized`; its URI."""
        uri = path.as_uri()
        document = {
            "uri": uri,
            "languageId": "markdown",
            "version": 1,
            "text": path.read_text("utf-8"),
        }
        self.notify("textDocument/didOpen", {"textDocument": document})
        return uri

    def first_lens(self, path: Path) -> Any:
        """All that an editor does up to the first lenses of a prompt, which are returned."""
        self.initialize()
        self.notify("initialized", {})
        return self.ask("textDocument/codeLens", {"textDocument": {"uri": self.open(path)}})

    def until_watching(self, path: Path) -> None:
        """Returns once a change of this prompt on disk is told of, and so the start is over."""
        self.command("listVersions", uri=path.as_uri())
        path.write_text(prompt_text(-1), encoding="utf-8", newline="\n")
        self.until("fourfold/versionsChanged")

    def command(self, name: str, **argument: Any) -> Any:
        params = {"command": f"fourfold.{name}", "arguments": [argument]}
        return self.ask("workspace/executeCommand", params)

    def close(self) -> None:
        """Ends the server as an editor does, so that it puts everything away."""
        self.ask("shutdown", None)
        self.notify("exit", None)
        self.process.wait(timeout=10)


def frame(message: Any) -> bytes:
    body = json.dumps(message, ensure_ascii=False).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
