"""test: prompts as they are in a commit, as the baseline and to tell what has changed."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from cli.test_testing import GOOD, at, report_of, some_tests, write_tests
from support.scripted_model import scripted_model

if TYPE_CHECKING:
    from pathlib import Path

Workspace = Any
_IDENTITY = ["-c", "user.name=n", "-c", "user.email=n@localhost"]


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *_IDENTITY, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path, message: str = "change") -> str:
    git(folder, "add", "-A", ".")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(workspace: Workspace) -> Any:
    """`greet` is bad on main, with 12 tests, and nothing of it was ever run."""
    (workspace.folder / ".gitignore").write_text(".fourfold/\n")
    workspace.write("Bad {{topic}}\n")
    write_tests(workspace, some_tests(12))
    git(workspace.folder, "init", "-q", "-b", "main")
    commit(workspace.folder)
    return workspace


@pytest.mark.parametrize(
    ("now", "required", "code"),
    [
        ("Good {{topic}}\n", "better", 0),
        ("Good {{topic}}\n", "not-worse", 0),
        ("Worse {{topic}}\n", "better", 4),
        ("Worse {{topic}}\n", "not-worse", 0),
        ("Bad {{topic}}\r\n", "better", 1),  # the same, but for line ends
        ("Bad {{topic}}\n", "not-worse", 0),
    ],
)
async def test_a_branch_is_held_against_main(
    repository: Workspace, now: str, required: str, code: int
) -> None:
    git(repository.folder, "switch", "-q", "-c", "branch")
    repository.prompt.write_bytes(now.encode())
    async with scripted_model(GOOD) as model:
        report = await report_of(
            repository, model, "--baseline", "git:main", "--require", required, code=code
        )
    assert report["arms"][0]["version"] == "git:main"
    if now.startswith("Bad"):
        assert len(report["arms"]) == 1
        assert len(model.requests) == 12
        return
    assert [arm["version"] for arm in report["arms"]] == ["git:main", 1]
    assert report["pairs"][0]["a"] == {"version": "git:main", "model": "scripted"}
    assert len(model.requests) == 24
    if now.startswith("Good"):
        assert "v1 passes more often than git:main on these tests" in report["sentence"]


async def test_a_worse_branch_is_exit_code_1(repository: Workspace) -> None:
    repository.write("Good {{topic}}\n")
    commit(repository.folder)
    repository.write("Bad {{topic}} again\n")
    async with scripted_model(GOOD) as model:
        for asked in (12 + 12, 0):  # what a commit's text answered is kept as well
            before = len(model.requests)
            await report_of(
                repository, model, "greet", "--baseline", "git:HEAD", "--require", "not-worse",
                code=1,
            )  # fmt: skip
            assert len(model.requests) - before == asked


async def test_a_commit_with_the_text_of_a_version_is_asked_once(repository: Workspace) -> None:
    repository.versions("Bad {{topic}}\n", "Good {{topic}}\n")
    async with scripted_model(GOOD) as model:
        ended = await repository.process("test", "--baseline", "git:main~0", **at(model))
    assert "v1 of greet is as it is at git:main~0." in ended.err
    assert len(model.requests) == 24
    assert [line.split()[0] for line in ended.out.splitlines()[1:3]] == ["git:main~0", "v2"]


async def test_a_prompt_that_the_commit_does_not_have(repository: Workspace) -> None:
    for suffix in (".md", ".tests.yaml"):
        old = repository.folder / "prompts" / f"greet{suffix}"
        old.with_name(f"new{suffix}").write_bytes(old.read_bytes())
    async with scripted_model(GOOD) as model:
        named = await repository.process(
            "test", "new", "--baseline", "git:main", "--require", "not-worse", **at(model)
        )
        assert (named.code, model.requests) == (2, [])
        assert "git:main has no new.md, so there is nothing to hold new against." in named.err
        found = await repository.process(
            "test", "--baseline", "git:main", "--require", "not-worse", **at(model)
        )
    assert found.code == 0, found.err
    assert "git:main has no new.md, so new is held against nothing." in found.err


@pytest.mark.parametrize(
    "ref",
    ["--upload-pack=touch hacked", "-h", "--output=hacked", "nothing", "", "a b", "main:prompts",
     "main..main", "--all", "-", "\x1b[2Jmain", "$(touch hacked)"],
)  # fmt: skip
async def test_a_hostile_ref_is_refused(repository: Workspace, ref: str) -> None:
    async with scripted_model(GOOD) as model:
        ended = await repository.process("test", "--baseline", f"git:{ref}", **at(model))
    assert (ended.code, model.requests) == (2, [])
    assert "git knows no commit" in ended.err
    assert "\x1b" not in ended.err
    assert not list(repository.folder.rglob("hacked"))


async def test_a_branch_that_is_only_at_the_origin_is_meant(
    repository: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clone = tmp_path_factory.mktemp("clone")
    commit(repository.folder)
    source = repository.folder.as_uri()
    git(clone, "clone", "-q", "--depth", "1", source, "shallow")
    repository.folder = clone / "shallow"
    git(repository.folder, "switch", "-q", "-c", "branch")
    git(repository.folder, "branch", "-q", "-D", "main")
    for ref, said in (
        ("main", "did you mean git:origin/main?"),
        ("HEAD~1", "in this shallow clone; fetch it"),
    ):
        ended = await repository.process("test", "--baseline", f"git:{ref}")
        assert ended.code == 2
        assert said in ended.err


async def test_nothing_is_fetched_for_a_clone_that_lacks_the_text(
    repository: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A remote may name a program, which git would run to fetch from it."""
    git(repository.folder, "config", "uploadpack.allowFilter", "true")
    repository.write("Good {{topic}}\n")
    commit(repository.folder)
    clone = tmp_path_factory.mktemp("clone")
    git(clone, "clone", "-q", "--filter=blob:none", repository.folder.as_uri(), "partial")
    repository.folder = clone / "partial"
    git(repository.folder, "config", "remote.origin.url", f"ext::touch {clone}/hacked")
    git(repository.folder, "config", "protocol.ext.allow", "always")
    ended = await repository.process("test", "greet", "--baseline", "git:HEAD~1")
    assert ended.code == 3
    assert "The content of prompts/greet.md at git:HEAD~1 is not in this clone" in ended.err
    assert not list(clone.rglob("hacked"))


async def test_what_is_no_text_at_the_commit(repository: Workspace) -> None:
    repository.prompt.unlink()
    repository.prompt.symlink_to("elsewhere.md")
    linked = commit(repository.folder)
    repository.prompt.unlink()
    repository.prompt.write_bytes(b"\xff\xfe")
    broken = commit(repository.folder)
    repository.write("x" * 3_000_000)
    large = commit(repository.folder)
    repository.write("Good {{topic}}\n")
    for ref, said in (
        (linked, "is a link or a folder"),
        (broken, "is not UTF-8"),
        (large, "is larger than a prompt may be"),
    ):
        ended = await repository.process("test", "greet", "--baseline", f"git:{ref}")
        assert ended.code == 3
        assert said in ended.err


async def test_without_git_or_a_repository(workspace: Workspace, tmp_path: Path) -> None:
    workspace.versions("Good {{topic}}\n")
    write_tests(workspace, some_tests(1))
    outside = {"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    ended = await workspace.process("test", "--baseline", "git:main", **outside)
    assert ended.code == 3
    assert "is in no git repository" in ended.err
    ended = await workspace.process("test", "--baseline", "git:main", PATH=str(tmp_path))
    assert ended.code == 3
    assert "git cannot be run here" in ended.err


async def test_a_hook_of_git_may_call_it(repository: Workspace) -> None:
    """What git hands down to a hook is about another folder than the prompts'."""
    repository.write("Good {{topic}}\n")
    handed = {"GIT_DIR": os.devnull, "GIT_WORK_TREE": "/", "GIT_INDEX_FILE": os.devnull}
    async with scripted_model(GOOD) as model:
        ended = await repository.process("test", "--baseline", "git:main", **at(model), **handed)
    assert ended.code == 0, ended.err


def add_steps(workspace: Workspace, *names: str) -> None:
    for name in names:
        (workspace.folder / "prompts" / f"{name}.md").write_text(f"{name} {{{{topic}}}}\n")
        (workspace.folder / "prompts" / f"{name}.tests.yaml").write_text(some_tests(1))


async def reports_of(workspace: Workspace, *arguments: str) -> tuple[list[str], str]:
    async with scripted_model(GOOD) as model:
        ended = await workspace.process("test", "--changed", "--json", *arguments, **at(model))
    assert ended.code == 0, ended.err
    return [report["step"] for report in json.loads(ended.out)["reports"]], ended.err


async def test_only_what_has_changed_since_the_branch_began(repository: Workspace) -> None:
    add_steps(repository, "a", "b", "c", "late")
    (repository.folder / "prompts" / "untested.md").write_text("x\n")
    commit(repository.folder)
    git(repository.folder, "switch", "-q", "-c", "branch")
    git(repository.folder, "switch", "-q", "main")
    (repository.folder / "prompts" / "late.md").write_text("late, on main {{topic}}\n")
    commit(repository.folder)
    git(repository.folder, "switch", "-q", "branch")
    prompts = repository.folder / "prompts"
    (prompts / "a.md").write_text("another {{topic}}\n")
    commit(repository.folder)
    (prompts / "b.tests.yaml").write_text(some_tests(2))  # is not committed
    (prompts / "c.md").write_bytes(b"c {{topic}}\r\n")
    (prompts / "untested.md").write_text("y\n")
    add_steps(repository, "new")
    steps, said = await reports_of(repository)
    assert steps == ["a", "b", "new"]
    start = git(repository.folder, "rev-parse", "main~1")[:10]
    assert f"As at git:{start}, and so left out: c, greet, late." in said
    steps, said = await reports_of(repository, "--baseline", "git:main")
    assert steps == ["a", "b", "late", "new"]
    assert "As at git:main, and so left out: c, greet." in said
    assert (await reports_of(repository, "b", "greet"))[0] == ["b"]
    git(repository.folder, "switch", "-q", "--discard-changes", "main")
    (prompts / "new.md").unlink()
    assert (await reports_of(repository))[0] == []


async def test_a_folder_below_the_repositorys_top(repository: Workspace) -> None:
    below = repository.folder / "packages" / "one"
    (below / "prompts").mkdir(parents=True)
    for name in ("greet.md", "greet.tests.yaml"):
        (below / "prompts" / name).write_bytes((repository.folder / "prompts" / name).read_bytes())
    commit(repository.folder)
    repository.folder = below
    assert (await reports_of(repository))[0] == []
    repository.write("Good {{topic}}\n")
    assert (await reports_of(repository, "--baseline", "git:HEAD"))[0] == ["greet"]


async def test_what_has_changed_cannot_always_be_told(repository: Workspace) -> None:
    git(repository.folder, "branch", "-q", "-m", "main", "trunk")
    ended = await repository.process("test", "--changed")
    assert ended.code == 3
    assert "git knows no default branch here" in ended.err
    git(repository.folder, "branch", "-q", "main")
    git(repository.folder, "switch", "-q", "--orphan", "other")
    (repository.folder / "prompts").mkdir(exist_ok=True)
    repository.write("Good {{topic}}\n")
    write_tests(repository, some_tests(1))
    commit(repository.folder)
    ended = await repository.process("test", "--changed")
    assert ended.code == 3
    assert "no commit that HEAD and main have in common (there is none)" in ended.err
