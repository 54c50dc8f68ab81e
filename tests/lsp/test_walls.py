"""No file of lsp/ leads back to itself, in annotations neither."""

from __future__ import annotations

import tomllib
from pathlib import Path

import grimp

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))


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
