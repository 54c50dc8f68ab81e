"""init and doctor: how somebody who installed Fourfold by pip begins."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

import fourfold
from cli.conftest import no_server
from fourfold.app.sample import sample_folder
from fourfold.cli.main import make_cli
from fourfold.llm import embedded_files

if TYPE_CHECKING:
    from collections.abc import Callable

Workspace = Any
ROOT = Path(__file__).parents[2]
SAMPLE = {
    path.relative_to(ROOT / "prompts").as_posix(): path.read_bytes()
    for path in (ROOT / "prompts").rglob("*")
    if path.is_file()
}


def call(*arguments: str) -> Result:
    return CliRunner().invoke(make_cli(no_server, no_server), arguments)


def test_the_sample_is_written_and_can_be_run(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "project"
    result = call("init", str(folder), "--json")
    assert result.exit_code == 0, result.stderr
    shape = json.loads(result.stdout)
    assert list(shape) == ["folder", "written", "kept"]
    assert set(shape["written"]) == set(SAMPLE)
    for name, data in SAMPLE.items():
        assert (folder / "prompts" / name).read_bytes() == data
    assert call("check", "--folder", str(folder)).exit_code == 0


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    own = tmp_path / "prompts" / "requirement.prompty"
    own.write_text("Mine.\n")
    result = call("init", str(tmp_path))
    assert result.exit_code == 0
    assert own.read_text() == "Mine.\n"
    assert "left as it is: requirement.prompty." in result.stderr
    again = json.loads(call("init", str(tmp_path), "--json").stdout)
    assert (again["written"], set(again["kept"])) == ([], set(SAMPLE))


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    folder.mkdir()
    (folder / "prompts").symlink_to(outside)
    result = call("init", str(folder))
    assert result.exit_code == 3
    assert "remove the link" in result.stderr
    assert list(outside.iterdir()) == []


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "prompts").write_text("a file")
    result = call("init", str(tmp_path))
    assert result.exit_code == 3
    assert "is no folder" in result.stderr
    assert call("init", str(tmp_path / "prompts")).exit_code == 2


def test_the_wheel_carries_the_sample_where_it_is_looked_for() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    package = Path(fourfold.__file__).parent.name
    assert built["targets"]["wheel"]["force-include"] == {"prompts": f"{package}/sample"}
    assert sample_folder() == ROOT / "prompts"


def checks(result: Result) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in json.loads(result.stdout)["checks"]:
        assert list(one) == ["name", "state", "found", "advice"]
        found.setdefault(one["name"], []).append(one)
    return found


@pytest.fixture
def no_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_files, "find", lambda: None)


@pytest.mark.usefixtures("no_embedded")
def test_doctor_says_what_is_not_there_and_what_to_do(workspace: Workspace) -> None:
    result = workspace.call("doctor", "--json")
    assert result.exit_code == 1
    found = checks(result)
    assert found["Python"][0]["state"] == "ok"
    assert found["prompts"][0]["state"] == "ok"
    assert found["database"][0]["state"] == "absent"
    (embedded,) = found["embedded model"]
    assert embedded["state"] == "wrong"
    assert "fourfold model install" in embedded["advice"]
    assert not (workspace.folder / ".fourfold").exists()

    workspace.prompt.unlink()
    (prompts,) = checks(workspace.call("doctor", "--json"))["prompts"]
    assert (prompts["state"], "fourfold init" in prompts["advice"]) == ("absent", True)


@pytest.mark.usefixtures("no_embedded")
def test_doctor_names_keys_and_never_says_them(
    workspace: Workspace, configured: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "sk-0123456789abcdef"
    monkeypatch.setenv("OPENAI_API_KEY", secret)
    configured('[models.fast]\nendpoint = "https://fast.example/v1"\nkeyEnv = "FAST_KEY"\n')
    workspace.versions("One.\n")
    result = workspace.call("doctor", "--json")
    assert result.exit_code == 0, result.stdout
    assert secret not in result.output + workspace.call("doctor").output
    found = checks(result)
    assert [one["found"].split()[-1] for one in found["model"]] == [
        "api.openai.com",
        "fast.example",
    ]
    assert [(one["state"], one["found"].split()[0]) for one in found["key"]] == [
        ("ok", "OPENAI_API_KEY"),
        ("absent", "FAST_KEY"),
    ]
    assert found["key"][1]["advice"] == "set FAST_KEY to use fast"
    assert found["database"][0]["found"].startswith("1 step in ")


def test_doctor_says_what_is_wrong(workspace: Workspace, configured: Callable[[str], None]) -> None:
    configured("[models.fast]\nendpoint = 5\n[modles.x]\n")
    workspace.prompt.with_name("workflow.yaml").write_text("steps: [")
    (workspace.folder / ".fourfold").write_text("a file")
    result = workspace.call("doctor", "--json")
    assert result.exit_code == 1
    wrong = [one["name"] for one in json.loads(result.stdout)["checks"] if one["state"] == "wrong"]
    assert wrong == ["your config.toml", "workflow.yaml", "model"]
    (workspace.folder / ".fourfold").unlink()
    workspace.prompt.with_name("workflow.yaml").unlink()
    workspace.versions("One.\n")
    (workspace.folder / ".fourfold" / "fourfold.db").write_bytes(b"no database" * 1000)
    found = checks(workspace.call("doctor", "--json"))
    assert found["database"][0]["state"] == "wrong"
    assert "is kept as" in found["database"][0]["found"]
