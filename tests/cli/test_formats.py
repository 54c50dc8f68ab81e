"""Prompts of other tools on the command line: rendered and run by the path of their file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.formats import SAMPLES, Sample
from support.scripted_model import scripted_model, tokens

Workspace = Any


def put(workspace: Workspace, sample: Sample) -> None:
    for place, text in {sample.place: sample.text, **sample.beside}.items():
        path = workspace.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def given(sample: Sample) -> list[str]:
    written = [f"{name}={value}" for name, value in sample.inputs.items()]
    return [part for one in written for part in ("--input", one)]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda it: it.place)
def test_what_a_run_would_send(workspace: Workspace, sample: Sample) -> None:
    put(workspace, sample)
    result = workspace.call("render", sample.place, *given(sample), "--json")
    assert result.exit_code == 0, result.stderr
    shape = json.loads(result.stdout)
    assert [(one["role"], one["content"]) for one in shape["messages"]] == sample.messages
    assert not (workspace.folder / ".fourfold").exists()
    listed = workspace.call("list", "--json")
    assert sample.step in [one["step"] for one in json.loads(listed.stdout)["steps"]]
    checked = workspace.call("check", sample.place)
    assert checked.exit_code == 0, checked.stdout


@pytest.mark.parametrize("sample", SAMPLES[:4], ids=lambda it: it.place)
async def test_a_run_sends_it(workspace: Workspace, sample: Sample) -> None:
    put(workspace, sample)
    async with scripted_model(tokens("Fine")) as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": "scripted"}
        ended = await workspace.process("run", sample.place, *given(sample), **env)
        assert (ended.code, ended.out.strip()) == (0, "Fine"), ended.err
        (request,) = model.requests
    sent = [(one["role"], one["content"]) for one in request.json["messages"]]
    assert sent == sample.messages
    wanted = {"model": "scripted", **sample.sent}
    assert {name: request.json[name] for name in wanted} == wanted


async def test_an_input_that_nobody_gives_is_named(workspace: Workspace) -> None:
    put(workspace, SAMPLES[-1])
    async with scripted_model() as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": "scripted"}
        ended = await workspace.process("run", SAMPLES[-1].place, **env)
    assert ended.code == 3
    assert "Input task has no value: pass it with the run." in ended.err
