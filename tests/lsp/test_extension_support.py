"""What an editor extension asks for besides: lists of steps, runs and models, and stored keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lsp.support.prompt import make_prompts
from lsp.support.session import KEY, NEOVIM, VSCODE, assert_kept_secret, session, write
from lsp.support.start import start_client

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.client import StrictClient

WORKFLOW = """\
steps:
  design: {title: The design}
  requirement:
    steps:
      refine: {}
"""
STORED = "sk-stored-0123456789abcdefghij"
LOCAL = '[models.local]\nendpoint = "{url}"\nid = "llama"\n'


async def listed(client: StrictClient, **fields: Any) -> list[dict[str, Any]]:
    answer = await client.run("fourfold.listSteps", **fields)
    return list(answer["steps"])


async def test_steps_are_listed_in_the_order_of_the_workflow(tmp_path: Path) -> None:
    folder = make_prompts(tmp_path / "one", requirement="1\n", design="1\n")
    write(folder / "prompts" / "requirement" / "refine.md", "1\n")
    write(folder / "prompts" / "workflow.yaml", WORKFLOW)
    async with start_client(VSCODE, [folder]) as client:
        uri = client.open(folder / "prompts" / "design.md")
        await client.lenses(uri)
        steps = await listed(client)
    assert [(step["step"], step["title"]) for step in steps] == [
        ("design", "The design"),
        ("requirement", "Requirement"),
        ("requirement/refine", "Refine"),
    ]
    assert (steps[0]["uri"], steps[0]["current"], steps[0]["versions"]) == (uri, 1, 1)
    assert steps[0]["lastRun"] is None


async def test_a_uri_chooses_the_folder_whose_steps_are_listed(tmp_path: Path) -> None:
    one = make_prompts(tmp_path / "one", greet="1\n")
    other = make_prompts(tmp_path / "other", bye="1\n")
    async with start_client(VSCODE, [one, other]) as client:
        everything = await listed(client)
        assert sorted(step["step"] for step in everything) == ["bye", "greet"]
        for uri in (other.as_uri(), (other / "README.md").as_uri()):
            assert [step["step"] for step in await listed(client, uri=uri)] == ["bye"]
        message = await client.refused("fourfold.listSteps", uri=tmp_path.as_uri())
        assert message.startswith("uri: ")


async def test_a_folder_without_prompts_has_no_steps_and_stays_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    async with start_client(VSCODE, [folder]) as client:
        assert await listed(client) == []
    assert list(folder.iterdir()) == []


async def test_the_runs_of_a_version_are_listed_newest_first(tmp_path: Path) -> None:
    async with session(tmp_path) as editor:
        first = await editor.run_to_end()
        second = await editor.run_to_end(fresh=True)
        await editor.save("Greet Bob.\n")
        runs = await editor.client.run("fourfold.listRuns", uri=editor.uri, version=1)
        assert [run["id"] for run in runs["runs"]] == [second["id"], first["id"]]
        assert await editor.client.run("fourfold.listRuns", uri=editor.uri) == {"runs": []}
        (step,) = await listed(editor.client)
        assert (step["current"], step["versions"]) == (2, 2)
        assert step["lastRun"]["id"] == second["id"]


@pytest.mark.parametrize("profile", [VSCODE, NEOVIM])
async def test_the_response_of_a_version_is_a_document_of_its_own(
    tmp_path: Path, profile: Any
) -> None:
    async with session(tmp_path, profile=profile) as editor:
        shown = await editor.client.run("fourfold.showResponse", uri=editor.uri)
        assert "no response yet" in await editor.text(shown["uri"])
        run = await editor.run_to_end()
        shown = await editor.client.run("fourfold.showResponse", uri=editor.uri, version=1)
        assert run["status"] == "succeeded"
        text = await editor.text(shown["uri"])
        assert text and "#" not in text


async def test_the_models_are_listed_with_the_one_that_is_used(tmp_path: Path) -> None:
    config = LOCAL.format(url="http://127.0.0.1:9/v1")
    async with session(tmp_path, config=config, settings={"model": "local"}) as editor:
        found = await editor.client.run("fourfold.listModels")
    local = next(model for model in found["models"] if model["name"] == "local")
    assert local == {
        "name": "local",
        "id": "llama",
        "endpoint": "127.0.0.1:9",
        "url": "http://127.0.0.1:9/v1",
        "source": "config",
        "installed": None,
    }
    assert found["models"][0]["source"] == "environment"
    assert found["default"] == "local"
    assert found["file"].endswith("config.toml")
