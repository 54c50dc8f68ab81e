"""Files that a cloned repository brings along in the places of our own, to have others written."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from pygls.exceptions import JsonRpcException

from lsp.support.session import KATE, VSCODE, session, write
from support.scripted_model import tokens

if TYPE_CHECKING:
    from pathlib import Path

    from lsp.support.profiles import Profile


@pytest.mark.parametrize("profile", [VSCODE, KATE], ids=lambda profile: profile.name)
async def test_links_that_a_workspace_brings_along_lead_nowhere(
    tmp_path: Path, profile: Profile
) -> None:
    """Not even from the folder in which Fourfold keeps its own files."""
    victim = write(tmp_path / "victim" / ".bashrc", "precious\n")
    write(tmp_path / "victim" / "greet.v1-v2.md", "precious\n")
    view = tmp_path / "workspace" / ".fourfold" / "view"
    (view / "version").mkdir(parents=True)
    for name in (".greet.v1.md.new", "greet.v1.md", "greet.v2.md"):
        (view / "version" / name).symlink_to(victim)
    (view / "comparison").symlink_to(victim.parent)
    (view / "run").symlink_to(tmp_path / "nowhere")
    async with session(tmp_path, tokens("Hello"), profile=profile) as s:
        await s.save("two\n")
        await s.run_to_end()
        await s.client.run("fourfold.compareVersions", uri=s.uri)
        await s.client.run("fourfold.showVersion", uri=s.uri, version=1)
        if profile is KATE:
            assert any("its folder is a link" in told for told in s.told())
            version = (await s.versions())["versions"][0]["uri"]
            assert await s.text(version) == "two\n"
    assert {path.name: path.read_text() for path in victim.parent.iterdir()} == {
        ".bashrc": "precious\n",
        "greet.v1-v2.md": "precious\n",
    }
    assert not (tmp_path / "nowhere").exists()


async def test_a_database_that_a_workspace_brings_along_reaches_no_other_file(
    tmp_path: Path,
) -> None:
    lock = write(tmp_path / "elsewhere" / "poetry.lock", "precious\n")
    async with session(tmp_path, tokens("Hello")) as s:
        await s.run_to_end()
    with closing(sqlite3.connect(s.folder / ".fourfold" / "fourfold.db")) as database:
        database.execute("UPDATE runs SET status = 'running', owner = '../../../elsewhere/poetry'")
        database.commit()
    async with session(tmp_path) as s:
        async with asyncio.timeout(30):
            while (await s.last_run())["status"] == "running":
                pass
    assert lock.read_text() == "precious\n"


@pytest.mark.parametrize("name", ["fourfold.db", "fourfold.db-wal", ".gitignore", "repair.lock"])
async def test_a_link_in_place_of_a_file_of_ours_is_not_followed(tmp_path: Path, name: str) -> None:
    theirs = tmp_path / "theirs"
    with closing(sqlite3.connect(theirs)) as database:
        database.execute("CREATE TABLE cookies (name TEXT)")
        database.commit()
    before = theirs.read_bytes()
    state = tmp_path / "workspace" / ".fourfold"
    state.mkdir(parents=True)
    (state / name).symlink_to(theirs)
    with pytest.raises(JsonRpcException, match=f"{name} is a link"):
        async with session(tmp_path) as s:
            await s.versions()
    assert theirs.read_bytes() == before
    assert [path.name for path in tmp_path.glob("theirs*")] == ["theirs"]
