"""server/ARCHITECTURE.md and the code say the same: files, layers and dependencies."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "server" / "fourfold"
PAGE = (ROOT / "server" / "ARCHITECTURE.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def section(title: str) -> str:
    found = re.search(rf"^## {title}\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"ARCHITECTURE.md has no section {title}"
    return found[1]


def first_cells(title: str) -> list[str]:
    rows = re.findall(r"^\| (.+?) \|", section(title), re.MULTILINE)
    return rows[1:]  # below the head


NAMED = sorted(set(re.findall(r"`([\w./-]+(?:/|\.py|\.ts))`", PAGE)))


@pytest.mark.parametrize("path", NAMED)
def test_every_file_that_it_names_is_there(path: str) -> None:
    assert any((folder / path).exists() for folder in (PACKAGE, ROOT))


def test_where_things_are_names_a_file_of_every_part() -> None:
    named = {path.split("/")[0] for path in NAMED if (PACKAGE / path).exists()}
    parts = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert parts - named == set()


def floors() -> list[set[str]]:
    """The layers that the linter holds the code to, from the ground up."""
    contract = next(
        one for one in PROJECT["tool"]["importlinter"]["contracts"] if one["type"] == "layers"
    )
    return [
        {name.strip().removeprefix("fourfold.") for name in layer.split("|")}
        for layer in reversed(contract["layers"])
    ]


def test_the_drawing_has_these_floors() -> None:
    drawing = re.search(r"```\n(.*?)```", section("Layers"), re.DOTALL)
    assert drawing
    known = set().union(*floors())
    drawn = [known & set(re.findall(r"\w+", line)) for line in drawing[1].splitlines()]
    assert [floor for floor in reversed(drawn) if floor] == floors()[:-1]
    assert floors()[-1] == {"__main__"}


def test_every_name_of_the_code_is_in_it() -> None:
    code = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    words = set(re.findall(r"\w+", code))
    named = set(re.findall(r"`((?:[A-Za-z_]+\.)*[A-Za-z_]+)(?:\(\))?`", PAGE))
    others = {"dotpromptz", "executeCommand"}  # a library of the tests, a method of LSP
    assert {name for name in named - others if not set(name.split(".")) <= words} == set()


def test_the_layers_are_those_that_the_linter_holds_the_code_to() -> None:
    enforced = floors()
    rows = [set(re.findall(r"`(\w+)`", cell)) for cell in first_cells("Layers")]
    for layer in enforced:
        told: set[str] = set()
        while told != layer:
            assert rows, f"the table lacks {layer - told}"
            told |= rows.pop(0)
            assert told <= layer, f"{told - layer} stand in another layer"
    assert rows == []
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert set().union(*enforced) == there - {"__init__", "__pycache__", "py"}


def test_every_dependency_has_its_reason() -> None:
    told = {
        name.lower()
        for cell in first_cells("Dependencies, and why each")
        for name in cell.split(", ")
    }
    needed = {
        re.split(r"[\[<>=]", dependency)[0].lower()
        for dependency in (
            *PROJECT["project"]["dependencies"],
            *(
                one
                for extra in PROJECT["project"]["optional-dependencies"].values()
                for one in extra
            ),
        )
    }
    assert needed == told
