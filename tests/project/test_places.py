"""Why a file is no prompt, and what is found when a workspace folder is looked through."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from fourfold.project import steps as steps_module
from fourfold.project.project import Project
from fourfold.project.steps import StepFiles
from fourfold.settings import WorkspaceSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")


def files_of(folder: Path, *folders: str, exclude: tuple[str, ...] | None = None) -> StepFiles:
    return StepFiles(folder, WorkspaceSettings(folders=folders or ("prompts",), exclude=exclude))


def ids(files: StepFiles) -> list[str]:
    return [file.step for file in files.all()]


HIDDEN = "names that start with _ or . are no prompts"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("prompts/_verify.prompty", HIDDEN),
        ("src/_part.prompty", HIDDEN),
        ("prompts/.hidden/a.md", HIDDEN),
        (".git/a.prompty", HIDDEN),
        (".vscode/a.prompt.md", HIDDEN),
        (
            "prompts/.github/a.md",
            "of its kind only files below prompts are prompts (the setting folders)",
        ),
        (".claude/agents/README.md", "files named README or CHANGELOG are no prompts"),
        (
            ".claude/agents/deep/no.md",
            "of its kind only files below prompts are prompts (the setting folders)",
        ),
        ("agents.md", "of its kind only files below prompts are prompts (the setting folders)"),
        ("_style.agent.md", HIDDEN),
        ("prompts/README.md", "files named README or CHANGELOG are no prompts"),
        ("docs/a.md", "of its kind only files below prompts are prompts (the setting folders)"),
        ("prompts/a.py", "it is not of a kind that prompts are"),
        ("node_modules/p/a.prompty", "node_modules is left out (the setting exclude)"),
        ("prompts/node_modules/a.md", "node_modules is left out (the setting exclude)"),
        ("a/.venv/lib/a.prompty", ".venv is left out (the setting exclude)"),
        ("web/dist/a.prompty", "dist is left out (the setting exclude)"),
        ("src/a.prompty", None),
        ("prompts/build/a.md", None),
        ("prompts/AGENTS.md", None),
        (".github/a.prompty", None),
        (".ai/skills/pdf/SKILL.md", None),
        (".windsurf/AGENTS.md", None),
        (".github/prompts/readme-writer.prompt.md", None),
        ("A.PROMPT.MD", None),
    ],
)
def test_why_a_file_is_no_prompt(tmp_path: Path, path: str, reason: str | None):
    make(tmp_path, path)
    files = files_of(tmp_path)
    assert files.why_no_prompt(tmp_path / path) == reason
    assert (files.of_path(tmp_path / path) is None) == (reason is not None)
    assert bool(ids(files)) == (reason is None)


def test_outside_of_the_folder_there_is_no_prompt(tmp_path: Path):
    files = files_of(tmp_path / "work")
    assert files.why_no_prompt(tmp_path / "a.prompty") == "it is outside the workspace folder"


def test_what_is_excluded_is_left_out(tmp_path: Path):
    make(
        tmp_path, "prompts/drafts/a.md", "prompts/b.md", "prompts/b.draft.md", "x/drafts/c.prompty"
    )
    make(tmp_path, "node_modules/d.prompty")
    files = files_of(tmp_path, exclude=("drafts/", "*.draft.md"))
    assert ids(files) == ["b", "node_modules/d"]
    assert files.overview().left_out == (
        ("prompts/b.draft.md", "prompts/b.draft.md is left out (the setting exclude)"),
        ("prompts/drafts/", "prompts/drafts is left out (the setting exclude)"),
    )


def repository(folder: Path) -> None:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)


def without_git(folder: Path) -> None:
    folder.mkdir(exist_ok=True)


@pytest.mark.parametrize("prepare", [repository, without_git])
def test_what_git_ignores_is_left_out(tmp_path: Path, prepare: Callable[[Path], None]):
    prepare(tmp_path)
    make(tmp_path, "prompts/a.md", "prompts/private/b.md", "gen/c.prompty", "gen/kept/d.prompty")
    make(tmp_path, "e.local.prompty", "src/e.prompty", "src/f.prompty", "src/deep/f.prompty")
    (tmp_path / ".gitignore").write_text("# own\ngen/*\n!gen/kept\n*.local.*\nprivate/\n[\n")
    (tmp_path / "src" / ".gitignore").write_text("/f.prompty\n")
    files = files_of(tmp_path)
    assert ids(files) == ["a", "gen/kept/d", "src/deep/f", "src/e"]
    assert files.overview().left_out == (
        ("e.local.prompty", "git ignores it"),
        ("gen/c.prompty", "git ignores it"),
        ("prompts/private/", "git ignores it"),
        ("src/f.prompty", "git ignores it"),
    )
    (tmp_path / ".gitignore").write_text("")
    assert "prompts/private/b.md" in [files.place(file.path) for file in files.all()]


def ignored_by_git(folder: Path, names: list[str]) -> set[str]:
    asked = subprocess.run(
        ["git", "-c", "core.quotePath=off", "check-ignore", *names],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(asked.stdout.splitlines())


def in_repository(top: Path) -> Path:
    return top


def in_worktree(top: Path) -> Path:
    """A worktree, which has the repository's own list of what is ignored."""
    made = ["git", "-C", str(top), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run([*made, "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    subprocess.run([*made, "worktree", "add", "-q", str(top.parent / "other")], check=True)
    return top.parent / "other"


def in_submodule(top: Path) -> Path:
    """A repository in another one, whose rules do not count in it."""
    inner = top.parent / "inner"
    shutil.copytree(top / ".git", top.parent / ".git" / "modules" / "inner")
    inner.mkdir()
    (inner / ".git").write_text("gitdir: ../.git/modules/inner\n")
    (top.parent / ".gitignore").write_text("*.prompty\n")
    return inner


@pytest.mark.parametrize("prepare", [in_repository, in_worktree, in_submodule])
def test_our_rules_are_those_of_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prepare: Callable[[Path], Path]
):
    """Held against git itself, where the workspace is a folder in a repository."""
    config = tmp_path / "config"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("HOME", str(tmp_path))
    config.write_text(f"[user]\n\tname = a\n[Core] excludesFile = {tmp_path}/everywhere\n")
    (tmp_path / "everywhere").write_text("*.tmp.prompty\n!/*.prompty\n")
    repository(tmp_path / "outer" / "top")
    (tmp_path / "outer" / "top" / ".git" / "info" / "exclude").write_text("é.prompty\n")
    top = prepare(tmp_path / "outer" / "top")
    folder = top / "apps" / "one"
    ends = ("x", "y z", "é", "n.tmp")
    names = [f"{place}{name}.prompty" for place in ("", "a/", "a/b/") for name in ends]
    make(folder, *names)
    (top / ".gitignore").write_text("/apps/one/a/x.prompty\ny*\n")
    (folder / "a" / ".gitignore").write_text("!y*\nb/**/x*\n!b/n.*\n")
    ignored = ignored_by_git(folder, names)
    assert len(ignored) > 5
    files = files_of(folder)
    assert {files.place(file.path) for file in files.all()} == set(names) - ignored
    for name in names:
        assert (files.of_path(folder / name) is None) == (name in ignored)


def test_a_repository_in_the_folder_has_rules_of_its_own(tmp_path: Path):
    repository(tmp_path)
    repository(tmp_path / "parts" / "one")
    make(tmp_path, "a.prompty", "parts/one/a.prompty", "parts/one/b.prompty", "parts/two/b.prompty")
    (tmp_path / ".gitignore").write_text("a.*\n")
    (tmp_path / "parts" / "one" / ".git" / "info" / "exclude").write_text("b.*\n")
    assert ids(files_of(tmp_path)) == ["parts/one/a", "parts/two/b"]
    assert ignored_by_git(tmp_path / "parts" / "one", ["a.prompty", "b.prompty"]) == {"b.prompty"}


@pytest.mark.parametrize(
    "said", ["gitdir: //elsewhere/share", "gitdir: \0", "gitdir: nowhere", "?"]
)
def test_what_a_repository_says_of_itself_is_not_trusted(tmp_path: Path, said: str):
    make(tmp_path, "a.prompty", "b.prompty")
    (tmp_path / ".git").write_text(said)
    os.mkfifo(tmp_path / ".gitignore")  # where reading would wait for ever
    assert ids(files_of(tmp_path)) == ["a", "b"]


def test_a_folder_that_is_ignored_itself_is_meant_by_who_opens_it(tmp_path: Path):
    repository(tmp_path)
    (tmp_path / ".gitignore").write_text("*\n")
    make(tmp_path / "work", "a.prompty")
    assert ids(files_of(tmp_path / "work")) == ["a"]


def test_exclude_may_bring_back_what_git_ignores(tmp_path: Path):
    make(tmp_path, "prompts/private/a.md")
    (tmp_path / ".gitignore").write_text("private/\n")
    assert ids(files_of(tmp_path)) == []
    assert ids(files_of(tmp_path, exclude=("!private/", "!private/**"))) == ["private/a"]


@pytest.mark.parametrize(
    "hostile",
    ["*a" * 30 + "b\n", "[" * 50_000, "\0\udcff\n", "!\n/\n\\\n", "x\n" * 200_000, "(((((*"],
)
def test_a_hostile_gitignore_costs_nothing(tmp_path: Path, hostile: str):
    make(tmp_path, *(f"prompts/{'a' * 200}{number}.md" for number in range(50)))
    (tmp_path / ".gitignore").write_text(hostile, encoding="utf-8", errors="surrogateescape")
    start = time.monotonic()
    assert len(ids(files_of(tmp_path))) == 50
    assert time.monotonic() - start < 2


def test_prompts_of_every_kind_are_found_where_they_lie(tmp_path: Path):
    kinds = {
        ".agents/skills/pdf/SKILL.md": ".agents/skills/pdf/SKILL",
        ".claude/agents/a.md": ".claude/agents/a",
        ".claude/commands/b.md": ".claude/commands/b",
        ".claude/commands/deep/b.md": ".claude/commands/deep/b",
        ".github/copilot-instructions.md": ".github/copilot-instructions",
        ".github/instructions/c.instructions.md": ".github/instructions/c",
        "AGENTS.md": "AGENTS",
        "b.agent.md": "b",
        "f.prompt.yaml": "f",
        "packages/one/.claude/commands/d.md": "packages/one/.claude/commands/d",
        "prompts/g.prompt.yml": "g",
        "prompts/h.prompt.md": "h",
        "src/CLAUDE.md": "src/CLAUDE",
    }
    make(tmp_path, *kinds, "workflow.yml", "a.yaml", "docs/plain.md", ".github/x.md", "x/skill.md")
    files = files_of(tmp_path)
    assert {files.place(file.path): file.step for file in files.all()} == kinds
    assert files.overview().left_out == ()


def test_files_of_several_kinds_with_one_id(tmp_path: Path):
    make(tmp_path, "r.agent.md", "r.instructions.md", "prompts/r.prompt.md", "r.prompty")
    files = files_of(tmp_path)
    assert {files.place(file.path): file.step for file in files.all()} == {
        "prompts/r.prompt.md": "r",
        "r.agent.md": "r.agent.md",
        "r.instructions.md": "r.instructions.md",
        "r.prompty": "r.prompty",
    }
    for file in files.all():
        found = files.find(file.step)
        assert found == file
        assert len(files.rivals(file)) == 3


def test_folders_that_are_not_there_are_named(tmp_path: Path):
    make(tmp_path, "packages/a/src/x.prompty", "texts/a.md")
    files = files_of(tmp_path, "packages/*/prompts", "nowhere", "texts", ".", "tex*")
    assert files.overview().missing == ("nowhere", "packages/*/prompts")
    assert [sentence.partition(",")[0] for sentence in files.problems()] == [
        "nowhere",
        "packages/*/prompts",
    ]
    assert files_of(tmp_path).problems() == []  # who has said nothing needs no prompts/


def test_only_folders_that_hold_prompts_are_worth_watching(tmp_path: Path):
    make(tmp_path, "src/chat/deep/a.prompty", "src/other/b.py", "docs/c.md", "prompts/d.md")
    make(tmp_path, "packages/one/x.py", "packages/two/prompts/e.md", "node_modules/p/f.prompty")
    (tmp_path / "prompts" / "empty").mkdir()
    (tmp_path / "empty").mkdir()
    files = files_of(tmp_path, "prompts", "packages/*/prompts", "src/texts/more")
    watched = {files.place(folder) for folder in files.overview().folders}
    assert watched == {
        *(".", "src", "src/chat", "src/chat/deep", "prompts", "prompts/empty"),
        *("packages", "packages/one", "packages/two", "packages/two/prompts"),
    }


def test_a_long_look_counts_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(steps_module, "QUICK_SECONDS", 0.0)
    monkeypatch.setattr(steps_module, "REST", 1e9)
    make(tmp_path, "a.prompty")
    files = files_of(tmp_path)
    assert ids(files) == ["a"]
    make(tmp_path, "b.prompty", "c.prompty")
    assert ids(files) == ["a"]
    files.of_path(tmp_path / "b.prompty")  # as when an editor opens or saves it
    assert ids(files) == ["a", "b", "c"]
    make(tmp_path, "d.prompty")
    files.look_again()
    assert ids(files) == ["a", "b", "c", "d"]


def test_a_link_that_leads_to_itself_hides_nothing_else(tmp_path: Path) -> None:
    prompts = tmp_path / "prompts"
    prompts.mkdir()
    (prompts / "a.md").write_text("Hello\n", encoding="utf-8")
    (prompts / "loop").symlink_to(prompts / "loop")
    project = Project(tmp_path, WorkspaceSettings())
    assert [file.step for file in project.all_steps()] == ["a"]
