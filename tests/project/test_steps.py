"""Which files are steps, and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fourfold.project.project import Project
from fourfold.project.steps import StepFiles
from fourfold.settings import WorkspaceSettings

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def steps(folder: Path, *prompt_folders: str) -> dict[str, str]:
    """Step → path of every step; each is found again by its path and by its id."""
    files = StepFiles(folder, prompt_folders or ("prompts",))
    found = {}
    for file in files.all():
        assert files.of_path(file.path) == file
        assert files.find(file.step) == file
        found[file.step] = file.path.relative_to(folder).as_posix()
    return found


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("prompts/requirement.prompty", "requirement"),
        ("prompts/requirement/refine.prompty", "requirement/refine"),
        ("prompts/a.md", "a"),
        ("prompts/a.txt", "a"),
        ("prompts/a.j2", "a"),
        ("prompts/a.jinja", "a"),
        ("prompts/a.b.md", "a.b"),
        ("prompts/a.md/b.md", "a.md/b"),
        ("prompts/with space/a#b %41.md", "with space/a#b %41"),
        ("prompts/größe.md", "größe"),
        ("prompts/LOUD.MD", "LOUD"),
        ("prompts/Mixed.Prompty", "Mixed"),
        ("prompts/deep/er/and/deeper.md", "deep/er/and/deeper"),
    ],
)
def test_a_prompt_file_is_a_step(tmp_path: Path, path: str, step: str):
    make(tmp_path, path)
    assert steps(tmp_path) == {step: path}


@pytest.mark.parametrize(
    "path",
    [
        "prompts/README.md",
        "prompts/readme.txt",
        "prompts/sub/CHANGELOG.md",
        "prompts/_partial.md",
        "prompts/.hidden.md",
        "prompts/.hidden/a.md",
        "prompts/a/.git/b.md",
        "prompts/workflow.yaml",
        "prompts/a.py",
        "prompts/a",
        "prompts/a.md~",
        "other/a.md",
        "a.md",
        "prompts2/a.md",
    ],
)
def test_any_other_file_is_none(tmp_path: Path, path: str):
    make(tmp_path, path)
    files = StepFiles(tmp_path, ("prompts",))
    assert steps(tmp_path) == {}
    assert files.of_path(tmp_path / path) is None


def test_with_several_folders_an_id_starts_with_its_folder(tmp_path: Path):
    make(tmp_path, "prompts/a.md", "src/ai/a.md", "src/ai/sub/b.md")
    assert steps(tmp_path, "prompts", "src/ai") == {
        "prompts/a": "prompts/a.md",
        "src/ai/a": "src/ai/a.md",
        "src/ai/sub/b": "src/ai/sub/b.md",
    }


def test_a_folder_within_another_gives_each_file_one_step(tmp_path: Path):
    make(tmp_path, "prompts/a.md", "prompts/sub/b.md")
    expected = {"prompts/a": "prompts/a.md", "prompts/sub/b": "prompts/sub/b.md"}
    assert steps(tmp_path, "prompts", "prompts/sub") == expected


def test_of_two_kinds_with_one_id_the_first_in_the_list_counts(tmp_path: Path):
    make(tmp_path, "prompts/a.md", "prompts/a.txt", "prompts/a.prompty", "prompts/b.TXT")
    assert steps(tmp_path) == {"a": "prompts/a.prompty", "b": "prompts/b.TXT"}


def test_the_other_kind_is_no_step_and_never_gets_into_the_history(tmp_path: Path):
    make(tmp_path, "prompts/a.md", "prompts/a.prompty")
    project = Project(tmp_path, WorkspaceSettings())
    assert project.step_at(tmp_path / "prompts/a.md") is None
    assert project.step_at(tmp_path / "prompts/a.prompty") is not None
    (tmp_path / "prompts/a.prompty").unlink()
    assert project.step_at(tmp_path / "prompts/a.md") is not None


@pytest.mark.parametrize("step", ["", "..", "../a", "a/../b", "a//b", "./a", "missing", "/etc/a"])
def test_an_id_that_no_file_has(tmp_path: Path, step: str):
    make(tmp_path, "prompts/a.md", "prompts/b.md", "a.md")
    assert StepFiles(tmp_path, ("prompts",)).find(step) is None


def test_an_id_says_where_its_file_would_be(tmp_path: Path):
    files = StepFiles(tmp_path, ("prompts",))
    assert files.path("a/b", ".md") == tmp_path / "prompts" / "a" / "b.md"
    several = StepFiles(tmp_path, ("prompts", "src"))
    assert several.path("src/a", ".md") == tmp_path / "src" / "a.md"
    assert several.path("a", ".md") is None


def test_linked_folders_are_not_followed(tmp_path: Path):
    make(tmp_path, "prompts/a.md", "elsewhere/b.md")
    (tmp_path / "prompts/link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert steps(tmp_path) == {"a": "prompts/a.md"}


def test_a_folder_reached_by_a_link_has_its_steps(tmp_path: Path):
    make(tmp_path, "real/prompts/a.md")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    project = Project(tmp_path / "link", WorkspaceSettings())
    for way in ("link", "real"):
        found = project.step_at(tmp_path / way / "prompts" / "a.md")
        assert found is not None
        assert found.step == "a"
