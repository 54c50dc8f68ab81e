"""What Python programs use: `from fourfold import …`, with no editor."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import fourfold
from fourfold import FourfoldError, Workflow, WorkflowDocument, WorkflowStatus, open_workflow
from lsp.support.workflow import FILES, WORKFLOW, echo, texts
from support.scripted_model import scripted_model

if TYPE_CHECKING:
    from pathlib import Path


def test_every_name_is_there() -> None:
    for name in fourfold._PLACES:
        assert getattr(fourfold, name).__doc__, name
        assert name in dir(fourfold)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        fourfold.nothing  # noqa: B018


def test_importing_the_package_loads_nothing_else() -> None:
    program = "import fourfold, sys; print([n for n in sys.modules if n.startswith('fourfold.')])"
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


async def test_a_workflow_runs_from_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, text in {**FILES, "prompts/greet.md": "Greet Ada."}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    async with scripted_model(echo) as model:
        monkeypatch.setenv("OPENAI_BASE_URL", model.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        async with open_workflow(tmp_path) as workflow:
            assert isinstance(workflow, Workflow)
            assert await workflow.execute_step("greet/polish") == "(Polish (Greet Ada.))"
            ended = await workflow.start_workflow()
            assert (ended.name, ended.status) == ("Chain", "succeeded")
            document = WorkflowDocument.from_json(await workflow.to_json())
            assert document.status is WorkflowStatus.SUCCEEDED
        assert len(texts(model.requests)) == WORKFLOW.count("step:") + 2
        async with open_workflow(tmp_path) as workflow:
            with pytest.raises(FourfoldError, match="there is no step nobody"):
                await workflow.execute_step("nobody")
