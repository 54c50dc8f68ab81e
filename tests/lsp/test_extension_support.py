"""What an editor extension asks for besides: lists of steps, runs and models, and stored keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from fourfold.llm.retirements import DEFAULT_MODELS
from lsp.support.client import Fail
from lsp.support.prompt import make_prompts, refusal
from lsp.support.session import NEOVIM, VSCODE, assert_kept_secret, session, write
from lsp.support.start import start_client
from support.scripted_model import scripted_model

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
        error = await refusal(client.run("fourfold.listSteps", uri=tmp_path.as_uri()))
        assert error.message.startswith("uri: ")


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
        assert text
        assert "#" not in text


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
        "endsOn": None,
    }
    assert found["models"][0]["source"] == "environment"
    assert found["default"] == "local"
    assert found["file"].endswith("config.toml")


STORING = VSCODE.announcing(keys=True)


def store(client: StrictClient, **keys: str) -> list[dict[str, str]]:
    """Has the editor answer with these keys, by host; what it is asked."""
    asked: list[dict[str, str]] = []

    def answer(params: Any) -> dict[str, str | None]:
        asked.append({"endpoint": params.endpoint, "name": params.name})
        host = urlsplit(params.endpoint).hostname or ""
        return {"key": keys.get(host.replace(".", "_"))}

    client._answer_with("fourfold/apiKey", answer)
    return asked


@pytest.mark.parametrize("profile", [VSCODE, STORING])
async def test_a_stored_key_goes_to_the_endpoint_that_it_is_stored_for(
    tmp_path: Path, profile: Any
) -> None:
    folder = make_prompts(tmp_path, greet="Greet Ada.\n")
    async with scripted_model() as model:
        write(tmp_path / "home/.config/fourfold/config.toml", LOCAL.format(url=model.base_url))
        async with start_client(profile, [folder], home=tmp_path / "home") as client:
            asked = store(client, **{"127_0_0_1": STORED})
            uri = client.open(folder / "prompts" / "greet.md")
            await client.lenses(uri)
            await client.run("fourfold.runStep", uri=uri, model="local")
            await client.progress_end()
        sent = model.requests[0].headers.get("authorization")
        if profile is STORING:
            assert asked == [{"endpoint": model.base_url, "name": "local"}]
            assert sent == f"Bearer {STORED}"
        else:
            assert (asked, sent) == ([], None)
    assert_kept_secret(STORED, client, folder)


async def test_a_key_of_the_environment_wins(tmp_path: Path) -> None:
    async with session(tmp_path, profile=STORING) as editor:
        asked = store(editor.client, **{"127_0_0_1": STORED})
        await editor.run_to_end()
        assert asked == []
        assert STORED not in editor.model.requests[0].headers["authorization"]


async def test_no_stored_key_goes_to_an_endpoint_that_a_prompt_names(tmp_path: Path) -> None:
    async with scripted_model() as model:
        front = f"---\nmodel:\n  id: m\n  connection:\n    endpoint: {model.base_url}\n---\n"
        async with session(
            tmp_path,
            profile=STORING,
            prompt=f"{front}user:\nGreet Ada.\n",
            name="greet.prompty",
            env={"OPENAI_BASE_URL": "", "OPENAI_API_KEY": ""},
        ) as editor:
            asked = store(editor.client, **{"127_0_0_1": STORED})
            editor.client.answers.append("Send it there")
            run = await editor.run_to_end()
        assert run["status"] == "succeeded"
        assert asked == []
        assert "authorization" not in model.requests[0].headers


async def test_a_stored_key_for_openai_makes_its_models_there(tmp_path: Path) -> None:
    folder = make_prompts(tmp_path, greet="Greet Ada.\n")
    async with start_client(STORING, [folder]) as client:
        asked = store(client, api_openai_com=STORED)
        found = await client.run("fourfold.listModels")
    assert asked == [{"endpoint": "https://api.openai.com/v1", "name": "openai"}]
    first = found["models"][0]
    assert (first["name"], first["source"], found["default"]) == (
        DEFAULT_MODELS[0],
        "editor",
        DEFAULT_MODELS[0],
    )
    assert_kept_secret(STORED, client, folder)


async def test_an_editor_that_has_no_key_or_refuses_changes_nothing(tmp_path: Path) -> None:
    folder = make_prompts(tmp_path, greet="Greet Ada.\n")
    async with start_client(STORING, [folder]) as client:
        store(client)
        found = await client.run("fourfold.listModels")
        assert [model["source"] for model in found["models"]] == ["embedded"]
        client.scripts["fourfold/apiKey"] = Fail()
        assert await client.run("fourfold.listModels") == found
