"""The strict client itself: it plays an editor, and notices what that editor does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from lsp.support.client import Fail, Late
from lsp.support.profiles import EMPTY, NEVER, load
from lsp.support.start import TINY, start_client

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.profiles import Profile

VSCODE = load("visual_studio_code_v1.139.1")
KATE = load("kate_v25")
NEOVIM = load("neovim_v0.11.4")
TEXT = "first\nsecond 😀 ä end\n"


@pytest.fixture
def prompt(tmp_path: Path) -> Path:
    path = tmp_path / "a b#ä.prompty"
    path.write_text(TEXT, encoding="utf-8")
    return path


async def test_every_profile_opens_edits_saves_and_closes(
    every_profile: Profile, prompt: Path
) -> None:
    async with start_client(every_profile, [prompt.parent], command=TINY) as client:
        uri = client.open(prompt)
        client.edit(uri, TEXT.replace("ä", "ää 😀"))
        assert (await client.run("tiny.text", uri=uri))["text"] == client.buffers[uri].text
        client.undo(uri)
        assert (await client.run("tiny.text", uri=uri))["text"] == TEXT
        client.write(uri, "new\n")
        assert prompt.read_text(encoding="utf-8") == "new\n"
        assert not client.buffers[uri].dirty
        assert len(await client.lenses(uri)) == 5
        await client.click(uri, "lens 3")
        client.close(uri)
        trace = await client.run("tiny.trace")
        assert "didSave new\n" in trace
        announced = every_profile.get("textDocument.synchronization.willSave", False)
        sent = announced and every_profile.habits.announces_saves
        assert ("willSave Manual" in trace) == sent


@pytest.mark.parametrize(
    ("name", "told"), [("visual_studio_code_v1.139.1", "AfterDelay"), ("neovim_v0.11.4", "Manual")]
)
async def test_only_vs_code_tells_an_automatic_save(name: str, told: str, prompt: Path) -> None:
    async with start_client(load(name), command=TINY) as client:
        client.save(client.open(prompt), types.TextDocumentSaveReason.AfterDelay)
        assert f"willSave {told}" in await client.run("tiny.trace")


REGISTRATION = {"registrations": [{"id": "1", "method": "textDocument/codeLens"}]}
WATCH: dict[str, Any] = {
    "id": "1",
    "method": "workspace/didChangeWatchedFiles",
    "registerOptions": {"watchers": [{"globPattern": "*.md"}]},
}
QUESTION = {"type": 3, "message": "?", "actions": [{"title": str(n)} for n in range(10)]}
BEGIN = {"token": "nobody", "value": {"kind": "begin", "title": "x"}}


@pytest.mark.parametrize(
    ("profile", "method", "params"),
    [
        (NEOVIM, "client/registerCapability", REGISTRATION),
        (KATE, "client/registerCapability", {"registrations": [WATCH]}),
        (NEOVIM, "workspace/codeLens/refresh", None),
        (KATE, "window/showDocument", {"uri": "file:///a"}),
        (load("ale_v3.3.0"), "window/workDoneProgress/create", {"token": "t"}),
        (KATE, "workspace/configuration", {"items": [{}]}),
        (KATE, "workspace/applyEdit", {"edit": {}}),
        (KATE, "workspace/textDocumentContent/refresh", {"uri": "fourfold:/a"}),
        (VSCODE, "workspace/textDocumentContent/refresh", {"uri": "other:/a"}),
        (VSCODE, "window/showMessageRequest", QUESTION),
        (VSCODE, "fourfold/somethingElse", {}),
    ],
)
async def test_a_request_that_the_editor_does_not_allow_is_a_violation(
    profile: Profile, method: str, params: Any
) -> None:
    async with start_client(profile, command=TINY) as client:
        client.answers.append(0)
        await client.run("tiny.request", method=method, params=params, timeout=2)
        assert client.violations
        with pytest.raises(AssertionError, match=profile.name):
            client.check()


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("$/progress", BEGIN),
        ("fourfold/versionsChanged", {}),
        (
            "textDocument/publishDiagnostics",
            {
                "uri": "{uri}",
                "diagnostics": [
                    {
                        "message": "m",
                        "range": {
                            "start": {"line": 1, "character": 0},
                            "end": {"line": 1, "character": 16},
                        },
                    }
                ],
            },
        ),
    ],
)
async def test_a_notification_that_the_editor_does_not_allow_is_a_violation(
    method: str, params: dict[str, Any], prompt: Path
) -> None:
    async with start_client(VSCODE, command=TINY) as client:
        uri = client.open(prompt)
        if "uri" in params:
            params = {**params, "uri": uri}
        await client.run("tiny.notify", method=method, params=params)
        assert client.violations
        client.violations.clear()


async def test_an_extension_gets_the_notifications_it_announced() -> None:
    profile = VSCODE.announcing(events=True)
    async with start_client(profile, command=TINY) as client:
        await client.run("tiny.notify", method="fourfold/runChanged", params={"id": "1"})
        assert await client.notified("fourfold/runChanged") == {"id": "1"}


async def test_progress_is_gathered_by_token() -> None:
    async with start_client(VSCODE, command=TINY) as client:
        assert (await client.run("tiny.progress", token="t"))["tokens"] == []
        progress = await client.progress_end()
        assert progress.title == "Working"
        assert progress.messages == ["half", "done"]
        assert progress.percentages == [0, 50]


def edit(uri: str, version: int | None, text: str, end: int = 0) -> dict[str, Any]:
    span = {"start": {"line": 0, "character": 0}, "end": {"line": end, "character": 0}}
    change = {
        "textDocument": {"uri": uri, "version": version},
        "edits": [{"range": span, "newText": text}],
    }
    return {"edit": {"documentChanges": [change]}}


async def test_an_edit_of_the_server_is_applied_and_reported_back(prompt: Path) -> None:
    async with start_client(VSCODE, command=TINY) as client:
        uri = client.open(prompt)
        params = edit(uri, 1, "new\r\n", end=1)
        answer = await client.run("tiny.request", method="workspace/applyEdit", params=params)
        assert answer["answer"]["applied"]
        await client.until(lambda: client.buffers[uri].version == 2, "the edit")
        assert client.buffers[uri].text == "new\r\nsecond 😀 ä end\n"
        assert (await client.run("tiny.text", uri=uri))["text"] == client.buffers[uri].text
        client.undo(uri)
        assert client.buffers[uri].text == TEXT


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("visual_studio_code_v1.139.1", False),
        ("neovim_v0.11.4", True),
        ("emacs_v29.1", None),
    ],
)
async def test_an_edit_for_an_older_version_is_answered_as_the_editor_does(
    name: str, answer: bool | None, prompt: Path
) -> None:
    async with start_client(load(name), command=TINY) as client:
        uri = client.open(prompt)
        client.edit(uri, "typed\n")
        params = edit(uri, 1, "new\n", end=1)
        got = (await client.run("tiny.request", method="workspace/applyEdit", params=params))[
            "answer"
        ]
        assert (got and got["applied"]) == answer
        client.violations.clear()  # Neovim does not announce documentChanges, but takes them.
        assert client.buffers[uri].text == "typed\n"


async def test_questions_are_answered_from_the_script() -> None:
    question = {"type": 3, "message": "?", "actions": [{"title": "a"}, {"title": "b"}]}
    async with start_client(VSCODE, command=TINY) as client:

        async def ask(answer: Any, **more: Any) -> Any:
            client.answers.append(answer)
            method = "window/showMessageRequest"
            got = await client.run("tiny.request", method=method, params=question, **more)
            assert got["kept"] == 0
            return got["answer"]

        assert (await ask("b"))["title"] == "b"
        assert (await ask(0))["title"] == "a"
        assert (await ask(lambda params: params.actions[1].title))["title"] == "b"
        assert (await ask(Late(0.01, "a")))["title"] == "a"
        for nothing in (None, EMPTY, Fail()):
            assert await ask(nothing) is None
        for silence in (NEVER, Late(5, "a")):
            assert await ask(silence, timeout=0.05) is None


async def test_other_requests_can_be_made_to_go_wrong(prompt: Path) -> None:
    async with start_client(VSCODE, command=TINY) as client:
        uri = client.open(prompt)
        method, params = "workspace/applyEdit", edit(uri, 1, "new\n")

        async def apply(script: Any) -> Any:
            client.scripts[method] = script
            got = await client.run("tiny.request", method=method, params=params, timeout=0.1)
            return got["answer"]

        assert (await apply({"applied": True}))["applied"]
        assert await apply(Fail()) is None
        assert await apply(NEVER) is None
        assert client.buffers[uri].text == TEXT


async def test_a_document_of_the_server_is_read_where_the_editor_can() -> None:
    async with start_client(VSCODE, command=TINY) as client:
        assert await client.read("fourfold:/a") == "text of fourfold:/a"
    async with start_client(KATE, command=TINY) as client:
        assert client.content_schemes == []


async def test_an_action_is_taken_with_its_command(prompt: Path) -> None:
    async with start_client(VSCODE, command=TINY) as client:
        uri = client.open(prompt)
        assert (await client.act(uri, "Echo"))["arguments"] == {"uri": uri}
        assert await client.act(uri, "Replace") is None
        assert client.buffers[uri].text.startswith("1st\n")


async def test_a_renamed_file_stays_open(prompt: Path) -> None:
    async with start_client(VSCODE, command=TINY) as client:
        uri = client.open(prompt)
        client.edit(uri, "unsaved\n")
        new = client.rename(uri, prompt.with_name("sub") / "b.prompty")
        assert client.buffers[new].dirty
        assert (await client.run("tiny.text", uri=new))["text"] == "unsaved\n"
        trace = await client.run("tiny.trace")
        assert trace[-3:] == ["didClose", f"didOpen {new}", f"didRename {new}"]


async def test_the_servers_end_is_noticed() -> None:
    with pytest.raises(AssertionError, match="code 1"):  # noqa: PT012
        async with start_client(VSCODE, command=TINY) as client:
            client.exit(None)
            with pytest.raises(AssertionError, match="ended"):
                await client.until(lambda: False, "nothing")
