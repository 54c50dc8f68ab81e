"""WorkspaceSettings from their four places, and what a workspace may not set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fourfold import settings
from fourfold.settings import WorkspaceSettings, load_settings


class Sources:
    def __init__(self, user: Path, folder: Path) -> None:
        self.user, self.folder = user, folder

    def load(self, workspace: str = "", user: str = "", **editor: Any) -> WorkspaceSettings:
        (self.folder / "fourfold.toml").write_text(workspace, encoding="utf-8")
        self.user.write_text(user, encoding="utf-8")
        return load_settings(self.folder, editor)


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    (tmp_path / "workspace").mkdir()
    monkeypatch.setattr(settings, "user_file", lambda: tmp_path / "config.toml")
    return Sources(tmp_path / "config.toml", tmp_path / "workspace")


def test_without_any_source_the_defaults_hold(sources: Sources):
    assert load_settings(sources.folder) == WorkspaceSettings()
    assert WorkspaceSettings().folders == ("prompts",)
    assert WorkspaceSettings().version_on_save == "always"


def test_later_sources_win(sources: Sources):
    user, workspace = 'model = "user"\nconcurrency = 2', 'model = "workspace"'
    assert sources.load(user=user).model == "user"
    assert sources.load(workspace, user).model == "workspace"
    assert sources.load(workspace, user, model="editor").model == "editor"
    assert sources.load(workspace, user, model="editor").concurrency == 2


@pytest.mark.parametrize("unset", [None, ""])
def test_what_an_editor_leaves_unset_hides_nothing(sources: Sources, unset: str | None):
    loaded = sources.load('model = "workspace"', model=unset)
    assert (loaded.model, loaded.problems) == ("workspace", ())


def test_every_setting(sources: Sources):
    loaded = sources.load(
        """
        folders = ["prompts", "src/ai/"]
        exclude = ["drafts/", "!kept"]
        versionOnSave = "afterRun"
        model = "m"
        concurrency = 3
        idleTimeout = 2.5
        """
    )
    assert loaded == WorkspaceSettings(
        folders=("prompts", "src/ai"),
        exclude=("drafts/", "!kept"),
        version_on_save="afterRun",
        model="m",
        concurrency=3,
        idle_timeout=2.5,
    )


def test_permissions_count_from_the_users_own_file(sources: Sources):
    text = 'allowEnv = ["TEAM"]\ntrustedFolders = ["~/a", "/b"]\n'
    loaded = sources.load(user=f'{text}[models.fast]\nendpoint = "http://x"')
    assert loaded.trusted_folders == (Path("~/a").expanduser(), Path("/b"))
    assert loaded.allow_env == {"TEAM"}
    assert loaded.models == {"fast": {"endpoint": "http://x"}}
    assert loaded.problems == ()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("allowEnv", 'allowEnv = ["OPENAI_API_KEY"]', ["OPENAI_API_KEY"]),
        ("trustedFolders", 'trustedFolders = ["/"]', ["/"]),
        ("team", '[team]\ndatabase = "postgresql://evil/x"', {"database": "postgresql://evil/x"}),
        ("models", '[models.evil]\nendpoint = "http://evil"', {"evil": {"endpoint": "x"}}),
    ],
)
def test_permissions_of_a_workspace_or_an_editor_are_passed_over(
    sources: Sources, name: str, text: str, value: Any
):
    for loaded in (sources.load(text), sources.load(**{name: value})):
        assert (loaded.allow_env, loaded.models) == (frozenset(), {})
        assert (loaded.trusted_folders, loaded.team) == ((), None)
        (problem,) = loaded.problems
        assert f"{name} in " in problem
        assert f"it counts only in your own {sources.user}" in problem


@pytest.mark.parametrize(
    "line",
    [
        "folders = []",
        'folders = "prompts"',
        'folders = ["../outside"]',
        'folders = ["a/../../outside"]',
        'folders = [""]',
        "folders = [1]",
        'exclude = "drafts"',
        'exclude = [""]',
        'exclude = ["!"]',
        "exclude = [1]",
        'versionOnSave = "sometimes"',
        "versionOnSave = true",
        "model = 1",
        "concurrency = 0",
        "concurrency = 65",
        "concurrency = 2.5",
        "concurrency = true",
        'concurrency = "8"',
        "idleTimeout = 0",
        "idleTimeout = nan",
        "idleTimeout = inf",
    ],
)
def test_a_wrong_value_is_passed_over_and_the_others_count(sources: Sources, line: str):
    name = line.partition(" ")[0]
    other = "concurrency = 5" if name != "concurrency" else 'model = "m"'
    loaded = sources.load(f"{line}\n{other}")
    (problem,) = loaded.problems
    assert problem.startswith(f"{name} in fourfold.toml has to be ")
    assert problem.endswith("; it is passed over.")
    assert (loaded.concurrency, loaded.model) in ((5, None), (None, "m"))
    assert loaded.folders == ("prompts",)


@pytest.mark.parametrize(
    ("given", "folders"),
    [
        (["/prompts/"], ("prompts",)),
        (["./prompts"], ("prompts",)),
        (["a//b/./c"], ("a/b/c",)),
        ([".github/prompts"], (".github/prompts",)),
        (["prompts", "prompts/"], ("prompts",)),
        (["packages/*/prompts/", "**/x"], ("packages/*/prompts", "**/x")),
        ([".", "./"], (".",)),
    ],
)
def test_folders_are_tidied(sources: Sources, given: list[str], folders: tuple[str, ...]):
    assert sources.load(folders=given).folders == folders


@pytest.mark.parametrize(
    "data",
    [b"model = ", b"\xff\xfe", b"x = " + b"[" * 100_000, b"model = 'a'\nmodel = 'b'"],
    ids=["half", "not utf-8", "too deep", "twice"],
)
def test_a_broken_file_is_passed_over_and_told_of(sources: Sources, data: bytes):
    (sources.folder / "fourfold.toml").write_bytes(data)
    loaded = load_settings(sources.folder, {"model": "editor"})
    assert loaded.model == "editor"
    (problem,) = loaded.problems
    assert "fourfold.toml could not be read" in problem
    assert len(problem) < 500


def test_a_byte_order_mark_does_not_matter(sources: Sources):
    (sources.folder / "fourfold.toml").write_bytes(b'\xef\xbb\xbfmodel = "m"\r\n')
    loaded = load_settings(sources.folder)
    assert (loaded.model, loaded.problems) == ("m", ())


def test_a_folder_in_place_of_a_file_is_told_of(sources: Sources):
    (sources.folder / "fourfold.toml").mkdir()
    (problem,) = load_settings(sources.folder).problems
    assert "fourfold.toml could not be read (Is a directory), so" in problem


def test_what_nobody_knows_is_passed_over(sources: Sources):
    assert sources.load("unknown = 1", unknown=2) == WorkspaceSettings()


@pytest.mark.parametrize("odd", ["\x00", chr(0xD83D), "\ufffd", "a\x1b]0;title\x07"])
@pytest.mark.parametrize("name", ["folders", "model"])
def test_what_can_be_no_name_is_passed_over_and_told_of(sources: Sources, name: str, odd: str):
    value: Any = f"x{odd}y" if name == "model" else ["prompts", f"x{odd}y"]
    loaded = sources.load(**{name: value})
    assert loaded == WorkspaceSettings(problems=loaded.problems)
    (problem,) = loaded.problems
    assert problem.startswith(f"{name} in the editor's settings has to be ")
    assert problem.isprintable()
