"""`fourfold workflow run` in a process of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from support.scripted_model import scripted_model, tokens

if TYPE_CHECKING:
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
