"""A small server on Fourfold's base class, for the tests of the base class and of the client."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

from lsprotocol import types

from fourfold.errors import FourfoldError, InvalidArgumentError
from fourfold.lsp.protocol import Protocol
from fourfold.lsp.pygls_repairs.io import serve_stdio, serve_tcp
from fourfold.lsp.pygls_repairs.server import BaseServer


class TinyServer(BaseServer):
    """Keeps a trace of what happened, which `tiny.trace` answers."""

    def __init__(self) -> None:
        super().__init__("tiny", "1", Protocol)
        self.trace: list[str] = []

    async def on_close(self) -> None:
        if len(sys.argv) > 1 and sys.argv[1].startswith("trace="):
            Path(sys.argv[1][6:]).write_text("\n".join([*self.trace, "closed"]), encoding="utf-8")


server = TinyServer()


@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
async def did_open(ls: TinyServer, params: types.DidOpenTextDocumentParams) -> None:
    if params.text_document.text == "slow":
        await asyncio.to_thread(time.sleep, 0.1)
    ls.trace.append(f"didOpen {params.text_document.uri}")


@server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
async def did_change(ls: TinyServer, params: types.DidChangeTextDocumentParams) -> None:
    ls.trace.append("didChange")


@server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
async def did_close(ls: TinyServer, params: types.DidCloseTextDocumentParams) -> None:
    ls.trace.append("didClose")


@server.feature(types.TEXT_DOCUMENT_WILL_SAVE)
async def will_save(ls: TinyServer, params: types.WillSaveTextDocumentParams) -> None:
    ls.trace.append(f"willSave {params.reason.name}")


@server.feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=True))
async def did_save(ls: TinyServer, params: types.DidSaveTextDocumentParams) -> None:
    ls.trace.append(f"didSave {params.text}")


@server.feature(types.TEXT_DOCUMENT_CODE_LENS)
async def code_lens(ls: TinyServer, params: types.CodeLensParams) -> list[types.CodeLens]:
    start = types.Position(0, 0)
    return [
        types.CodeLens(
            types.Range(start, start),
            types.Command(f"lens {n}", "tiny.trace", arguments=[{"n": n}]),
        )
        for n in range(5)
    ]


@server.feature(types.TEXT_DOCUMENT_CODE_ACTION)
async def code_action(ls: TinyServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    uri = params.text_document.uri
    line = types.Range(types.Position(0, 0), types.Position(0, 5))
    edit = types.WorkspaceEdit(changes={uri: [types.TextEdit(line, "1st")]})
    command = types.Command("Echo", "tiny.echo", arguments=[{"uri": uri}])
    return [types.CodeAction("Echo", command=command), types.CodeAction("Replace", edit=edit)]


_FILTERS = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*"))]
)


@server.feature(types.WORKSPACE_DID_RENAME_FILES, _FILTERS)
async def did_rename(ls: TinyServer, params: types.RenameFilesParams) -> None:
    ls.trace.extend(f"didRename {file.new_uri}" for file in params.files)


@server.feature(types.TEXT_DOCUMENT_HOVER)
async def hover(ls: TinyServer, params: types.HoverParams) -> types.Hover:
    raise RuntimeError("sk-secret")


@server.feature(
    types.WORKSPACE_TEXT_DOCUMENT_CONTENT, types.TextDocumentContentOptions(["fourfold"])
)
async def content(ls: TinyServer, params: Any) -> types.TextDocumentContentResult:
    return types.TextDocumentContentResult(f"text of {params.uri}")


@server.command("tiny.trace")
async def trace(ls: TinyServer, arguments: dict[str, Any]) -> list[str]:
    return ls.trace


@server.command("tiny.echo")
async def echo(ls: TinyServer, arguments: dict[str, Any]) -> Any:
    return {"type": type(arguments).__name__, "arguments": arguments}


@server.command("tiny.kept")
async def kept(ls: TinyServer, arguments: dict[str, Any]) -> int:
    return len(ls.protocol._request_futures)


@server.command("tiny.text")
async def text(ls: TinyServer, arguments: dict[str, Any]) -> Any:
    document = ls.open_document(arguments["uri"])
    return document and {"text": document.source, "lines": list(document.lines)}


@server.command("tiny.wait")
async def wait(ls: TinyServer, arguments: dict[str, Any]) -> None:
    ls.trace.append("wait begins")
    ls.protocol.notify(
        "window/logMessage", types.LogMessageParams(types.MessageType.Log, "waiting")
    )
    try:
        await asyncio.sleep(60)
        ls.trace.append("wait ended")
    finally:
        ls.trace.append("wait stopped")


@server.command("tiny.busy")
async def busy(ls: TinyServer, arguments: dict[str, Any]) -> None:
    for _ in range(8):
        asyncio.get_running_loop().run_in_executor(None, time.sleep, 30)


@server.command("tiny.fail")
async def fail(ls: TinyServer, arguments: dict[str, Any]) -> None:
    match arguments["kind"]:
        case "argument":
            raise InvalidArgumentError("version", "v9 is not kept, only v2–v5.")
        case "user":
            raise FourfoldError("The disk is full.")
        case _:
            raise RuntimeError("sk-secret")


@server.command("tiny.print")
async def stray_print(ls: TinyServer, arguments: dict[str, Any]) -> None:
    print("stray")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import sys; print('child'); sys.stdin.read()"
    )
    await process.wait()


@server.command("tiny.flood")
async def flood(ls: TinyServer, arguments: dict[str, Any]) -> int:
    for n in range(arguments["messages"]):
        message = types.LogMessageParams(types.MessageType.Log, f"{n} " + "x" * 10_000)
        ls.protocol.notify("window/logMessage", message)
    return arguments["messages"]


@server.command("tiny.note")
async def note(ls: TinyServer, arguments: dict[str, Any]) -> None:
    Path(arguments["file"]).write_text("", encoding="utf-8")


def typed(ls: TinyServer, method: str, params: Any) -> Any:
    if (kind := ls.protocol.get_message_type(method)) is None:
        return params
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return ls.protocol._converter.structure(message, kind).params


@server.command("tiny.request")
async def request(ls: TinyServer, arguments: dict[str, Any]) -> Any:
    before = len(ls.protocol._request_futures), len(ls.protocol._result_types)
    params = typed(ls, arguments["method"], arguments.get("params"))
    answer = await ls.request(arguments["method"], params, arguments.get("timeout", 5))
    after = len(ls.protocol._request_futures), len(ls.protocol._result_types)
    ls.trace.append("answered")
    return {"answer": answer, "kept": after[0] - before[0] + after[1] - before[1]}


@server.command("tiny.notify")
async def notify(ls: TinyServer, arguments: dict[str, Any]) -> None:
    method = arguments["method"]
    ls.protocol.notify(method, typed(ls, method, arguments["params"]))


@server.command("tiny.progress")
async def progress(ls: TinyServer, arguments: dict[str, Any]) -> dict[str, Any]:
    token = arguments.get("token", "t1")
    if arguments.get("create", True):
        await ls.request(
            "window/workDoneProgress/create", types.WorkDoneProgressCreateParams(token)
        )
    reports = ls.work_done_progress
    reports.begin(token, types.WorkDoneProgressBegin(title="Working", percentage=0))
    reports.report(token, types.WorkDoneProgressReport(message="half", percentage=50))
    reports.end(token, types.WorkDoneProgressEnd(message="done"))
    return {"tokens": list(reports.tokens)}


if __name__ == "__main__":
    if os.environ.get("TINY_VERBOSE"):
        logging.basicConfig(level=logging.DEBUG)
        logging.debug("verbose")
    if sys.argv[1:] == ["tcp"]:
        serve_tcp(server)
    serve_stdio(server)
