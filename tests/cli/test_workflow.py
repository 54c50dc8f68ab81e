"""`fourfold workflow run` in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cli.conftest import LIMIT
from support.scripted_model import Gate, scripted_model, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from cli.conftest import Workspace


async def test_prompts_that_no_workflow_names_need_a_yes(workspace: Workspace) -> None:
    workspace.write("One")
    workspace.prompt.with_name("other.md").write_text("Two", encoding="utf-8")
    async with scripted_model(tokens("a"), tokens("b")) as model:
        refused = await workspace.process("workflow", "run", OPENAI_BASE_URL=model.base_url)
        assert refused.code == 3
        assert "2 prompts" in refused.err
        assert "--yes" in refused.err
        assert model.requests == []
        command = ["workflow", "run", "--yes", "--json"]
        done = await workspace.process(*command, OPENAI_BASE_URL=model.base_url)
        assert done.code == 0
        assert {run["step"] for run in json.loads(done.out)["runs"]} == {"greet", "other"}


async def test_inputs_are_given_to_steps(workspace: Workspace) -> None:
    workspace.write("Greet {{ name }}.\n")
    run = ["workflow", "run", "--json"]
    wrong = await workspace.process("workflow", "run", "--input", "greet.nam=Bo")
    assert (wrong.code, wrong.out) == (2, "")
    assert "did you mean name?" in wrong.err
    async with scripted_model(tokens("a"), tokens("b")) as model:
        for given in ("greet.name=Bo", "prompts/greet.md.name=Cy"):
            ended = await workspace.process(*run, "--input", given, OPENAI_BASE_URL=model.base_url)
            assert ended.code == 0, ended.err
    sent = [request.json["messages"][0]["content"] for request in model.requests]
    assert sent == ["Greet Bo.\n", "Greet Cy.\n"]
    compared = json.loads(workspace.call("workflow", "compare", "--json").stdout)
    (step,) = compared["steps"]
    assert (step["step"], step["same"]) == ("greet", False)
    assert [step[side]["run"]["response"] for side in ("left", "right")] == ["a", "b"]
    assert "-a\n" in step["diff"]
    (shown,) = json.loads(workspace.call("workflow", "show", "--json").stdout)["steps"]
    assert shown["step"] == shown["id"] == "greet"


async def test_a_total_says_what_it_does_not_know(workspace: Workspace) -> None:
    workspace.write("One")
    workspace.prompt.with_name("other.md").write_text("Two", encoding="utf-8")
    (workspace.folder / "prompts" / "workflow.yaml").write_text("steps:\n  greet:\n  other:\n")
    async with scripted_model(tokens("a")) as model:
        environment = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": "scripted"}
        await workspace.process("workflow", "run", **environment)
        reused = await workspace.process("workflow", "run", **environment)
        assert reused.err.endswith("Total: $0 for 2 runs\n")
        workspace.write("Another")
        ended = await workspace.process("workflow", "run", **environment)
        known = "Total: $0 for 2 runs, and 1 of them at a price that is not known\n"
        assert ended.err.endswith(known)


async def test_a_dry_run_asks_no_model_and_another_model_is_not_the_step_s(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def call(*arguments: str) -> Any:
        ended = workspace.call("workflow", *arguments, "--json")
        return ended.exit_code, json.loads(ended.stdout)

    (workspace.folder / "prompts" / "workflow.yaml").write_text("steps:\n  greet: {}\n")
    async with scripted_model(tokens("a"), tokens("b")) as model:
        monkeypatch.setenv("OPENAI_BASE_URL", model.base_url)
        monkeypatch.setenv("OPENAI_MODEL", "scripted")
        planned = {"step": "greet", "version": 1, "model": "scripted", "reused": False}
        unknown = {"inputTokens": 3, "estimateUsd": None}
        dry = await asyncio.to_thread(call, "run", "--dry-run")
        assert dry == (0, {"steps": [planned | unknown], "estimateUsd": None})
        code, ended = await asyncio.to_thread(call, "run", "--budget", "1")
        assert (code, model.requests) == (1, [])
        assert "No price of scripted is known" in ended["runs"][0]["error"]
        assert (await asyncio.to_thread(call, "run"))[0] == 0
        _, dry = await asyncio.to_thread(call, "run", "--dry-run")
        assert [(one["reused"], one["estimateUsd"]) for one in dry["steps"]] == [(True, 0)]
        code, ended = await asyncio.to_thread(call, "run", "--model", "another")
        assert (code, ended["runs"][0]["model"], ended["runs"][0]["response"]) == (
            0,
            "another",
            "b",
        )
        assert [request.json["model"] for request in model.requests] == ["scripted", "another"]
        _, shown = await asyncio.to_thread(call, "show")
        assert (shown["status"], shown["steps"][0]["stale"]) == ("succeeded", False)
        code, ended = await asyncio.to_thread(call, "run")
        assert (ended["runs"][0]["response"], ended["costUsd"]) == ("a", 0)
    _, kept = await asyncio.to_thread(call, "runs")
    asked = [(run["model"], run["budgetUsd"]) for run in kept["runs"]]
    assert asked == [(None, None), ("another", None), (None, None), (None, 1)]


TESTS = """```python test_it.py
def test_good(): pass
def test_bad(): assert 0
```
"""


@pytest.mark.parametrize("command", [("workflow", "run"), ("run", "test_generation")])
async def test_a_failing_generated_test_is_said_and_is_exit_code_1(
    workspace: Workspace, configured: Callable[[str], None], command: tuple[str, ...]
) -> None:
    configured("runTests = true\n")
    workspace.prompt.rename(workspace.prompt.with_name("test_generation.md"))
    (workspace.folder / "prompts" / "workflow.yaml").write_text("steps:\n  test_generation: {}\n")
    async with scripted_model(tokens(TESTS)) as model:
        ended = await workspace.process(*command, "--json", OPENAI_BASE_URL=model.base_url)
    (run,) = json.loads(ended.out)["runs"]
    assert run["status"] == "succeeded", run
    assert "test_generation: 1 generated test failed, 1 passed." in ended.err
    assert ended.code == 1


@pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
async def test_a_signal_ends_generated_tests_and_prints_what_there_is(
    workspace: Workspace, configured: Callable[[str], None], number: int, code: int
) -> None:
    configured("runTests = true\n")
    workspace.write("Hello")
    workspace.prompt.with_name("test_generation.md").write_text("Test {{ x }}.", "utf-8")
    steps = "steps:\n  greet: {}\n  test_generation:\n    inputs: {x: {step: greet}}\n"
    (workspace.folder / "prompts" / "workflow.yaml").write_text(steps)
    mark = f"mark{os.getpid()}{code}"
    endless = (
        "```python test_it.py\nimport subprocess, sys\ndef test_it():\n    subprocess.run("
        f"[sys.executable, '-S', '-c', 'import time; time.sleep(300) #{mark}'])\n```\n"
    )
    async with scripted_model(tokens("Hi"), tokens(endless)) as model:
        command = ("workflow", "run", "--json")
        process = await workspace.start(*command, OPENAI_BASE_URL=model.base_url)
        async with asyncio.timeout(LIMIT):
            while not await asyncio.to_thread(_is_running, mark):
                await asyncio.sleep(0.05)
            process.send_signal(number)
            out, err = await process.communicate()
    assert process.returncode == code, err
    first, second = json.loads(out)["runs"]
    assert (first["status"], first["response"]) == ("succeeded", "Hi")
    assert (second["status"], second["errorKind"]) == ("cancelled", "cancelled")
    assert not _is_running(mark)
    kept = json.loads(workspace.call("workflow", "runs", "--json").stdout)["runs"]
    assert [run["status"] for run in kept] == ["cancelled"]


async def test_a_workflow_run_that_was_killed_says_so(workspace: Workspace) -> None:
    workspace.write("Hello")
    (workspace.folder / "prompts" / "workflow.yaml").write_text("steps:\n  greet: {}\n")
    gate = Gate()
    async with scripted_model(tokens("Part", "never", gate=gate)) as model:
        command = ("workflow", "run", "--json")
        process = await workspace.start(*command, OPENAI_BASE_URL=model.base_url)
        async with asyncio.timeout(LIMIT):
            while not model.requests:
                await asyncio.sleep(0.01)
            process.kill()
            await process.wait()
    for _ in range(2):  # looking again changes nothing
        listed = json.loads(workspace.call("workflow", "runs", "--json").stdout)["runs"]
        assert [run["status"] for run in listed] == ["interrupted"]
        assert "was stopped while the workflow was being run" in listed[0]["error"]
    assert "interrupted" in workspace.call("workflow", "runs").stdout
    run = json.loads(workspace.call("list", "greet", "--json").stdout)["versions"][0]["lastRun"]
    assert (run["status"], run["errorKind"]) == ("failed", "interrupted")
    async with scripted_model(tokens("Whole")) as model:
        again = await workspace.process("workflow", "run", OPENAI_BASE_URL=model.base_url)
        assert again.code == 0, again.err
    listed = json.loads(workspace.call("workflow", "runs", "--json").stdout)["runs"]
    assert [run["status"] for run in listed] == ["succeeded", "interrupted"]
    assert all(run["ended"] for run in listed)


def _is_running(mark: str) -> bool:
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and f"#{mark}".encode() in (process / "cmdline").read_bytes():
                return True
    return False


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"steps: {greet: {}\n", "workflow.yaml line "),
        (b"steps: {greet: {}, gret: {}}\n", "workflow.yaml line 1: "),
        (b"steps: {greet: {inputs: {x: {step: other}}}}\n", "workflow.yaml line 1: "),
        (b"name: \xff\n", "workflow.yaml is not UTF-8"),
    ],
)
def test_a_broken_workflow_is_said_and_not_run(
    workspace: Workspace, text: bytes, reason: str
) -> None:
    assert workspace.call("workflow", "show").exit_code == 0
    workspace.prompt.with_name("workflow.yaml").write_bytes(text)
    shown = workspace.call("workflow", "show")
    assert shown.exit_code == 1
    assert reason in shown.stderr
    as_json = workspace.call("workflow", "show", "--json")
    assert as_json.exit_code == 1
    assert "steps" in json.loads(as_json.stdout)
    run = workspace.call("workflow", "run", "--yes")
    assert run.exit_code == 3
    assert reason in run.stderr
