"""The server of the board, asked as a browser, a program and another site would ask it."""

from __future__ import annotations

import http.client
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from fourfold.app.commands.boards import (
    BoardAction,
    CancelAction,
    KeepInputsAction,
    MakeCurrentAction,
    RateAction,
    RunAction,
    RunTestsAction,
    StopTestsAction,
)
from fourfold.errors import FourfoldError
from fourfold.web.server import BoardServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.app.answers.board import RunPage

JSON = {"Content-Type": "application/json"}
RUN = json.dumps({"action": "run", "versions": [1, 2]})


class Browser:
    """What a browser sends, and what it keeps."""

    def __init__(self, server: BoardServer) -> None:
        self.host = urlsplit(server.new_address()).netloc
        self.cookie = ""

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: str | bytes | None = None,
        **fields: str,
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self.host, timeout=30)
        headers = {"Cookie": self.cookie} if self.cookie else {}
        headers |= {name.replace("_", "-"): value for name, value in fields.items()}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        if found := answer.headers.get("Set-Cookie"):
            self.cookie = found.partition(";")[0]
        return answer

    def let_in(self, server: BoardServer) -> None:
        address = urlsplit(server.new_address())
        answer = self.ask(f"/?{address.query}")
        assert answer.status == 200
        assert answer.headers["Set-Cookie"].endswith("; HttpOnly; SameSite=Strict; Path=/")

    def act(self, body: str, **fields: str) -> tuple[int, str]:
        answer = self.ask("/act", "POST", body, **{"Content_Type": "application/json"} | fields)
        return answer.status, answer.read().decode()


@contextmanager
def serving(refusal: str = "") -> Iterator[tuple[BoardServer, list[BoardAction]]]:
    done: list[BoardAction] = []

    def act(action: BoardAction) -> None:
        if refusal:
            raise FourfoldError(refusal)
        done.append(action)

    def read_run(run: str) -> RunPage:
        raise FourfoldError(f"There is no run {run}.")

    with BoardServer("A <board>", act, read_run) as server:
        server.publish({"step": "a", "current": 1})
        yield server, done


def event(answer: http.client.HTTPResponse) -> tuple[str, Any]:
    """The next event of a stream."""
    name = answer.readline().decode().removeprefix("event: ").strip()
    data = json.loads(answer.readline().decode().removeprefix("data: "))
    assert answer.readline() == b"\n"
    return name, data


PATHS = ["/", "/board.js", "/board.css", "/events", "/run?id=0a", "/nothing"]


@pytest.mark.parametrize("path", PATHS)
def test_without_a_cookie_nothing_is_answered(path: str) -> None:
    with serving() as (server, done):
        stranger = Browser(server)
        for query in ("", "?token=", "?token=wrong", "?token=%C3%A9", "?token=%FF"):
            assert stranger.ask(path + query).status == 401
        stranger.cookie = f"fourfold-{stranger.host.partition(':')[2]}=wrong"
        assert stranger.ask(path).status == 401
        assert stranger.act(RUN) == (401, "Unauthorized")
        assert done == []


def test_a_token_lets_in_once() -> None:
    with serving() as (server, _):
        path = "/?" + urlsplit(server.new_address()).query
        first, second = Browser(server), Browser(server)
        assert first.ask(path).status == 200
        assert second.ask(path).status == 401
        assert first.ask("/").status == 200
        assert "A &lt;board&gt;" in first.ask("/").read().decode()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "navigate"}, 403),
        (
            {
                "Sec_Fetch_Site": "cross-site",
                "Sec_Fetch_Mode": "navigate",
                "Sec_Fetch_Dest": "iframe",
            },
            403,
        ),
    ],
)
def test_another_site_is_refused_even_with_the_cookie(fields: dict[str, str], status: int) -> None:
    with serving() as (server, done):
        browser = Browser(server)
        browser.let_in(server)
        for path in PATHS:
            assert browser.ask(path, **fields).status == status
        assert browser.act(RUN, **fields)[0] == status
        assert done == []


def test_a_link_from_elsewhere_may_lead_to_the_page() -> None:
    with serving() as (server, _):
        browser = Browser(server)
        path = "/?" + urlsplit(server.new_address()).query
        link = {
            "Sec_Fetch_Site": "cross-site",
            "Sec_Fetch_Mode": "navigate",
            "Sec_Fetch_Dest": "document",
        }
        assert browser.ask(path, **link).status == 200


def test_each_answer_is_for_this_page_alone() -> None:
    with serving() as (server, _):
        browser = Browser(server)
        browser.let_in(server)
        for path in PATHS:
            headers = browser.ask(path).headers
            assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "no-store"
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("body", "action"),
    [
        (RUN, RunAction(versions=[1, 2])),
        (
            '{"action": "run", "versions": [1], "inputs": {"a": [1, null]}}',
            RunAction(versions=[1], inputs={"a": [1, None]}),
        ),
        ('{"action": "cancel", "runs": ["0a"]}', CancelAction(runs=["0a"])),
        ('{"action": "makeCurrent", "version": 3}', MakeCurrentAction(version=3)),
        (
            '{"action": "rate", "run": "0a", "rating": -1, "note": "no"}',
            RateAction(run="0a", rating=-1, note="no"),
        ),
        ('{"action": "test", "maxCalls": 20}', RunTestsAction(max_calls=20)),
        ('{"action": "stopTests"}', StopTestsAction()),
        (
            '{"action": "keepInputs", "name": "a", "inputs": {"b": "c"}}',
            KeepInputsAction(name="a", inputs={"b": "c"}),
        ),
    ],
)
def test_the_page_can_have_things_done(body: str, action: BoardAction) -> None:
    with serving() as (server, done):
        browser = Browser(server)
        browser.let_in(server)
        assert browser.act(body, Origin=f"http://{browser.host}") == (200, "")
        assert done == [action]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"action": "run"}',
        '{"action": "run", "versions": []}',
        '{"action": "run", "versions": ["1"]}',
        '{"action": "run", "versions": [true]}',
        '{"action": "makeCurrent", "version": true}',
        '{"action": "makeCurrent", "version": 1.5}',
        '{"action": "cancel", "runs": [1]}',
        '{"action": "delete"}',
        '{"action": "stopTests", "all": true}',
        '{"action": "test", "maxCalls": 0}',
        '{"action": "rate", "run": "0a", "rating": 2}',
        '{"action": "keepInputs", "name": "", "inputs": {}}',
        "[" * 50_000,
        "\ud83d".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_what_there_is_not_to_ask_for_is_refused(body: str) -> None:
    with serving() as (server, done):
        browser = Browser(server)
        browser.let_in(server)
        assert browser.act(body)[0] == 409
        assert done == []


def test_only_json_of_a_sane_length_is_read() -> None:
    with serving() as (server, done):
        browser = Browser(server)
        browser.let_in(server)
        assert browser.act(RUN, Content_Type="text/plain")[0] == 415
        assert browser.act(RUN, Content_Length="-1")[0] == 413
        assert browser.act(RUN, Content_Length="99999999999")[0] == 413
        assert done == []


def test_what_cannot_be_done_is_said_in_a_sentence() -> None:
    with serving("There is no model; choose one.") as (server, _):
        browser = Browser(server)
        browser.let_in(server)
        status, body = browser.act(RUN)
        assert (status, json.loads(body)["message"]) == (409, "There is no model; choose one.")


def test_a_run_that_is_not_there_is_said_in_a_sentence() -> None:
    with serving() as (server, _):
        browser = Browser(server)
        browser.let_in(server)
        answer = browser.ask("/run?id=0a")
        assert (answer.status, answer.read()) == (404, b"There is no run 0a.")


def test_a_page_is_told_what_changes_and_nothing_else() -> None:
    with serving() as (server, _):
        browser = Browser(server)
        browser.let_in(server)
        stream = browser.ask("/events")
        assert event(stream) == ("board", {"step": "a", "current": 1})
        server.publish({"step": "a", "current": 1})
        server.publish({"step": "a", "current": 2})
        assert event(stream) == ("board", {"current": 2})
        server.tell("Hello")
        assert event(stream) == ("told", "Hello")
        later = browser.ask("/events")
        assert event(later) == ("board", {"step": "a", "current": 2})
        server.close()
        assert stream.read() == b""


def test_many_pages_and_one_that_never_reads_hold_up_nothing() -> None:
    with serving() as (server, _):
        browser = Browser(server)
        browser.let_in(server)
        streams = [browser.ask("/events") for _ in range(20)]
        for number in range(3000):
            server.publish({"step": "a", "current": number, "text": "x" * 1000})
        assert event(streams[0])[0] == "board"
        assert browser.ask("/").status == 200
