"""What everybody does every day, in every editor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from lsp.support.profiles import EDITORS, load
from lsp.support.prompt import open_prompt

if TYPE_CHECKING:
    from pathlib import Path

PROFILES = [*EDITORS, "emacs_eglot_v1.9", "ale_v3.3.0"]
LENSES = ["▶ Run", "▶▶ Run all 4", "⇄ Compare"]


@pytest.mark.parametrize("name", PROFILES)
async def test_from_the_first_version_to_an_older_one_and_back(name: str, tmp_path: Path) -> None:
    profile = load(name)
    async with open_prompt(profile, tmp_path, "text 1\n") as prompt:
        client, uri = prompt.client, prompt.uri
        assert await prompt.titles() == ["v1 · current ▾", "▶ Run"]
        assert "v1 is current" in await client.hover(uri)

        await prompt.save("text 2\n", "text 3\n", "text 4\n", "text 5\n")
        assert await prompt.titles() == ["v5 of v2–v5 · current ▾", *LENSES]
        assert await prompt.state() == "v2 v3 v4 v5*"

        client.edit(uri, "text 5 and more\n")
        assert await prompt.titles() == ["v5 + unsaved", *LENSES]
        client.undo(uri)
        assert await prompt.titles() == ["v5 of v2–v5 · current ▾", *LENSES]

        table = await client.hover(uri)
        links = dict(re.findall(r"\[(v\d)\]\(([^)]+)\)", table))
        formats = profile.get("textDocument.hover.contentFormat") or []
        assert list(links) == (["v5", "v4", "v3", "v2"] if "markdown" in formats else [])
        for label, link in links.items():
            shown = client.text_of(link) if link.startswith("file:") else await client.read(link)
            assert shown == f"text {label[1]}\n"
        assert await client.hover(uri, line=1) == ""

        titles = [action.title for action in await client.actions(uri)]
        assert set(await prompt.titles()) <= set(titles)
        for number in (2, 3, 4):
            assert [t for t in titles if t.startswith(f"Make v{number} current")], titles

        await client.act(uri, "Make v3 current")
        assert prompt.disk == "text 3\n"
        if profile.get("workspace.applyEdit"):
            await client.until(lambda: prompt.buffer == "text 3\n", "the edit")
            assert not prompt.told
        else:
            assert any("reload the file" in message for message in prompt.told)
            client.edit(uri, prompt.disk)
        assert await prompt.titles() == ["v3 of v2–v5 · current ▾", *LENSES]
        assert await prompt.state() == "v2 v3* v4 v5"

        client.undo(uri)
        assert prompt.buffer == "text 5\n"
        assert (await prompt.titles())[0] == "v3 + unsaved"
        client.edit(uri, "text 3\n")

        listed = await prompt.run("undo")
        assert listed["current"] == 5
        assert prompt.disk == "text 5\n"
        if profile.get("workspace.applyEdit"):
            await client.until(lambda: prompt.buffer == "text 5\n", "the edit")
