from __future__ import annotations

import subprocess
import sys

import pytest

from fourfold.prompts.formats import PROMPT_SUFFIXES, is_prompt_file, parse, step_suffix


@pytest.mark.parametrize(
    "name",
    [
        "a.markdown",
        "a.jinja2",
        "a.prompty",
        "a.md",
        "a.txt",
        "a.j2",
        "a.jinja",
        "A.PROMPTY",
        "a b#%é.md",
        "my_readme.md",
    ],
)
def test_a_prompt_file(name: str) -> None:
    assert is_prompt_file(name)


@pytest.mark.parametrize(
    "name",
    [
        *("README.md", "readme.txt", "Readme-more.prompty", "CHANGELOG.md", "changelog.txt"),
        *("_part.md", ".hidden.md", ".prompty", "workflow.yaml", "a.tests.yaml", "a.rst"),
        *("a.prompty~", "a.prompty.bak", "prompty", "a", ""),
    ],
)
def test_no_prompt_file(name: str) -> None:
    assert not is_prompt_file(name)


@pytest.mark.parametrize(
    ("name", "step", "suffix"),
    [
        ("requirement.prompty", "requirement", ".prompty"),
        ("a.b.md", "a.b", ".md"),
        ("x.prompt.txt", "x.prompt", ".txt"),
        ("a.JINJA", "a", ".JINJA"),
        ("a.j2", "a", ".j2"),
        ("a.yaml", "a.yaml", ""),
    ],
)
def test_the_step_is_the_name_without_its_suffix(name: str, step: str, suffix: str) -> None:
    assert name.removesuffix(suffix) == step
    assert step_suffix(name) == suffix


def test_importing_the_formats_loads_no_reader() -> None:
    heavy = {"yaml", "jinja2", "prompty", "subprocess", "asyncio"}
    program = (
        "import sys, fourfold.prompts.formats as f; f.is_prompt_file('a.md'); "
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("suffix", [*PROMPT_SUFFIXES, ".PROMPTY"])
def test_an_empty_file_is_read_without_a_problem(suffix: str) -> None:
    template = parse("", suffix)
    assert template.problems == ()
    assert template.variables == ()
