"""AGENTS.md and the skill, followed word by word."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.app.sample import write_sample
from support.agents import at
from support.scripted_model import scripted_model, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

Workspace = Any

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "server" / "AGENTS.md").read_text("utf-8")
SKILL = (ROOT / "skills" / "fourfold" / "SKILL.md").read_text("utf-8")
[TESTS] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
ANSWER = "- The user shall write an entry of text.\n"


def of_the_page() -> Iterator[list[str]]:
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL):
        for line in block.splitlines():
            yield shlex.split(line, comments=True)


def of_the_skill() -> Iterator[list[str]]:
    """Its commands, for the step and the versions that there are; without a word of a command they
    are only named."""
    for said in re.findall(r"`(fourfold [^`]*--json)`", SKILL):
        named = said.replace("STEP", "requirement").replace("v3,v4", "v1,v2").replace("vN", "v1")
        yield shlex.split(named)


@pytest.mark.parametrize("commands", [of_the_page, of_the_skill], ids=["page", "skill"])
async def test_an_agent_that_follows_it_gets_data_from_each_command(
    workspace: Workspace, commands: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.prompt.unlink()
    write_sample(workspace.folder, workspace.folder / "prompts")
    prompt = workspace.folder / "prompts" / "requirement.prompty"
    prompt.with_name("requirement.tests.yaml").write_text(TESTS, "utf-8")
    done = []
    async with scripted_model(tokens(ANSWER)) as model:
        for name, value in at(model).items():
            monkeypatch.setenv(name, value)
        for program, *words in commands():
            assert program == "fourfold"
            if words[0] == "save":
                prompt.write_text(f"{prompt.read_text('utf-8')}\nBe brief.\n", "utf-8")
            ended = await asyncio.to_thread(workspace.call, *words)
            assert ended.exit_code == 0, (words, ended.output)
            assert json.loads(ended.stdout)
            done.append(words[0])
        assert model.requests
    assert {"list", "show", "save", "check", "test", "use"} <= set(done)
