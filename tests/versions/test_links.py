"""Links on the way to a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fourfold.versions.links import is_straight


@pytest.mark.parametrize(
    ("place", "straight"),
    [
        ("a/b.md", True),
        ("a", True),
        ("", True),
        ("a/missing.md", False),
        ("link.md", False),
        ("linked/b.md", False),
        ("a/../a/b.md", False),
        ("../outside.md", False),
    ],
)
def test_only_a_path_without_links_is_straight(tmp_path: Path, place: str, straight: bool) -> None:
    folder = Path(os.path.realpath(tmp_path)) / "folder"
    (folder / "a").mkdir(parents=True)
    for file in (folder / "a" / "b.md", folder.parent / "outside.md"):
        file.write_text("x")
    (folder / "link.md").symlink_to("a/b.md")
    (folder / "linked").symlink_to("a", target_is_directory=True)
    assert is_straight(folder / place, folder) == (straight and os.name != "nt")
    if straight:
        assert os.path.realpath(folder / place) == str(folder / place)
    beside = folder.with_name("folder2")
    beside.mkdir()
    assert not is_straight(beside, folder)
