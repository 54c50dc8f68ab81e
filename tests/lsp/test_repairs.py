"""What pygls 2.1.1 gets wrong in handling messages, and Fourfold's base class does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lsp.support.start import TINY
from lsp.support.wire import start_wire

if TYPE_CHECKING:
    from pathlib import Path

INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND, PARSE_ERROR = -32602, -32600, -32601, -32700
NOT_INITIALIZED, INTERNAL, CANCELLED, REQUEST_FAILED = -32002, -32603, -32800, -32803
URI = "file:///a/b%20c.md"


async def test_cancelling_a_command_stops_its_handler() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        params = {"command": "tiny.wait", "arguments": [{}]}
        wire.send("workspace/executeCommand", params, id="w")
        assert (await wire.get())["method"] == "window/logMessage"
        wire.send("$/cancelRequest", {"id": "w"})
        assert (await wire.answer("w"))["error"]["code"] == CANCELLED
        assert (await wire.run("tiny.trace"))["result"] == ["wait begins", "wait stopped"]


async def test_a_request_cancelled_at_once_never_starts() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        params = {"command": "tiny.wait", "arguments": [{}]}
        wire.send("workspace/executeCommand", params, id="w")
        wire.send("$/cancelRequest", {"id": "w"})
        wire.send("$/cancelRequest", {"id": "unknown"})
        assert (await wire.answer("w"))["error"]["code"] == CANCELLED


async def test_shutdown_ends_the_commands_that_run(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    async with start_wire() as wire, start_wire([*TINY, f"trace={trace}"]) as traced:
        for one in (wire, traced):
            await one.initialize()
            for n in range(3):
                params = {"command": "tiny.wait", "arguments": [{}]}
                one.send("workspace/executeCommand", params, id=f"w{n}")
                await one.get()
            answer = await one.ask("shutdown")
            assert answer["result"] is None
            assert {message["error"]["code"] for message in one.sent} == {CANCELLED}
            one.send("exit")
            assert await one.ended() == 0
            assert await one.stderr() == ""
    assert trace.read_text(encoding="utf-8").endswith("wait stopped\nclosed")


async def test_invalid_params_are_answered_with_what_is_wrong() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        for params in ({}, {"textDocument": 3}, {"textDocument": {}}, [], "x", None):
            error = (await wire.ask("textDocument/codeLens", params))["error"]
            assert error["code"] == INVALID_PARAMS
            assert "params" in error["message"] or "shape" in error["message"]
        assert (await wire.run("tiny.echo"))["result"]


async def test_what_is_no_message_is_answered() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        for body, code in (
            (b"{", PARSE_ERROR),
            (b"\xff", PARSE_ERROR),
            (b"[" * 100_000, PARSE_ERROR),
            (b"[]", INVALID_REQUEST),
            (b'{"jsonrpc": "2.0", "id": 1, "method": 3}', INVALID_REQUEST),
        ):
            wire.put(body)
            assert (await wire.get())["error"]["code"] == code
        assert (await wire.run("tiny.echo"))["result"]


async def test_an_inner_object_may_have_the_key_jsonrpc() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        argument = {"jsonrpc": "2.0", "id": 1, "method": "textDocument/codeLens"}
        assert (await wire.run("tiny.echo", inner=argument))["result"] == {
            "type": "dict",
            "arguments": {"inner": argument},
        }


async def test_requests_out_of_order_are_refused() -> None:
    async with start_wire() as wire:
        assert (await wire.ask("textDocument/codeLens", {}))["error"]["code"] == NOT_INITIALIZED
        await wire.initialize()
        params = {"processId": None, "rootUri": None, "capabilities": {}}
        assert (await wire.ask("initialize", params))["error"]["code"] == INVALID_REQUEST
        await wire.ask("shutdown", {})
        assert (await wire.ask("textDocument/codeLens", {}))["error"]["code"] == INVALID_REQUEST
        wire.send("exit", {})
        assert await wire.ended() == 0


async def test_an_unknown_method_and_an_unknown_command_are_answered() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        wire.send("$/unknown", {})
        wire.send("unknown/notification", 3)
        assert (await wire.ask("unknown/request"))["error"]["code"] == METHOD_NOT_FOUND
        error = (await wire.run("tiny.unknown"))["error"]
        assert error["code"] == INVALID_PARAMS
        assert "tiny.unknown" in error["message"]


async def test_a_command_takes_one_object() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        for arguments in ([1], [{}, {}], [[]], {"a": 1}, 3):
            params = {"command": "tiny.echo", "arguments": arguments}
            answer = await wire.ask("workspace/executeCommand", params)
            assert answer["error"]["code"] == INVALID_PARAMS
        # Kate sends an empty object for a command without arguments.
        for nothing in (None, [], {}):
            params = {"command": "tiny.echo", "arguments": nothing}
            answer = await wire.ask("workspace/executeCommand", params)
            assert answer["result"]["arguments"] == {}


async def test_what_a_handler_raises_becomes_an_error() -> None:
    wrong = {"kind": "bad_input", "message": "v9 is not kept, only v2–v5.", "field": "version"}
    full = {"kind": "own", "message": "The disk is full.", "field": None}
    bug = "Fourfold could not do this (RuntimeError). Its log says more."
    async with start_wire() as wire:
        await wire.initialize()
        for kind, expected in {
            "argument": {
                "code": INVALID_PARAMS,
                "message": "version: v9 is not kept, only v2–v5.",
                "data": wrong,
            },
            "user": {"code": REQUEST_FAILED, "message": "The disk is full.", "data": full},
            "bug": {"code": INTERNAL, "message": bug},
        }.items():
            assert (await wire.run("tiny.fail", kind=kind))["error"] == expected
        assert wire.sent == []


async def test_an_unexpected_error_reaches_the_log_but_not_the_user() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        params = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}}
        answer = await wire.ask("textDocument/hover", params)
        assert "secret" not in str(answer)
        await wire.ask("shutdown")
        wire.send("exit")
        await wire.ended()
        assert wire.sent == []
        assert "RuntimeError" in await wire.stderr()


async def test_a_change_of_a_document_that_is_not_open_is_only_logged() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        document = {"uri": URI, "version": 2}
        params = {"textDocument": document, "contentChanges": [{"text": "sk-body"}]}
        wire.send("textDocument/didChange", params)
        assert (await wire.run("tiny.trace"))["result"] == []
        wire.send("exit")
        await wire.ended()
        assert wire.sent == []
        stderr = await wire.stderr()
        assert "not open" in stderr
        assert "sk-body" not in stderr


async def test_no_body_reaches_the_log() -> None:
    async with start_wire(env={"TINY_VERBOSE": "1"}) as wire:
        await wire.initialize()
        await wire.run("tiny.echo", key="sk-body")
        document = {"uri": URI, "languageId": "markdown", "version": 1, "text": "sk-body"}
        wire.send("textDocument/didOpen", {"textDocument": document})
        wire.send("textDocument/didOpen", {"textDocument": {"text": "sk-body"}})
        await wire.ask("textDocument/codeLens", {"textDocument": "sk-body"})
        await wire.ask("shutdown")
        wire.send("exit")
        await wire.ended()
        stderr = await wire.stderr()
        assert "verbose" in stderr
        assert "sk-body" not in stderr


async def test_a_request_to_the_client_leaves_nothing_behind() -> None:
    question = {"type": 3, "message": "?", "actions": [{"title": "a"}]}
    replies: list[Any] = [
        {"error": {"code": -32601, "message": "unknown"}},
        {"result": {"wrong": "shape"}},
        {"result": None, "error": None},
        None,
    ]
    async with start_wire() as wire:
        await wire.initialize()
        for reply in replies:
            argument = {
                "method": "window/showMessageRequest",
                "params": question,
                "timeout": 0.1 if reply is None else 5,
            }
            params = {"command": "tiny.request", "arguments": [argument]}
            wire.send("workspace/executeCommand", params, id="r")
            request = await wire.get()
            if reply is not None:
                wire.put({"jsonrpc": "2.0", "id": request["id"], **reply})
            assert (await wire.answer("r"))["result"] == {"answer": None, "kept": 0}
            wire.put({"jsonrpc": "2.0", "id": request["id"], "result": None})
        assert (await wire.run("tiny.trace"))["result"] == ["answered"] * len(replies)


async def test_handled_notifications_leave_nothing_behind() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        document = {"uri": URI, "languageId": "markdown", "version": 1, "text": "a"}
        wire.send("textDocument/didOpen", {"textDocument": document})
        for n in range(2, 50):
            name = {"uri": URI, "version": n}
            params = {"textDocument": name, "contentChanges": [{"text": str(n)}]}
            wire.send("textDocument/didChange", params)
        await wire.run("tiny.echo")
        assert (await wire.run("tiny.kept"))["result"] == 1


@pytest.mark.parametrize("announced", [True, False])
async def test_text_document_content_is_advertised_to_a_client_that_has_it(
    announced: bool,
) -> None:
    async with start_wire() as wire:
        workspace = {"workspace": {"textDocumentContent": {}}} if announced else {}
        capabilities = (await wire.initialize(**workspace))["capabilities"]
        content = capabilities["workspace"].get("textDocumentContent")
        assert content == ({"schemes": ["fourfold"]} if announced else None)
        answer = await wire.ask("workspace/textDocumentContent", {"uri": "fourfold:/a"})
        assert answer["result"] == {"text": "text of fourfold:/a"}


async def test_what_tells_of_later_messages_is_taken_in_before_them() -> None:
    async with start_wire() as wire:
        await wire.initialize()
        for n, text in enumerate(("slow", "", "slow")):
            uri = f"{URI}{n}"
            document = {"uri": uri, "languageId": "markdown", "version": 1, "text": text}
            wire.send("textDocument/didOpen", {"textDocument": document})
            wire.send("textDocument/didSave", {"textDocument": {"uri": uri}, "text": text})
        trace = (await wire.run("tiny.trace"))["result"]
        opened = [f"didOpen {URI}{n}" for n in range(3)]
        assert trace == [
            opened[0],
            "didSave slow",
            opened[1],
            "didSave ",
            opened[2],
            "didSave slow",
        ]
