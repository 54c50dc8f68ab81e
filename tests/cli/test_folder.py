"""Which folder a command works on, how a step is named, and what is said of files left out."""

from __future__ import annotations

import json
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from cli.conftest import no_server
from fourfold.cli.folder import project_in
from fourfold.cli.main import make_cli
from fourfold.project.naming import step_files

if TYPE_CHECKING:
    from pathlib import Path

Workspace = Any


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"Hello from {name}.\n", encoding="utf-8")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(make_cli(no_server, no_server), arguments)


def listed(result: Result) -> list[str]:
    assert result.exit_code == 0, result.stderr
    return [one["step"] for one in json.loads(result.stdout)["steps"]]


def test_listing_a_fresh_folder_puts_nothing_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    users = tmp_path_factory.mktemp("users")
    monkeypatch.setenv("XDG_DATA_HOME", str(users))
    make(tmp_path, "prompts/b.md", "src/chat/a.prompty", "README.md")
    before = sorted(tmp_path.rglob("*"))
    for command in (["list"], ["list", "--json"], ["workflow", "show"], ["workflow", "runs"]):
        result = call(*command, "--folder", str(tmp_path))
        assert result.exit_code == 0, result.stderr
    assert sorted(tmp_path.rglob("*")) == before
    assert list(users.rglob("*")) == []
    assert listed(call("list", "--json", "--folder", str(tmp_path))) == ["b", "src/chat/a"]
    assert call("save", "b", "--folder", str(tmp_path)).exit_code == 0
    assert (tmp_path / ".fourfold").is_dir()


def test_the_folder_is_the_nearest_with_prompts_else_that_of_git_else_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "work/src/deep/a.prompty", "work/b.prompty")
    monkeypatch.chdir(tmp_path / "work" / "src")
    assert listed(call("list", "--json")) == ["deep/a"]
    subprocess.run(["git", "init", "-q", str(tmp_path / "work")], check=True)
    assert listed(call("list", "--json")) == ["b", "src/deep/a"]
    (tmp_path / "work" / "src" / "fourfold.toml").touch()
    assert listed(call("list", "--json")) == ["deep/a"]
    make(tmp_path, "work/src/deep/prompts/c.md")
    monkeypatch.chdir(tmp_path / "work" / "src" / "deep" / "prompts")
    assert listed(call("list", "--json")) == ["a", "c"]


def test_a_tools_own_folder_is_none_though_there_are_prompts_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path / "work")], check=True)
    make(tmp_path, "work/.github/prompts/a.prompt.md", "work/AGENTS.md")
    monkeypatch.chdir(tmp_path / "work" / ".github" / "prompts")
    assert listed(call("list", "--json")) == [".github/prompts/a", "AGENTS"]


def test_a_step_is_named_by_a_path_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "prompts/greet.md", "src/chat/basic.prompty", "prompts/src/x.txt")
    monkeypatch.chdir(tmp_path / "src")
    absolute = str(tmp_path / "src/chat/basic.prompty")
    for name in ("src/chat/basic", "chat/basic.prompty", "src/chat/basic.prompty", absolute):
        assert json.loads(call("show", name, "--json").stdout)["text"].startswith("Hello from src")
        assert json.loads(call("list", name, "--json").stdout)["step"] == "src/chat/basic"
    assert "v1 of greet is new" in call("save", "../prompts/greet.md").stdout
    make(tmp_path, "src/chat/basic.prompty")
    (tmp_path / "src/chat/basic.prompty").write_text("Another.\n", encoding="utf-8")
    diff = call("diff", "chat/basic.prompty", "v1", "v1", "--json")
    assert json.loads(diff.stdout)["step"] == "src/chat/basic"
    assert json.loads(call("use", absolute, "v1", "--json").stdout)["step"] == "src/chat/basic"
    (tmp_path / "src/chat/basic.prompty").unlink()
    assert call("show", "chat/basic.prompty").stdout == "Hello from src/chat/basic.prompty.\n"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("_verify", "prompts/_verify.prompty is no step, since names that start with _ or ."),
        ("prompts/_verify.prompty", "names that start with _ or . are no prompts"),
        ("_verify.prompty", "names that start with _ or . are no prompts"),
        ("README", "files named README or CHANGELOG are no prompts"),
        ("node_modules/p/x.prompty", "node_modules is left out"),
        ("docs/notes.md", "of its kind only files below prompts are prompts"),
        ("nowhere", "there is no step nowhere; there are ok"),
        ("docs/nowhere.prompty", "there is no step docs/nowhere.prompty; there are ok"),
    ],
)
@pytest.mark.parametrize("command", ["run", "show", "save"])
def test_why_a_file_is_no_step(tmp_path: Path, command: str, name: str, reason: str) -> None:
    make(tmp_path, "prompts/ok.md", "prompts/_verify.prompty")
    make(tmp_path, "prompts/README.md", "node_modules/p/x.prompty", "docs/notes.md")
    result = call(command, name, "--folder", str(tmp_path))
    assert result.exit_code == 2
    assert reason in result.stderr
    assert not (tmp_path / ".fourfold").exists()


def test_what_is_left_out_is_listed_with_the_reason(tmp_path: Path) -> None:
    make(tmp_path, "prompts/gen/x.md", *(f"kinds/_{number}.prompty" for number in range(20)))
    (tmp_path / ".gitignore").write_text("gen/\n", encoding="utf-8")
    result = call("list", "--folder", str(tmp_path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "There are no prompts yet" in result.stderr
    for sentence in (
        "since git ignores it: prompts/gen/.",
        "since names that start with _ or . are no prompts: kinds/_0.prompty, kinds/_1.prompty,",
        " and 10 more.",
    ):
        assert sentence in result.stderr


def test_two_files_with_one_id_are_both_listed(tmp_path: Path) -> None:
    make(tmp_path, "prompts/dup.txt", "prompts/dup.md", "prompts/dup.prompty", "prompts/x.jinja2")
    make(tmp_path, "prompts/y.markdown")
    result = call("list", "--json", "--folder", str(tmp_path))
    assert listed(result) == ["dup", "dup.prompty", "dup.txt", "x", "y"]
    assert (
        "prompts/dup.txt is dup.txt, with its suffix, since prompts/dup.md is dup;" in result.stderr
    )
    show = call("show", "dup.txt", "--folder", str(tmp_path))
    assert show.stdout == "Hello from prompts/dup.txt.\n"


def test_folders_that_are_not_there_are_said(tmp_path: Path) -> None:
    settings = 'folders = ["packages/*/prompts", "nowhere"]\n'
    (tmp_path / "fourfold.toml").write_text(settings, encoding="utf-8")
    result = call("list", "--folder", str(tmp_path))
    assert result.exit_code == 3
    for name in ("packages/*/prompts", "nowhere"):
        assert f"{name}, which the setting folders names, is not there" in result.stderr
    assert "There are no prompts in" in result.stderr
    make(tmp_path, "packages/one/prompts/a.md", "packages/two/prompts/sub/b.txt")
    result = call("list", "--json", "--folder", str(tmp_path))
    assert listed(result) == ["packages/one/prompts/a", "packages/two/prompts/sub/b"]
    assert "nowhere, which the setting" in result.stderr
    assert "packages/*/prompts" not in result.stderr


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("sumarise", "there is no step sumarise; did you mean summarise?"),
        ("prompts/sumarise.md", "there is no step prompts/sumarise.md; did you mean summarise?"),
        ("x", "there is no step x; there are step0, step1, "),
    ],
)
@pytest.mark.parametrize("command", ["show", "log", "run"])
def test_of_many_steps_the_nearest_is_named(
    tmp_path: Path, command: str, name: str, sentence: str
) -> None:
    make(tmp_path, "prompts/summarise.md", *(f"prompts/step{n}.md" for n in range(300)))
    result = call(command, name, "--folder", str(tmp_path))
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr) < 200


@pytest.mark.parametrize(
    ("pattern", "steps"),
    [
        ("review/*", ["review/a", "review/b"]),
        ("*", ["review"]),
        ("**", ["review", "review/a", "review/b", "review/deep/c", "src/chat/d"]),
        ("review/**", ["review", "review/a", "review/b", "review/deep/c"]),
        ("**/[ac]", ["review/a", "review/deep/c"]),
        ("prompts/review/?.md", ["review/a", "review/b"]),
        ("src/**/*.prompty", ["src/chat/d"]),
    ],
)
def test_a_pattern_stands_for_steps(tmp_path: Path, pattern: str, steps: list[str]) -> None:
    make(tmp_path, "prompts/review.md", "prompts/review/a.md", "prompts/review/b.md")
    make(tmp_path, "prompts/review/deep/c.md", "src/chat/d.prompty")
    with closing(project_in(tmp_path)) as project:
        assert [file.step for file in step_files(project, pattern)] == steps


def test_a_pattern_that_is_a_name_is_that_step_and_one_for_none_is_refused(tmp_path: Path) -> None:
    make(tmp_path, "prompts/[a].md", "prompts/a.md")
    with closing(project_in(tmp_path)) as project:
        assert [file.step for file in step_files(project, "[a]")] == ["[a]"]
        assert [file.step for file in step_files(project, "[ab]")] == ["a"]
    for command in ("run", "log", "check"):
        result = call(command, "none/*", "--folder", str(tmp_path))
        assert result.exit_code == 2
        assert "no step is named like none/*" in result.stderr
