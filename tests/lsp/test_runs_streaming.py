"""Documents that follow a response while it arrives, in every kind of editor."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from lsp.support.profiles import NEVER, load
from lsp.support.session import KATE, NEOVIM, VSCODE, session
from support.scripted_model import Gate, tokens

if TYPE_CHECKING:
    from lsp.support.profiles import Profile
    from lsp.support.session import Session

SUBLIME = load("sublime_text_lsp_v2.13.0")


async def documents(s: Session, run: dict[str, object]) -> tuple[str, str]:
    """The URIs of the run's and the response's document."""
    compared = await s.client.run("fourfold.compareVersions", uri=s.uri)
    (response,) = {
        side
        for pair in compared["pairs"]
        for side in (pair["left"], pair["right"])
        if f"response/greet.v{run['version']}" in side
    }
    return str(run["uri"]), response


async def follows(s: Session, uri: str, text: str) -> None:
    """Waits until the document has the text, reading it only when told that it changed."""
    if uri.startswith("file:"):
        # A file has no notification; each answer of the server is a chance to look again.
        for _ in range(2000):
            if text in s.client.text_of(uri):
                return
            await s.client.lenses(s.uri)
    seen = -1
    while text not in await s.text(uri):
        seen = s.client.content_refreshes[uri]
        await s.client.until(lambda: s.client.content_refreshes[uri] > seen, f"{text} in {uri}")  # noqa: B023


@pytest.mark.parametrize("profile", [VSCODE, SUBLIME, NEOVIM, KATE], ids=lambda p: p.name)
async def test_documents_follow_a_response(tmp_path: Path, profile: Profile) -> None:
    gate = Gate()
    async with session(tmp_path, tokens(*"abcdefgh", gate=gate), profile=profile) as s:
        await s.save("two\n")
        (run,) = await s.run()
        uris = await documents(s, run)
        for uri in uris:
            await s.text(uri)
        for count in (3, 5):
            gate.release(count - 1 if count == 3 else 2)
            for uri in uris:
                await follows(s, uri, "abcdefgh"[: count - 1])
        gate.open()
        await s.client.progress_end()
        for uri in uris:
            await follows(s, uri, "abcdefgh")
        if profile in (NEOVIM, KATE):
            for uri in uris:
                path = Path(types_path(uri))
                assert path.is_relative_to(s.folder / ".fourfold" / "view")
                assert not path.stat().st_mode & 0o222


def types_path(uri: str) -> str:
    from pygls.uris import to_fs_path

    path = to_fs_path(uri)
    assert path is not None
    return path


async def test_refreshes_are_throttled(tmp_path: Path) -> None:
    gate = Gate()
    async with session(tmp_path, tokens(*["x "] * 400, gate=gate)) as s:
        (run,) = await s.run()
        await s.text(run["uri"])
        for _ in range(40):
            gate.release(10)
            await s.client.lenses(s.uri)
        gate.open()
        ended = await s.ended()
        refreshes = s.client.content_refreshes[run["uri"]]
        assert refreshes <= ended["durationMs"] / 250 + 3


async def test_an_editor_that_reads_slowly_is_told_of_one_change_at_a_time(tmp_path: Path) -> None:
    gate = Gate()
    async with session(tmp_path, tokens(*["x "] * 200, gate=gate)) as s:
        (run,) = await s.run()
        uri = run["uri"]
        await s.text(uri)
        for count in range(1, 4):
            gate.release(10)
            await s.client.until(lambda: s.client.content_refreshes[uri] == count, "a refresh")  # noqa: B023
            gate.release(10)
            await asyncio.sleep(0.6)  # it takes its time
            assert s.client.content_refreshes[uri] == count
            await s.text(uri)
        gate.open()
        await s.ended()
        await follows(s, uri, "x " * 200)


async def test_an_editor_that_passes_over_a_change_is_told_again(tmp_path: Path) -> None:
    gate = Gate()
    async with session(tmp_path, tokens("a", gate=gate)) as s:
        (run,) = await s.run()
        uri = run["uri"]
        await s.text(uri)
        gate.open()
        await s.ended()
        before = s.client.content_refreshes[uri]
        await s.client.until(lambda: s.client.content_refreshes[uri] > before + 1, "once more")
        assert "succeeded" in await s.text(uri)


async def test_an_editor_that_never_answers_a_refresh_is_told_all_the_same(tmp_path: Path) -> None:
    gate = Gate()
    method = types.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH
    async with session(tmp_path, tokens(*"abcd", gate=gate)) as s:
        s.client.scripts[method] = NEVER
        (run,) = await s.run()
        await s.model.exchange()
        await s.text(run["uri"])
        for count in range(1, 5):
            seen = len(s.client.all_of(method))
            gate.release()
            async with asyncio.timeout(8):
                while len(s.client.all_of(method)) == seen:
                    await s.versions()
            assert "abcd"[:count] in await s.text(run["uri"])
        gate.open()
        del s.client.scripts[method]
        await s.ended()


async def test_nobody_is_told_of_documents_that_nobody_reads(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("a", "b")) as s:
        await s.run_to_end()
        assert not s.client.content_refreshes


@pytest.mark.parametrize("profile", [VSCODE, NEOVIM, KATE], ids=lambda p: p.name)
async def test_a_document_is_opened_as_this_editor_can(tmp_path: Path, profile: Profile) -> None:
    async with session(tmp_path, tokens("Hello"), profile=profile) as s:
        await s.run_to_end()
        shown = await s.client.run("fourfold.showRun", uri=s.uri)
        if profile.get("window.showDocument.support"):
            method = types.WINDOW_SHOW_DOCUMENT
            assert (await s.client.notified(method)).uri == shown["uri"]
        else:
            path = types_path(shown["uri"])
            method = types.WINDOW_SHOW_MESSAGE
            await s.client.notified(method, lambda params: path in params.message)
            assert Path(path).is_file()
        assert "Hello" in await s.text(shown["uri"])


async def test_an_editor_that_cannot_open_it_after_all_is_told_the_path(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hello"), profile=NEOVIM) as s:
        s.client.scripts[types.WINDOW_SHOW_DOCUMENT] = types.ShowDocumentResult(success=False)
        await s.run_to_end()
        shown = await s.client.run("fourfold.showRun", uri=s.uri)
        path = types_path(shown["uri"])
        await s.client.notified(types.WINDOW_SHOW_MESSAGE, lambda params: path in params.message)
