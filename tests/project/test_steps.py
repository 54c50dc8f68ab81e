"""Which files are steps, and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fourfold.project.places import LINKED
from fourfold.project.project import Project
from fourfold.project.steps import StepFiles
from fourfold.settings import WorkspaceSettings

if TYPE_CHECKING:
    from pathlib import Path


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def files_of(folder: Path, *folders: str, exclude: tuple[str, ...] | None = None) -> StepFiles:
    return StepFiles(folder, WorkspaceSettings(folders=folders or ("prompts",), exclude=exclude))


def steps(folder: Path, *folders: str, exclude: tuple[str, ...] | None = None) -> dict[str, str]:
    """Step → path of every step; each is found again by its path and by its id."""
    files = files_of(folder, *folders, exclude=exclude)
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
    files = files_of(tmp_path)
    assert steps(tmp_path) == {}
    assert files.of_path(tmp_path / path) is None


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("a.prompty", "a"),
        ("src/chat/basic.prompty", "src/chat/basic"),
        ("SRC/Basic.PROMPTY", "SRC/Basic"),
        ("packages/x/prompts/a.prompty", "packages/x/prompts/a"),
        ("with space/a#b %41.prompty", "with space/a#b %41"),
        ("prompts/a.jinja2", "a"),
        ("prompts/sub/a.markdown", "sub/a"),
    ],
)
def test_prompty_files_are_steps_wherever_they_lie(tmp_path: Path, path: str, step: str):
    make(tmp_path, path)
    assert steps(tmp_path) == {step: path}


def test_only_the_own_folder_of_prompts_is_left_out_of_ids(tmp_path: Path):
    make(tmp_path, "prompts/a.md", "src/ai/a.md", "src/ai/sub/b.md", "src/c.md")
    ids = {"a": "prompts/a.md", "src/ai/a": "src/ai/a.md", "src/ai/sub/b": "src/ai/sub/b.md"}
    assert steps(tmp_path, "prompts", "src/ai") == ids
    assert steps(tmp_path, "src/ai", "prompts", "prompts/sub", "src/ai/sub") == ids
    del ids["a"]
    assert steps(tmp_path, "src/ai") == ids


def test_folders_may_be_patterns(tmp_path: Path):
    paths = ["packages/a/prompts/x.md", "packages/b/prompts/deep/y.txt"]
    make(tmp_path, *paths, "packages/a/other/x.md", "packages/prompts/x.md", "a/prompts/x.md")
    found = {path.rpartition(".")[0]: path for path in paths}
    assert steps(tmp_path, "packages/*/prompts") == found
    assert steps(tmp_path, "packages/[ab]/prompts") == found
    assert steps(tmp_path, "packages/?/prompts", "nowhere") == found
    everywhere = [*paths, "packages/prompts/x.md", "a/prompts/x.md"]
    assert sorted(steps(tmp_path, "**/prompts").values()) == sorted(everywhere)


def test_the_whole_workspace_may_hold_prompts_of_every_kind(tmp_path: Path):
    make(tmp_path, "a.md", "src/b.txt", "prompts/c.j2", "node_modules/d.md", ".git/e.md", "f.py")
    expected = {"a": "a.md", "src/b": "src/b.txt", "c": "prompts/c.j2"}
    assert steps(tmp_path, ".") == expected


def test_of_two_files_with_one_id_the_first_by_path_has_it(tmp_path: Path):
    make(tmp_path, "prompts/a.txt", "prompts/a.md", "prompts/a.prompty", "prompts/b.TXT")
    assert steps(tmp_path) == {
        "a": "prompts/a.md",
        "a.prompty": "prompts/a.prompty",
        "a.txt": "prompts/a.txt",
        "b": "prompts/b.TXT",
    }


def test_of_two_files_with_one_id_that_below_prompts_has_it(tmp_path: Path):
    make(tmp_path, "prompts/src/chat.txt", "src/chat.prompty", "src/chat.md")
    expected = {
        "src/chat": "prompts/src/chat.txt",
        "src/chat.md": "src/chat.md",
        "src/chat.prompty": "src/chat.prompty",
    }
    assert steps(tmp_path, "prompts", "src") == expected


def test_no_id_is_given_twice(tmp_path: Path):
    names = ["a.md", "a.txt", "a.txt.md", "a.txt.txt", "a.md.md"]
    paths = [f"{folder}{name}" for name in names for folder in ("", "prompts/")]
    make(tmp_path, *paths)
    assert sorted(steps(tmp_path, ".").values()) == sorted(paths)


def test_the_rivals_of_a_file_are_those_that_would_have_its_id(tmp_path: Path):
    make(tmp_path, "prompts/a.md", "prompts/a.txt", "a.prompty", "prompts/b.md")
    files = files_of(tmp_path)
    found = {file.step: file for file in files.all()}
    rivals = {
        step: sorted(other.step for other in files.rivals(file)) for step, file in found.items()
    }
    assert rivals == {
        "a": ["a.prompty", "a.txt"],
        "a.txt": ["a", "a.prompty"],
        "a.prompty": ["a", "a.txt"],
        "b": [],
    }
    assert [step for step, file in found.items() if files.has_longer_id(file)] == [
        "a.txt",
        "a.prompty",
    ]


def test_an_id_once_given_stays(tmp_path: Path):
    make(tmp_path, "prompts/a.txt", "src/chat.prompty")
    files = files_of(tmp_path)
    files.remember({"prompts/a.txt": "a", "src/chat.prompty": "src/chat", "prompts/z.md": "z.md"})
    make(tmp_path, "prompts/a.md", "prompts/src/chat.prompty", "prompts/z.md")
    expected = {
        "a": "prompts/a.txt",
        "a.md": "prompts/a.md",
        "src/chat": "src/chat.prompty",
        "src/chat.prompty": "prompts/src/chat.prompty",
        "z.md": "prompts/z.md",
    }
    assert {one.step: files.place(one.path) for one in files.all()} == expected
    for step, path in expected.items():
        found = files.find(step)
        assert found is not None
        assert (found.step, files.place(found.path)) == (step, path)
        assert files.of_path(tmp_path / path) == found
    assert files.find("z") is None


def test_an_id_whose_file_is_gone_is_free(tmp_path: Path):
    make(tmp_path, "prompts/a.txt")
    files = files_of(tmp_path)
    files.remember({"prompts/a.md": "a"})
    assert [one.step for one in files.all()] == ["a"]
    found = files.of_path(tmp_path / "prompts/a.txt")
    assert found is not None
    assert found.step == "a"


def test_where_the_file_of_a_step_that_is_gone_was(tmp_path: Path):
    files = files_of(tmp_path)
    files.remember({"src/a.prompty": "src/a"})
    assert files.path("src/a", ".prompty") == tmp_path / "src/a.prompty"
    assert files.path("src/b", ".prompty") == tmp_path / "prompts/src/b.prompty"


@pytest.mark.parametrize("step", ["", "..", "../a", "a/../b", "a//b", "./a", "missing", "/etc/a"])
def test_an_id_that_no_file_has(tmp_path: Path, step: str):
    make(tmp_path, "prompts/a.md", "prompts/b.md", "a.md")
    assert files_of(tmp_path).find(step) is None


def test_an_id_says_where_its_file_would_be(tmp_path: Path):
    files = files_of(tmp_path)
    assert files.path("a/b", ".md") == tmp_path / "prompts" / "a" / "b.md"
    assert files_of(tmp_path, "src").path("src/a", ".md") == tmp_path / "src" / "a.md"
    assert files.path("../a", ".md") is None


def test_linked_folders_are_not_followed(tmp_path: Path):
    make(tmp_path, "prompts/a.md", "elsewhere/b.md")
    (tmp_path / "prompts/link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert steps(tmp_path) == {"a": "prompts/a.md"}
    (tmp_path / "src").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "prompts/gone").symlink_to(tmp_path / "gone", target_is_directory=True)
    make(tmp_path, "elsewhere/c.prompty")
    assert steps(tmp_path) == {"a": "prompts/a.md", "elsewhere/c": "elsewhere/c.prompty"}
    assert files_of(tmp_path).of_path(tmp_path / "src/c.prompty") is None
    assert files_of(tmp_path).overview().left_out == (("prompts/link/", LINKED),)


def test_a_folder_of_prompts_may_be_a_link_that_stays_inside(tmp_path: Path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    make(inside, "real/a.md")
    make(outside, "b.md")
    (inside / "prompts").symlink_to(inside / "real", target_is_directory=True)
    (inside / "texts").symlink_to(outside, target_is_directory=True)
    assert steps(inside, "prompts", "texts") == {"a": "prompts/a.md"}
    assert files_of(inside, "prompts", "texts").overview().left_out == (("texts/", LINKED),)


def test_a_folder_reached_by_a_link_has_its_steps(tmp_path: Path):
    make(tmp_path, "real/prompts/a.md")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    project = Project(tmp_path / "link", WorkspaceSettings())
    for way in ("link", "real"):
        found = project.step_at(tmp_path / way / "prompts" / "a.md")
        assert found is not None
        assert found.step == "a"
