"""Packages installed beside Fourfold add steps and models; one that is broken harms nobody."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from fourfold.errors import FourfoldError
from fourfold.steps.architecture_design import ArchitectureDesignStep
from fourfold.steps.base import BaseStep
from fourfold.steps.implementation import ImplementationStep
from fourfold.steps.requirement import RequirementStep
from fourfold.steps.test_generation import TestGenerationStep
from fourfold.steps.types import step_classes
from support.steps import make_step

HERE = Path(__file__).parent
EXAMPLE = HERE / "example_plugin"


def install(site: Path, project: dict[str, Any], module: Path | None = None) -> None:
    """Put a package where an installer would: its module and its metadata."""
    name, version = project["name"], project["version"]
    metadata = site / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8"
    )
    points = project["entry-points"]["fourfold"]
    lines = ["[fourfold]", *(f"{key} = {value}" for key, value in points.items())]
    (metadata / "entry_points.txt").write_text("\n".join(lines), "utf-8")
    if module is not None:
        shutil.copy(module, site)


def install_text(site: Path, name: str, text: str) -> None:
    """Install a module `name` with this text as a plugin of the same name."""
    module = site.parent / f"{name}.py"
    module.write_text(text, "utf-8")
    project = {"name": name, "version": "1", "entry-points": {"fourfold": {name: name}}}
    install(site, project, module)


def use(site: Path, folder: Path) -> dict[str, Any]:
    """What Fourfold makes of the plugins in `site`, in a process of its own."""
    paths = [str(site), str(HERE.parent)]
    done = subprocess.run(
        [sys.executable, str(HERE / "use_plugins.py"), str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    site.mkdir()
    return site


def test_the_example_brings_a_step_and_a_model(site: Path, tmp_path: Path) -> None:
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    install(site, project, EXAMPLE / "fourfold_example.py")

    assert use(site, tmp_path) == {
        "models": ["echo/…"],
        "label": "echo/loud",
        "model": "loud",
        "response": "API: what others call",
        "value": {"markdown": "API: what others call", "terms": {"API": "what others call"}},
        "described": "- **API**: what others call",
        "by_id": "GlossaryStep",
        "built_in": "RequirementStep",
        "notices": [],
    }


def test_without_plugins_there_is_nothing_of_them(site: Path, tmp_path: Path) -> None:
    answer = use(site, tmp_path)
    assert (answer["models"], answer["by_id"], answer["notices"]) == ([], "BaseStep", [])
    assert "no model echo/loud" in answer["model_error"]
    assert answer["step_error"] == (
        "The step docs/terms asks for the type glossary, which there is not: use one of "
        "architecture_design, implementation, requirement, test_generation, or install the plugin "
        "that brings it."
    )


HOOK = "from fourfold.plugins import hookimpl\n@hookimpl\n"
BROKEN = {
    "no_module": ("import not_there", "No module named 'not_there'"),
    "bad_syntax": ("def (", "invalid syntax"),
    "leaves": ("raise SystemExit('bye')", "bye"),
    "raises": (f"{HOOK}def fourfold_step_classes(): raise KeyError", "KeyError"),
    "no_class": (f"{HOOK}def fourfold_step_classes(): return [1]", "1 is no subclass of BaseStep"),
    "no_list": (f"{HOOK}def fourfold_step_classes(): return 7", "7 is no subclass of BaseStep"),
    "no_type": (
        "from fourfold.steps.base import BaseStep\n"
        f"{HOOK}def fourfold_step_classes(): return [type('Nameless', (BaseStep,), {{}})]",
        "Nameless has no type",
    ),
    "no_mapping": (f"{HOOK}def fourfold_integrations(): return ['x']", "gave no mapping"),
    "no_name": (f"{HOOK}def fourfold_integrations(): return {{'a/b': 1}}", "'a/b' names no"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_named_and_the_others_work(
    site: Path, tmp_path: Path, name: str
) -> None:
    text, said = BROKEN[name]
    install_text(site, f"broken_{name}", text)
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    install(site, project, EXAMPLE / "fourfold_example.py")

    answer = use(site, tmp_path)
    assert answer["value"]["terms"] == {"API": "what others call"}
    assert answer["by_id"] == "GlossaryStep"
    (notice,) = answer["notices"]
    assert notice.startswith(f"The plugin broken_{name} cannot be used in full: ")
    assert said in notice
    assert notice.endswith("Update it or remove it.")


def test_an_integration_that_does_not_start_fails_the_run_only(site: Path, tmp_path: Path) -> None:
    install_text(
        site, "broken", f"{HOOK}def fourfold_integrations(): return {{'echo': lambda: 1 / 0}}"
    )
    answer = use(site, tmp_path)
    assert answer["model_error"] == (
        "The integration echo of a plugin does not start: division by zero. Update the plugin or "
        "choose another model."
    )
    assert answer["built_in"] == "RequirementStep"


def test_no_built_in_step_is_missing() -> None:
    assert {
        "requirement": RequirementStep,
        "architecture_design": ArchitectureDesignStep,
        "implementation": ImplementationStep,
        "test_generation": TestGenerationStep,
    }.items() <= step_classes().items()


def test_the_class_comes_from_the_type_then_from_the_id(tmp_path: Path) -> None:
    assert type(make_step(tmp_path, "shop/implementation")) is ImplementationStep
    assert type(make_step(tmp_path, "implementation/review")) is BaseStep
    assert type(make_step(tmp_path, "x", step_type="requirement")) is RequirementStep
    step = make_step(tmp_path, "requirement", step_type="implementation")
    assert type(step) is ImplementationStep
    with pytest.raises(FourfoldError, match="asks for the type nonsense, which there is not"):
        make_step(tmp_path, "requirement", step_type="nonsense")
