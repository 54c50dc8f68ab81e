"""No file of lsp/ leads back to itself, in annotations neither; a feature is one method."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
FEATURES = sorted((ROOT / "server" / "fourfold" / "lsp" / "features").glob("[!_]*.py"))


@pytest.mark.parametrize("path", FEATURES, ids=lambda path: path.stem)
def test_a_feature_is_the_method_it_is_named_for_in_15_to_40_lines(path: Path) -> None:
    text = path.read_text("utf-8")
    method = re.match(r'"""(?:\w+/)?(\w+): ', text)
    assert method, "its first word is the method"
    assert re.sub("[A-Z]", lambda at: f"_{at[0].lower()}", method[1]) == path.stem
    assert 15 <= len(text.splitlines()) <= 40
    assert text.count("server.feature(") <= 1


def test_the_layers_of_lsp_hold_in_annotations_too() -> None:
    contract = next(
        one
        for one in PROJECT["tool"]["importlinter"]["contracts"]
        if one.get("containers") == ["fourfold.lsp"]
    )
    graph = grimp.build_graph("fourfold", exclude_type_checking_imports=False, cache_dir=None)
    layers = [
        grimp.Layer(*(name.strip() for name in layer.split("|"))) for layer in contract["layers"]
    ]
    assert not graph.find_illegal_dependencies_for_layers(layers, containers={"fourfold.lsp"})
    known = {
        module: {
            one
            for one in graph.find_modules_directly_imported_by(module)
            if one.startswith("fourfold.lsp")
        }
        for module in graph.modules
        if module.startswith("fourfold.lsp")
    }
    while free := [module for module, others in known.items() if not others & known.keys()]:
        for module in free:
            del known[module]
    assert known == {}, "these know each other in a circle"
