"""The history of a prompt where editors show it: in the hover, and as a document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from lsp.support.profiles import load
from lsp.support.prompt import open_prompt

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "---\nname: greet\nmodel: {id: small}\n---\nuser:\n"


@pytest.mark.parametrize("name", ["neovim_v0.11.4", "zed_v0.15x", "ale_v3.3.0"])
async def test_the_hover_fits_a_terminal_and_answers_on_all_of_the_front_matter(
    name: str, tmp_path: Path
) -> None:
    async with open_prompt(load(name), tmp_path, f"{HEAD}one\n", "greet.prompty") as prompt:
        await prompt.save(*(f"{HEAD}{word}\n" for word in ("two", "three", "four", "five")))
        await prompt.run("nameVersion", version=3, name="short and polite")
        text = await prompt.client.hover(prompt.uri)
        shown = text.partition("\n\n[")[0].splitlines()
        assert max(map(len, shown)) <= 80
        assert not re.search(r"\S {2,}\S", text)
        items = [line for line in shown if line.startswith("- ")]
        assert [item[2:4] for item in items] == ["v5", "v4", "v3", "v2"]
        assert items[0].startswith("- v5 current · +1 −1 · saved 20")
        assert "“short and polite”" in items[2]
        links = re.findall(r"^\[(v\d)\]\([^)]+\)$", text, re.MULTILINE)
        assert links == ([] if name.startswith("ale") else ["v5", "v4", "v3", "v2"])
        for line in (1, 2, 3):
            assert await prompt.client.hover(prompt.uri, line, 3) == text
        for line in (4, 5, 6):
            assert await prompt.client.hover(prompt.uri, line) == ""
        prompt.client.edit(prompt.uri, "---\nnot closed: 1\n")
        assert "v5 is current" in await prompt.client.hover(prompt.uri)
        assert await prompt.client.hover(prompt.uri, 1) == ""


@pytest.mark.parametrize("name", ["visual_studio_code_v1.139.1", "helix_v25.07"])
async def test_the_history_is_a_document_that_follows(name: str, tmp_path: Path) -> None:
    async with open_prompt(load(name), tmp_path, "one\n") as prompt:
        client = prompt.client
        await prompt.save("two\n")
        await client.act(prompt.uri, "Show the history")
        uri = (await prompt.run("showHistory"))["uri"]

        async def document() -> str:
            return client.text_of(uri) if uri.startswith("file:") else await client.read(uri)

        text = await document()
        assert "## v1 → v2\n\n```diff\n- one\n+ two\n```" in text
        await prompt.save("three\n")
        while "## v2 → v3" not in await document():
            await client.lenses(prompt.uri)


async def test_every_pair_can_be_compared_without_a_plugin(tmp_path: Path) -> None:
    async with open_prompt(load("kate_v26.08"), tmp_path) as prompt:
        await prompt.save("two\n", "three\n")
        titles = [action.title for action in await prompt.client.actions(prompt.uri)]
        compares = [title for title in titles if title.startswith("Compare")]
        assert compares == ["Compare v3 with v2", "Compare v3 with v1", "Compare all 3"]
        answer = await prompt.client.act(prompt.uri, "Compare v3 with v1")
        assert answer["versions"] == [3, 1]
        answer = await prompt.client.act(prompt.uri, "Compare all 3")
        assert answer["versions"] == [1, 2, 3]


@pytest.mark.parametrize("name", ["neovim_v0.11.4", "visual_studio_code_v1.139.1", "emacs_v29.1"])
async def test_the_lenses_of_a_line_are_numbered_by_its_characters(
    name: str, tmp_path: Path
) -> None:
    async with open_prompt(load(name), tmp_path) as prompt:
        await prompt.save("two\n")
        for first in ("---", "", "Greet 😀 in ten words or more.", "日本"):
            prompt.client.edit(prompt.uri, f"{first}\r\none\n")
            lenses = await prompt.client.lenses(prompt.uri)
            starts = [lens.range.start.character for lens in lenses]
            assert starts == sorted(starts)
            assert len(set(starts)) == min(len(lenses), len(first) + 1)
