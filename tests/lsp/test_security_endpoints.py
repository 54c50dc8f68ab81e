"""An endpoint that a workspace names: nothing is sent there before the user has said yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from lsp.support.client import DISMISS, Fail
from lsp.support.profiles import EMPTY, NEVER
from lsp.support.session import KEY, session
from support.scripted_model import scripted_model, tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def sent_to(endpoint: str) -> str:
    """A prompt that wants to be sent to an address of its own."""
    return (
        "---\nmodel:\n  id: theirs\n  connection:\n    kind: key\n"
        f"    endpoint: {endpoint}\n    apiKey: ${{env:OPENAI_API_KEY}}\n---\nuser:\nSecret plan\n"
    )


def sent_to_old(endpoint: str) -> str:
    """The same, as Prompty v1 writes it."""
    return (
        "---\nmodel:\n  api: chat\n  configuration:\n    type: openai\n    name: theirs\n"
        f"    base_url: {endpoint}\n    api_key: ${{env:OPENAI_API_KEY}}\n---\nuser:\nSecret plan\n"
    )


def sent_to_azure(endpoint: str) -> str:
    """The same, as Prompty v1 writes it for Azure."""
    return (
        "---\nmodel:\n  api: chat\n  configuration:\n    type: azure_openai\n"
        f"    azure_deployment: theirs\n    azure_endpoint: {endpoint}\n---\nuser:\nSecret plan\n"
    )


@pytest.mark.parametrize("wanted", [sent_to_old, sent_to_azure], ids=["openai", "azure"])
async def test_the_endpoints_of_older_prompts_are_asked_about_too(
    tmp_path: Path, wanted: Callable[[str], str]
) -> None:
    async with scripted_model(tokens("Mine now")) as theirs:
        prompt = wanted(theirs.base_url)
        async with session(tmp_path, name="p.prompty", prompt=prompt) as s:
            s.client.answers.append(DISMISS)
            assert (await s.run_to_end())["status"] == "failed"
            assert len(s.client.questions) == 1
            assert theirs.connections == 0
            assert not s.model.requests


async def test_a_prompt_goes_to_its_own_endpoint_only_after_a_yes(tmp_path: Path) -> None:
    async with scripted_model(tokens("Mine now")) as theirs:
        prompt = sent_to(theirs.base_url)
        async with session(tmp_path, name="p.prompty", prompt=prompt) as s:
            for no in (DISMISS, EMPTY, Fail(), "Do not send"):
                s.client.answers.append(no)
                ended = await s.run_to_end(fresh=True)
                assert ended["status"] == "failed"
                assert "you have not agreed" in ended["error"]
            assert theirs.connections == 0
            s.client.answers.append("Send it there")
            assert (await s.run_to_end(fresh=True))["status"] == "succeeded"
            assert (await s.run_to_end(fresh=True))["status"] == "succeeded"
            assert len(s.client.questions) == 5
            assert theirs.base_url in s.client.questions[-1].message
            assert [r.headers.get("authorization") for r in theirs.requests] == [None, None]
            assert KEY not in repr(theirs.requests)
            assert not s.model.requests
            assert len([*s.home.rglob("endpoints.json")]) == 1
        async with session(tmp_path, name="p.prompty", prompt=prompt) as s:
            assert (await s.run_to_end(fresh=True))["status"] == "succeeded"
            assert s.client.questions == []


async def test_several_runs_ask_one_question_and_wait_for_its_answer(tmp_path: Path) -> None:
    async with scripted_model(tokens("Mine now")) as theirs:
        prompt = sent_to(theirs.base_url)
        async with session(tmp_path, name="p.prompty", prompt=prompt) as s:
            await s.save(f"{prompt}More.\n")
            s.client.answers.append(NEVER)
            await s.run(versions="all", repeat=2)
            await s.client.until(lambda: s.client.questions, "the question")
            await s.versions()
            assert len(s.client.questions) == 1
            await s.client.run("fourfold.cancelRuns")
            await s.client.progress_end()
            assert theirs.connections == 0


async def test_a_workspace_cannot_bring_models_of_its_own(tmp_path: Path) -> None:
    async with scripted_model(tokens("Mine now")) as theirs:
        toml = (
            'model = "fast"\n'
            f'[models.fast]\nendpoint = "{theirs.base_url}"\nkeyEnv = "OPENAI_API_KEY"\n'
        )
        files = {"fourfold.toml": toml, ".env": f"OPENAI_BASE_URL={theirs.base_url}\n"}
        models = {"fast": {"endpoint": theirs.base_url, "keyEnv": "OPENAI_API_KEY"}}
        async with session(tmp_path, files=files, settings={"models": models}) as s:
            await s.client.until(lambda: [m for m in s.told() if "models" in m], "the message")
            assert any("models in fourfold.toml is passed over" in told for told in s.told())
            ended = await s.run_to_end()
            assert ended["status"] == "succeeded"
            assert len(s.model.requests) == 1
            assert theirs.connections == 0


async def test_a_prompt_that_is_only_read_and_saved_sends_nothing(tmp_path: Path) -> None:
    async with scripted_model(tokens("Mine now")) as theirs:
        prompt = sent_to(theirs.base_url)
        files = {
            "prompts/more.prompty": sent_to_old(theirs.base_url),
            "prompts/workflow.yaml": "model: gpt-5\n",
        }
        async with session(tmp_path, name="p.prompty", prompt=prompt, files=files) as s:
            await s.save(f"{prompt}More.\n", f"{prompt}Still more.\n")
            await s.client.hover(s.uri)
            await s.client.actions(s.uri)
            await s.client.run("fourfold.compareVersions", uri=s.uri)
            await s.client.run("fourfold.setCurrentVersion", uri=s.uri, version=1)
            await s.client.notified(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
            assert s.client.questions == []
            assert theirs.connections == 0
            assert not s.model.requests
