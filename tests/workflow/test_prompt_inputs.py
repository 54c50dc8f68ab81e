"""What the prompts of a folder take as inputs, as workflow.yaml is held against them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fourfold.project.project import Project
from fourfold.prompts.formats import parse
from fourfold.settings import WorkspaceSettings
from fourfold.workflow.checking import PromptInputs, check_workflow

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path, **texts: str) -> Project:
    for name, text in texts.items():
        path = folder / "prompts" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Project(folder, WorkspaceSettings())


def names(inputs: PromptInputs) -> dict[str, list[str] | None]:
    return {
        step: None if variables is None else [variable.name for variable in variables]
        for step, variables in inputs.all().items()
    }


def test_a_prompt_is_read_again_once_it_has_changed(tmp_path: Path) -> None:
    project = make(tmp_path, a="{{x}}", b="{{ broken")
    inputs = PromptInputs(project)
    path = project.folder / "prompts" / "a.md"
    assert names(inputs) == {"a": ["x"], "b": None}

    before = path.stat()
    path.write_text("{{y}}", encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert names(inputs)["a"] == ["x"]  # nothing says that it was written
    path.write_text("{{y}} {{z}}", encoding="utf-8")
    assert names(inputs)["a"] == ["y", "z"]

    path.unlink()
    assert names(inputs) == {"b": None}


def test_a_file_that_can_be_no_prompt_is_a_step_all_the_same(tmp_path: Path) -> None:
    project = make(tmp_path, a="x")
    (project.folder / "prompts" / "a.md").write_bytes(b"caf\xe9")
    (project.folder / "prompts" / "workflow.yaml").write_text(
        "steps: {a: {inputs: {any: {value: 1}}}}", encoding="utf-8"
    )
    inputs = PromptInputs(project).all()

    assert inputs == {"a": None}
    assert check_workflow(project, project.workflow(), inputs) == ()


def test_what_an_editor_has_counts(tmp_path: Path) -> None:
    project = make(tmp_path, a="{{x}}")
    inputs = PromptInputs(project)
    opened = {project.folder / "prompts" / "a.md": parse("{{typed}}", ".md")}
    found = inputs.all(opened)["a"]

    assert found is not None
    assert [variable.name for variable in found] == ["typed"]
    assert names(inputs) == {"a": ["x"]}


def test_the_sample_is_without_fault() -> None:
    from pathlib import Path

    project = Project(Path(__file__).parents[2], WorkspaceSettings())
    inputs = PromptInputs(project).all()

    assert check_workflow(project, project.workflow(), inputs) == ()
