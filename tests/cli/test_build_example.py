"""The example of CI.md, run as the shell script that it is, and the way of TESTS.md to a new
model."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.test_testing import LIMIT, answering, at, report_of, some_tests, write_tests
from cli.test_testing_git import commit, git
from support.scripted_model import scripted_model, tokens

Workspace = Any

ROOT = Path(__file__).parents[2]
GOOD = answering(("Good", tokens("yes!")))


def steps_of_the_example() -> str:
    """What the steps of the workflow run, but for getting the repository and installing."""
    import yaml

    page = (ROOT / "server" / "CI.md").read_text(encoding="utf-8")
    [text] = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    [job] = yaml.safe_load(text)["jobs"].values()
    runs = [step["run"] for step in job["steps"] if "run" in step]
    return "set -euo pipefail\n" + "\n".join(one for one in runs if "pip install" not in one)


async def build(workspace: Workspace, model: Any) -> tuple[int, str]:
    """The exit code of the script in a fresh clone of a pull request, and its summary."""
    summary = workspace.folder / "summary.md"
    summary.write_text("")
    places = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {
        "PATH": places, "GITHUB_BASE_REF": "main", "GITHUB_STEP_SUMMARY": str(summary)
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", steps_of_the_example(), cwd=workspace.folder / "clone",
        env={**os.environ, **environment, **at(model)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    async with asyncio.timeout(LIMIT):
        out, _ = await process.communicate()
    assert process.returncode in (0, 1), out.decode()
    return process.returncode, summary.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("main", "branch", "code", "said"),
    [
        ("Bad {{topic}}\n", "Good {{topic}}\n", 0, "v1 passes more often than git:origin/main"),
        ("Good {{topic}}\n", "Bad {{topic}}\n", 1, "v1 passes less often than git:origin/main"),
        ("Good {{topic}}\n", "Good {{topic}}\n", 0, ""),
    ],
)
async def test_a_pull_request_is_held_against_its_base(
    workspace: Workspace, main: str, branch: str, code: int, said: str
) -> None:
    (workspace.folder / ".gitignore").write_text(".fourfold/\nclone/\nsummary.md\n")
    workspace.write(main)
    write_tests(workspace, some_tests(12))
    git(workspace.folder, "init", "-q", "-b", "main")
    commit(workspace.folder)
    git(workspace.folder, "switch", "-q", "-c", "change")
    workspace.write(branch)
    commit(workspace.folder)
    # as actions/checkout leaves it
    source = workspace.folder.as_uri()
    git(workspace.folder, "clone", "-q", "--depth", "1", "--branch", "change", source, "clone")
    async with scripted_model(GOOD) as model:
        ended, summary = await build(workspace, model)
    assert ended == code
    assert said in summary
    assert (workspace.folder / "clone" / "fourfold.xml").is_file()
    assert (not model.requests) == (main == branch)


async def test_the_way_to_a_new_model(workspace: Workspace) -> None:
    """The current version on the old model is the baseline; each version has a verdict."""
    workspace.versions("One {{topic}}\n", "Two {{topic}}\n", "Three {{topic}}\n")
    assert workspace.call("use", "greet", "v2").exit_code == 0
    write_tests(workspace, some_tests(40))

    async def script(exchange: Any) -> None:
        body = exchange.request.json
        text = body["messages"][-1]["content"]
        works = body["model"] == "old-model" or text.startswith("Three")
        await tokens("yes!" if works else "no")(exchange)

    page = (ROOT / "server" / "TESTS.md").read_text(encoding="utf-8")
    [command] = re.findall(r"`fourfold test (greet --models [^`]*)`", page)
    async with scripted_model(script) as model:
        report = await report_of(workspace, model, *command.split())
    assert {(pair["a"]["version"], pair["a"]["model"]) for pair in report["pairs"]} == {
        (2, "old-model")
    }
    verdicts = {
        (pair["b"]["version"], pair["b"]["model"]): pair["verdict"] for pair in report["pairs"]
    }
    assert verdicts[2, "new-model"] == "worse"
    assert verdicts[1, "new-model"] == "worse"
    assert verdicts[3, "new-model"] != "worse"
    assert "v2 on new-model is worse" in report["sentence"]
