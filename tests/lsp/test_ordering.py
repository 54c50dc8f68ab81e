"""Messages that come in bursts, pipelined, or are cancelled."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp.support.prompt import open_prompt
from lsp.support.start import SERVE
from lsp.support.wire import start_wire

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.profiles import Profile


async def test_a_burst_of_saves_ends_with_the_last_text(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        for n in range(200):
            prompt.client.write(prompt.uri, f"{'typed ' * (n % 7)}{n}\n")
        listed = await prompt.listed()
        (current,) = (version for version in listed["versions"] if version["current"])
        assert (await prompt.client.read(current["uri"])).split()[-1] == "199"
        assert prompt.disk.split()[-1] == "199"
        assert len(listed["versions"]) == 4
        assert "+ unsaved" not in (await prompt.titles())[0]
        refreshes = prompt.client.refreshes["workspace/codeLens/refresh"]
        assert refreshes < 50, "one refresh stands for many changes"


async def test_requests_see_what_came_before_them(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        client, uri = prompt.client, prompt.uri
        answers = []
        for n in range(2, 12):
            client.write(uri, f"{n}\n")
            answers.append(
                asyncio.gather(
                    prompt.titles(), client.actions(uri), prompt.listed(), client.hover(uri)
                )
            )
        for n, answer in enumerate(await asyncio.gather(*answers), 2):
            titles, actions, listed, hover = answer
            # Later saves may be in it already, earlier ones must.
            assert int(titles[0].split()[0][1:]) >= n
            assert int(actions[0].title.split()[0][1:]) >= n
            assert listed["current"] >= n
            assert f"v{n}" in hover or listed["current"] > n
        client.edit(uri, "typed\n")
        titles, _ = await asyncio.gather(prompt.titles(), client.hover(uri))
        assert titles[0] == "v11 + unsaved"


async def test_a_lens_can_be_cancelled(vscode: Profile, tmp_path: Path) -> None:
    async with open_prompt(vscode, tmp_path) as prompt:
        client = prompt.client
        params = types.CodeLensParams(types.TextDocumentIdentifier(prompt.uri))
        client.write(prompt.uri, "two\n")
        lens = client.protocol.send_request("textDocument/codeLens", params, msg_id="lens")
        client.cancel_request(types.CancelParams("lens"))
        try:
            lenses = await asyncio.wait_for(asyncio.wrap_future(lens), 5)
            assert lenses
        except JsonRpcException as error:
            assert error.code == types.LSPErrorCodes.RequestCancelled  # noqa: PT017
        assert await prompt.state() == "v1 v2*"


async def test_messages_sent_in_one_go_are_taken_in_order(tmp_path: Path) -> None:
    path = tmp_path / "prompts" / "greet.md"
    path.parent.mkdir()
    path.write_text("one\n", encoding="utf-8")
    uri = path.as_uri()
    name = {"uri": uri}
    async with start_wire(SERVE) as wire:
        folders = [{"uri": tmp_path.as_uri(), "name": "work"}]
        wire.send(
            "initialize",
            {"processId": None, "capabilities": {}, "rootUri": None, "workspaceFolders": folders},
            id=1,
        )
        wire.send("initialized", {})
        item = {**name, "languageId": "markdown", "version": 1, "text": "one\n"}
        wire.send("textDocument/didOpen", {"textDocument": item})
        change = [{"text": "two\n"}]
        document = {**name, "version": 2}
        wire.send("textDocument/didChange", {"textDocument": document, "contentChanges": change})
        path.write_text("two\n", encoding="utf-8")
        wire.send("textDocument/didSave", {"textDocument": name})
        wire.send("textDocument/codeLens", {"textDocument": name}, id=2)
        command = {"command": "fourfold.listVersions", "arguments": [name]}
        wire.send("workspace/executeCommand", command, id=3)
        wire.send("shutdown", id=4)
        wire.send("exit")
        lenses = (await wire.answer(2))["result"]
        listed = (await wire.answer(3))["result"]
        assert "· current ▾" in lenses[0]["command"]["title"]
        assert listed["versions"][0]["label"] == lenses[0]["command"]["title"].split()[0]
        assert (await wire.answer(4))["result"] is None
        assert await wire.ended() == 0


@pytest.mark.parametrize(
    ("method", "more"),
    [
        ("textDocument/codeLens", {}),
        ("textDocument/hover", {"position": {"line": 0, "character": 0}}),
    ],
)
async def test_a_document_that_is_not_open_has_nothing_to_show(
    method: str, more: object, vscode: Profile, tmp_path: Path
) -> None:
    async with start_wire(SERVE) as wire:
        await wire.initialize()
        assert isinstance(more, dict)
        answer = await wire.ask(method, {"textDocument": {"uri": tmp_path.as_uri()}, **more})
        assert answer["result"] is None
