"""CONTRIBUTING.md names files and targets that are there, and a commit waits for nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))

NAMED = sorted(
    {*re.findall(r"`([\w./-]*/[\w./-]*|[A-Z]+\.md)`", PAGE), *re.findall(r"\]\(([\w./-]+)\)", PAGE)}
)


@pytest.mark.parametrize("path", NAMED)
def test_every_file_that_it_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_it_says_where_things_go_in_a_screenful() -> None:
    assert "server/fourfold/app/commands/" in NAMED
    assert "server/fourfold/store/sqlite/schema.py" in NAMED
    assert len(PAGE.splitlines()) <= 45


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([a-z]+)", PAGE))))
def test_every_target_that_it_names_can_be_made(target: str) -> None:
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)


def test_the_hooks_download_nothing() -> None:
    for repository in HOOKS["repos"]:
        assert repository["repo"] == "local"
        for hook in repository["hooks"]:
            assert hook["language"] == "system"
            assert re.search(rf"^{hook['entry'].removeprefix('make ')}:", MAKEFILE, re.MULTILINE)
