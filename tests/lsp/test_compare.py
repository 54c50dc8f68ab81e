"""fourfold.compareVersions: the shape it answers with, and the document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from lsp.support.session import NEOVIM, VSCODE, session
from lsp.support.shapes import check_comparison
from support.scripted_model import tokens

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_current_version_is_compared_with_the_newest_other(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hello", " Ada")) as s:
        await s.save("two\n", "three\n")
        compared = check_comparison(await s.client.run("fourfold.compareVersions", uri=s.uri))
        assert compared["versions"] == [3, 2]
        await s.client.notified(types.WINDOW_SHOW_DOCUMENT)
        s.client.received.clear()
        # As it is seen, and as it is saved.
        await s.client.run("fourfold.setCurrentVersion", uri=s.uri, version=1)
        await s.client.until(lambda: s.client.text_of(s.uri) == "Greet Ada.\n", "the edit")
        compared = check_comparison(await s.client.run("fourfold.compareVersions", uri=s.uri))
        assert compared["versions"] == [1, 3]
        s.client.save(s.uri)
        compared = check_comparison(await s.client.run("fourfold.compareVersions", uri=s.uri))
        assert compared["versions"] == [1, 3]
        assert compared["title"] == "greet: v1 ↔ v3"
        assert [pair["title"] for pair in compared["pairs"]] == [
            "greet: v1 ↔ v3 (response)",
            "greet: v1 ↔ v3 (prompt)",
        ]
        prompts = compared["pairs"][1]
        assert await s.text(prompts["left"]) == "Greet Ada.\n"
        assert await s.text(prompts["right"]) == "three\n"
        shown = await s.client.notified(types.WINDOW_SHOW_DOCUMENT)
        assert shown.uri == compared["uri"]


@pytest.mark.parametrize("profile", [VSCODE, NEOVIM], ids=lambda p: p.name)
async def test_two_to_four_versions_have_a_column_each(tmp_path: Path, profile: object) -> None:
    answers = [tokens("Hello", " number", f" {n}") for n in range(1, 5)]
    async with session(tmp_path, *answers, profile=profile) as s:  # type: ignore[arg-type]
        await s.save("Greet Ada twice.\n", "three\n", "four\n")
        await s.run(versions="all")
        await s.client.progress_end()
        for numbers in ([2, 1], [1, 2, 3], [4, 3, 2, 1]):
            compared = check_comparison(
                await s.client.run("fourfold.compareVersions", uri=s.uri, versions=numbers)
            )
            assert compared["versions"] == numbers
            assert len(compared["pairs"]) == 2 * (len(numbers) - 1)
            document = await s.text(compared["uri"])
            labels = [f"v{number}" for number in numbers]
            figures = [line for line in document.splitlines() if line.startswith("- **v")]
            assert [line[4:6] for line in figures] == labels
            for said in (" s (first word ", " + ", " tokens", " words"):
                assert all(said in line for line in figures)
            heads = [line for line in document.splitlines() if line.startswith("## ")]
            assert heads[: len(labels)] == [f"## Response of {label}" for label in labels]
            for label in labels[1:]:
                assert f"## Prompt {labels[0]} → {label}" in document
            for pair in compared["pairs"]:
                assert await s.text(pair["left"])
                assert await s.text(pair["right"])
        document = await s.text(
            (await s.client.run("fourfold.compareVersions", uri=s.uri, versions=[1, 2]))["uri"]
        )
        assert "+ Greet Ada{+ twice+}." in document


async def test_a_client_that_renders_comparisons_gets_no_document_opened(tmp_path: Path) -> None:
    profile = VSCODE.announcing(rendersComparisons=True)
    async with session(tmp_path, tokens("Hello"), profile=profile) as s:
        await s.save("two\n")
        compared = await s.client.run("fourfold.compareVersions", uri=s.uri)
        assert "v2" in await s.text(compared["uri"])
        assert s.client.all_of(types.WINDOW_SHOW_DOCUMENT) == []


async def test_a_version_without_a_response_says_how_to_get_one(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("Hello")) as s:
        await s.save("two\n")
        await s.run_to_end(versions=[2])
        compared = await s.client.run("fourfold.compareVersions", uri=s.uri)
        document = await s.text(compared["uri"])
        assert "v1 has no response yet" in document
        assert "Run all" in document
        response = compared["pairs"][0]["right"]
        assert "no response yet" in await s.text(response)
        await s.client.run("fourfold.runStep", uri=s.uri, versions=[1])
        await s.client.progress_end()
        await s.client.until(lambda: s.client.content_refreshes[compared["uri"]], "the refresh")
        assert "no response yet" not in await s.text(compared["uri"])


async def test_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    async with session(tmp_path) as s:
        with pytest.raises(JsonRpcException, match="only v1"):
            await s.client.run("fourfold.compareVersions", uri=s.uri)
        await s.save("two\n")
        for versions in ([1], [1, 1], [1, 9], [1, 2, 3, 4, 5], "all", [], ["v1"]):
            with pytest.raises(JsonRpcException) as caught:
                await s.client.run("fourfold.compareVersions", uri=s.uri, versions=versions)
            assert caught.value.code == -32602
            assert "versions" in caught.value.message
        with pytest.raises(JsonRpcException, match="test"):
            await s.client.run("fourfold.compareVersions", uri=s.uri, test="missing")


async def test_two_runs_of_one_version_stand_side_by_side_by_when_they_were(tmp_path: Path) -> None:
    async with session(tmp_path, tokens("First"), tokens("Second")) as s:
        first, second = [await s.run_to_end(fresh=True) for _ in range(2)]
        pair = await s.client.run(
            "fourfold.compareRuns", uri=s.uri, runs=[second["id"], first["id"]]
        )
        assert [await s.text(pair[side]) for side in ("left", "right")] == ["First", "Second"]
        assert re.fullmatch(r"greet: v1 of \S+ \S+ ↔ v1 of \S+ \S+", pair["title"])
        for wrong in ([first["id"]], [first["id"], first["id"]], [first["id"], "0" * 26]):
            with pytest.raises(JsonRpcException, match="runs: "):
                await s.client.run("fourfold.compareRuns", uri=s.uri, runs=wrong)
