"""fourfold.openBoard: for a client that renders boards, and for all others in the browser."""

from __future__ import annotations

import asyncio
import http.client
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp.support.session import NEOVIM, VSCODE, session
from support.scripted_model import tokens

if TYPE_CHECKING:
    from pathlib import Path


class Page:
    """The page of a board, as a browser has it."""

    def __init__(self, address: str) -> None:
        url = urlsplit(address)
        self.host = url.netloc
        answer = self._ask("GET", f"/?{url.query}", cookie="")
        assert (answer.status, answer.read()[:15]) == (200, b"<!doctype html>")
        self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        self.board: dict[str, Any] = {}
        self.stream = self._ask("GET", "/events")

    def _ask(
        self, method: str, path: str, body: str | None = None, cookie: str | None = None
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self.host, timeout=20)
        headers = {"Cookie": self.cookie if cookie is None else cookie}
        if body:
            headers["Content-Type"] = "application/json"
        connection.request(method, path, body, headers)
        return connection.getresponse()

    def act(self, **action: Any) -> tuple[int, str]:
        answer = self._ask("POST", "/act", json.dumps(action))
        return answer.status, answer.read().decode()

    def until(self, accept: Any) -> dict[str, Any]:
        """The board, once it is as wanted."""
        while not (self.board and accept(self.board)):
            name, data = self.stream.readline(), self.stream.readline()
            assert (name, self.stream.readline()) == (b"event: board\n", b"\n")
            self.board |= json.loads(data.removeprefix(b"data: "))
        return self.board


def answers(board: dict[str, Any]) -> list[str]:
    return [arm["runs"][0]["response"] if arm["runs"] else "" for arm in board["arms"]]


async def test_a_client_that_renders_boards_gets_the_board(tmp_path: Path) -> None:
    profile = VSCODE.announcing(rendersBoards=True)
    async with session(tmp_path, tokens("Hello", " Ada"), profile=profile) as s:
        await s.save("Greet Bob.\n")
        await s.run()
        await s.ended()
        board = await s.client.run("fourfold.openBoard", uri=s.uri)
        assert [arm["text"] for arm in board["arms"]] == ["Greet Ada.\n", "Greet Bob.\n"]
        assert answers(board) == ["", "Hello Ada"]
        assert (board["uri"], board["current"], board["title"]) == (s.uri, 2, "Greet")
        with pytest.raises(JsonRpcException, match="no test report 0"):
            await s.client.run("fourfold.openBoard", uri=s.uri, id="0")
        assert not [m for m in s.client.received if m == types.WINDOW_SHOW_DOCUMENT]


async def test_all_others_get_a_page_that_follows_and_runs(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hello", " Ada"), profile=NEOVIM) as s:
        await s.save("Greet Bob.\n")
        await s.client.act(s.uri, "▦ Open board")
        shown = await s.client.notified(types.WINDOW_SHOW_DOCUMENT)
        assert shown.external is True
        page = await asyncio.to_thread(Page, shown.uri)
        assert answers(await asyncio.to_thread(page.until, bool)) == ["", ""]

        assert await asyncio.to_thread(lambda: page.act(action="run", versions=[1, 2])) == (200, "")
        whole = await asyncio.to_thread(
            page.until, lambda board: answers(board) == ["Hello Ada", "Hello Ada"]
        )
        assert whole["current"] == 2

        asked = asyncio.to_thread(lambda: page.act(action="makeCurrent", version=1))
        assert await asked == (200, "")
        await s.client.until(lambda: s.client.text_of(s.uri) == "Greet Ada.\n", "the edit")
        s.client.save(s.uri)
        await asyncio.to_thread(page.until, lambda board: board["current"] == 1)

        status, sentence = await asyncio.to_thread(lambda: page.act(action="run", versions=[7]))
        assert (status, "no v7" in sentence) == (409, True)
        again = await s.client.run("fourfold.openBoard", uri=s.uri)
        assert urlsplit(again["uri"]).netloc == page.host
        assert again["uri"] != shown.uri


async def test_what_a_page_asks_for_is_passed_on(tmp_path: Path) -> None:
    profile = VSCODE.announcing(rendersBoards=True)
    async with session(tmp_path, tokens("Hello"), profile=profile) as s:
        await s.save("Greet Bob.\n")

        async def act(**action: Any) -> dict[str, Any]:
            answer = await s.client.run("fourfold.actOnBoard", uri=s.uri, action=action)
            return dict(answer)

        begun = await act(action="run", versions=[1, 2])
        assert [run["version"] for run in begun["runs"]] == [1, 2]
        await s.ended()
        page = await s.client.run("fourfold.openRun", uri=s.uri, run=begun["runs"][0]["id"])
        assert (page["run"]["response"], page["version"]["label"]) == ("Hello", "v1")
        assert page["run"]["messages"] == [{"role": "user", "content": "Greet Ada.\n"}]
        newest = await s.client.run("fourfold.openRun", uri=s.uri)
        assert newest["run"]["id"] == begun["runs"][1]["id"]

        assert await act(action="rate", run=page["run"]["id"], rating=1) == {"runs": []}
        board = await s.client.run("fourfold.openBoard", uri=s.uri)
        assert board["arms"][0]["runs"][0]["ratings"][0]["rating"] == 1
        for wrong in (
            {"action": "run", "versions": [7]},
            {"action": "run", "versions": [1], "inputs": {"unknown": 1}},
            {"action": "test", "maxCalls": 1},
            {"action": "delete"},
            {"action": "run"},
        ):
            with pytest.raises(JsonRpcException):
                await act(**wrong)
        with pytest.raises(JsonRpcException, match="no run nothing"):
            await s.client.run("fourfold.openRun", uri=s.uri, run="nothing")


async def test_a_page_stays_on_its_report_until_it_goes_on_from_there(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hello"), profile=NEOVIM) as s:
        tests = s.folder / "prompts" / "greet.tests.json"
        tests.write_text('[{"assert": [{"type": "contains", "value": "Hello"}]}]')
        ids = []
        for _ in range(2):
            ids.append((await s.client.run("fourfold.runTests", uri=s.uri))["id"])
            count = len(ids)
            await s.client.until(
                lambda: len([one for one in s.told() if one.startswith("greet: ")]) >= count,  # noqa: B023
                "the end of the tests",
            )

        def shows(report: str) -> Any:
            return lambda board: board["report"]["id"] == report

        report = (await s.client.run("fourfold.showTestReport", uri=s.uri, id=ids[0]))["uri"]
        opened = await s.client.click(report, "▦ Open board")
        older = await asyncio.to_thread(Page, opened["uri"])
        await asyncio.to_thread(older.until, shows(ids[0]))
        await s.save("Greet Bob.\n")
        both = await asyncio.to_thread(older.until, lambda board: len(board["arms"]) == 2)
        assert both["report"]["id"] == ids[0]
        assert await asyncio.to_thread(lambda: older.act(action="test", maxCalls=4)) == (200, "")
        await asyncio.to_thread(older.until, lambda board: board["report"]["id"] not in ids)


async def test_an_answer_that_several_tests_share_is_there_for_each(tmp_path: Path) -> None:
    profile = VSCODE.announcing(rendersBoards=True)
    async with session(tmp_path, tokens("Hello"), profile=profile) as s:
        tests = [
            {"description": word, "assert": [{"type": "contains", "value": word}]}
            for word in ("Hello", "Goodbye")
        ]
        (s.folder / "prompts" / "greet.tests.json").write_text(json.dumps(tests))
        await s.client.run("fourfold.runTests", uri=s.uri)
        await s.client.until(lambda: any("greet: " in one for one in s.told()), "the end")
        assert len(s.model.requests) == 1
        board = await s.client.run("fourfold.openBoard", uri=s.uri)
        shown = {one["test"]: one["response"] for one in board["results"]}
        assert shown == {"Hello": "Hello", "Goodbye": "Hello"}
        counted = {one["name"]: one["arms"][0]["passed"] for one in board["report"]["tests"]}
        assert counted == {"Hello": 1, "Goodbye": 0}


async def test_a_page_ends_with_the_server(tmp_path: Path) -> None:
    async with session(tmp_path, profile=NEOVIM) as s:
        answer = await s.client.run("fourfold.openBoard", uri=s.uri)
        page = await asyncio.to_thread(Page, answer["uri"])
        await asyncio.to_thread(page.until, bool)
    assert await asyncio.to_thread(page.stream.read) == b""


async def test_a_run_is_rated(tmp_path: Path) -> None:
    profile = VSCODE.announcing(rendersBoards=True)
    async with session(tmp_path, tokens("Hello"), profile=profile) as s:
        run = await s.run_to_end()
        given = {"uri": s.uri, "run": run["id"], "rating": -1, "note": "Too short."}
        answer = await s.client.run("fourfold.rate", **given)
        assert answer == {"run": run["id"], "rating": -1, "note": "Too short."}
        board = await s.client.run("fourfold.openBoard", uri=s.uri)
        (rating,) = board["arms"][0]["runs"][0]["ratings"]
        assert (rating["rating"], rating["note"]) == (-1, "Too short.")
        (version,) = (await s.versions())["versions"]
        assert (version["good"], version["bad"]) == (0, 1)
        for wrong in ({"run": "nothing"}, {"rating": 2}, {"rating": True}, {"note": 1}):
            with pytest.raises(JsonRpcException):
                await s.client.run("fourfold.rate", **{**given, **wrong})
        await s.client.run("fourfold.rate", uri=s.uri, run=run["id"], rating=0)
        board = await s.client.run("fourfold.openBoard", uri=s.uri)
        assert board["arms"][0]["runs"][0]["ratings"] == []
