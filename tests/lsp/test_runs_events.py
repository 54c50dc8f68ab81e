"""Notifications of Fourfold's own, for a client that announced that it wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsp.support.session import KATE, VSCODE, session
from lsp.support.shapes import check_run, check_versions
from support.scripted_model import Gate, tokens

if TYPE_CHECKING:
    from pathlib import Path


async def test_changes_of_versions_and_runs_are_told(tmp_path: Path) -> None:
    profile = VSCODE.announcing(events=True)
    gate = Gate()
    async with session(tmp_path, tokens("Hello", gate=gate), profile=profile) as s:
        await s.save("two\n")
        told = await s.client.notified(
            "fourfold/versionsChanged", lambda params: params["current"] == 2
        )
        assert check_versions(told) == await s.versions()
        assert told["uri"] == s.uri
        (run,) = await s.run()
        gate.open()
        ended = await s.client.notified(
            "fourfold/runChanged", lambda params: params["status"] == "succeeded"
        )
        assert check_run(ended)["id"] == run["id"]
        statuses = [one["status"] for one in s.client.all_of("fourfold/runChanged")]
        assert list(dict.fromkeys(statuses)) == ["queued", "running", "succeeded"]
        assert ended == (await s.ended())
        await s.client.notified(
            "fourfold/versionsChanged",
            lambda params: (params["versions"][0]["lastRun"] or {}).get("status") == "succeeded",
        )


async def test_a_run_that_is_told_of_can_be_read_in_every_editor(tmp_path: Path) -> None:
    profile = KATE.announcing(events=True)
    async with session(tmp_path, tokens("Hello"), profile=profile) as s:
        await s.run()
        first = await s.client.notified("fourfold/runChanged")
        assert "greet" in await s.text(first["uri"])
        await s.ended()


async def test_nothing_of_ours_is_sent_unasked(tmp_path: Path) -> None:
    for profile in (VSCODE, VSCODE.announcing(events=False), VSCODE.announcing(events="yes")):
        async with session(tmp_path / str(id(profile)), tokens("Hello"), profile=profile) as s:
            await s.save("two\n")
            await s.run_to_end()
            assert not [name for name, _ in s.client.received if name.startswith("fourfold/")]
