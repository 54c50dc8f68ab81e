"""The files that stand in for virtual documents."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from fourfold.lsp.serving.view_files import KEPT_SECONDS, delete_old, write_read_only
from lsp.support.profiles import load
from lsp.support.session import session
from support.scripted_model import tokens

if TYPE_CHECKING:
    from pathlib import Path


def test_files_that_nobody_asked_for_in_a_long_time_are_deleted(tmp_path: Path) -> None:
    root = tmp_path.resolve() / "view"
    old, new = root / "run" / "old.md", root / "run" / "new.md"
    for path in (old, new):
        write_read_only(path, "text")
    long_ago = time.time() - KEPT_SECONDS - 60
    os.utime(old, (long_ago, long_ago))

    delete_old(root)

    assert not old.exists()
    assert new.read_text("utf-8") == "text"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
async def test_all_below_fourfold_is_its_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        async with session(tmp_path, tokens("Hi"), profile=load("helix_v25.07")) as s:
            await s.run_to_end()
            await s.client.run("fourfold.showRun", uri=s.uri)
            state = s.folder / ".fourfold"
            found = [state, *state.rglob("*")]
            assert any("view" in path.parts and path.is_file() for path in found)
            assert [path for path in found if path.stat().st_mode & 0o077] == []
    finally:
        os.umask(before)


def test_a_linked_folder_is_left_alone(tmp_path: Path) -> None:
    elsewhere = tmp_path.resolve() / "elsewhere"
    elsewhere.mkdir()
    precious = elsewhere / "precious.md"
    precious.write_text("text", "utf-8")
    os.utime(precious, (0, 0))
    (tmp_path.resolve() / "view").symlink_to(elsewhere)

    delete_old(tmp_path.resolve() / "view")

    assert precious.exists()
