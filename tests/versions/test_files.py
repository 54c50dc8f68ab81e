"""Reading and writing prompt files with care."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.errors import FourfoldError
from fourfold.text.same import normalize
from fourfold.versions.prompt_files import UnreadablePromptError, read_prompt, write_prompt

if TYPE_CHECKING:
    from pathlib import Path

    from support.workspace import Workspace


class TestUnreadable:
    """Each leaves the step's versions as they are, and says what to do."""

    def check(self, workspace: Workspace, reason: str) -> None:
        kept = workspace.kept()
        taken = workspace.look("a")
        assert reason in taken.unreadable["a"]
        assert workspace.kept() == kept
        with pytest.raises(UnreadablePromptError, match=reason):
            workspace.project.disk_text(workspace.file())
        workspace.path().unlink()
        workspace.external("B")
        assert workspace.kept() == "1:A 2:B*"

    @pytest.fixture(autouse=True)
    def known(self, workspace: Workspace):
        workspace.save("A")

    def test_not_utf8(self, workspace: Workspace):
        workspace.path().write_bytes("1\n2 é".encode("latin-1"))
        self.check(workspace, "a.md is not UTF-8")

    def test_the_line_of_what_is_not_utf8(self, workspace: Workspace):
        workspace.path().write_bytes("1\n2 é".encode("latin-1"))
        assert "(line 2)" in workspace.look("a").unreadable["a"]

    def test_binary(self, workspace: Workspace):
        workspace.path().write_bytes(b"\x7fELF\0\0")
        self.check(workspace, "a.md is a binary file")

    def test_twenty_megabytes(self, workspace: Workspace):
        workspace.path().write_bytes(b"x" * 20_000_000)
        self.check(workspace, "a.md has 20.0 MB")

    def test_a_link_out_of_the_workspace(self, workspace: Workspace, tmp_path_factory):
        secret = tmp_path_factory.mktemp("outside") / "secret.md"
        secret.write_text("secret")
        workspace.path().unlink()
        workspace.path().symlink_to(secret)
        self.check(workspace, "a.md is a link to a file outside the workspace")

    def test_links_in_a_circle(self, workspace: Workspace):
        workspace.path().unlink()
        workspace.path().symlink_to(workspace.path())
        self.check(workspace, "a.md could not be read")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
    def test_a_named_pipe_is_not_waited_for(self, workspace: Workspace):
        workspace.path().unlink()
        os.mkfifo(workspace.path())
        self.check(workspace, "a.md is no ordinary file")


def test_an_unreadable_file_does_not_keep_others_from_being_taken_in(workspace: Workspace):
    workspace.write("A", "a")
    workspace.write("C", "c")
    workspace.path("b").write_bytes(b"\xff")
    assert list(workspace.look().unreadable) == ["b"]
    assert (workspace.kept("a"), workspace.kept("c")) == ("1:A*", "1:C*")


def test_an_empty_file_is_a_prompt(workspace: Workspace):
    workspace.save("")
    assert workspace.kept() == "1:*"


def test_a_link_inside_the_workspace_stays_one(workspace: Workspace):
    real = workspace.folder / "shared.md"
    real.write_text("A")
    workspace.path().symlink_to(real)
    workspace.look()
    workspace.external("B")
    workspace.switch(1)
    assert workspace.path().is_symlink()
    assert real.read_text() == "A"


@pytest.mark.parametrize(
    "name", ["with space", "a#b", "100%", "%41", "größe", "日本", "a'b\"c", "q?x=1&y", "a.v2"]
)
def test_paths_with_strange_names(workspace: Workspace, name: str):
    step = f"{name}/{name}"
    for text in "AB":
        workspace.save(text, step)
    workspace.switch(1, step)
    assert (workspace.kept(step), workspace.disk(step)) == ("1:A* 2:B", "A")


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode on this system")
def test_a_name_that_is_not_unicode_is_no_step(workspace: Workspace):
    workspace.write("A")
    with open(os.fsencode(workspace.folder / "prompts") + b"/\xff.md", "wb") as file:  # noqa: PTH123
        file.write(b"B")
    workspace.look()
    assert workspace.project.store.step_names() == ["a"]


class TestWriting:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (b"a\nb\n", b"x\ny\n"),
            (b"a\r\nb\r\n", b"x\r\ny\r\n"),
            (b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfx\ny\n"),
            (b"\xef\xbb\xbfa\r\n", b"\xef\xbb\xbfx\r\ny\r\n"),
            (b"a\r\nb\r\nc\n", b"x\r\ny\r\n"),
            (b"", b"x\ny\n"),
            (b"\xff", b"x\ny\n"),
        ],
    )
    def test_keeps_line_endings_and_byte_order_mark(
        self, tmp_path: Path, before: bytes, after: bytes
    ):
        path = tmp_path / "a.md"
        path.write_bytes(before)
        write_prompt(path, "x\ny\n", tmp_path)
        assert path.read_bytes() == after

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
    @pytest.mark.parametrize("mode", [0o600, 0o755, 0o664])
    def test_keeps_the_mode(self, tmp_path: Path, mode: int):
        path = tmp_path / "a.md"
        path.write_text("a")
        path.chmod(mode)
        write_prompt(path, "b", tmp_path)
        assert stat.S_IMODE(path.stat().st_mode) == mode

    def test_makes_a_deleted_file_again_with_its_folder(self, workspace: Workspace):
        for text in "AB":
            workspace.save(text, "sub/a")
        workspace.path("sub/a").unlink()
        workspace.path("sub/a").parent.rmdir()
        workspace.switch(1, "sub/a")
        assert workspace.disk("sub/a") == "A"

    def test_that_fails_leaves_the_old_file_and_nothing_else(
        self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ):
        for text in "AB":
            workspace.save(text)

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", fail)
            with pytest.raises(FourfoldError, match=r"could not be written .No space left"):
                workspace.switch(1)
        assert workspace.disk() == "B"
        assert [path.name for path in workspace.path().parent.iterdir()] == ["a.md"]
        workspace.switch(1)
        assert workspace.disk() == "A"

    def test_spares_a_read_only_file(self, workspace: Workspace):
        for text in "AB":
            workspace.save(text)
        workspace.path().chmod(0o444)
        with pytest.raises(FourfoldError, match=r"a.md could not be written .*make it writable"):
            workspace.switch(1)
        assert workspace.disk() == "B"
        workspace.path().chmod(0o644)
        workspace.write_current()
        assert workspace.disk() == "A"

    def test_never_leaves_the_workspace(self, workspace: Workspace, tmp_path_factory):
        outside = tmp_path_factory.mktemp("outside")
        for text in "AB":
            workspace.save(text)
        workspace.path().unlink()
        workspace.path().symlink_to(outside / "made.md")
        with pytest.raises(UnreadablePromptError, match="outside the workspace"):
            workspace.switch(1)
        assert list(outside.iterdir()) == []

    @pytest.mark.skipif(sys.platform != "linux", reason="chattr is Linux's")
    def test_where_the_system_forbids_it(self, workspace: Workspace):
        for text in "AB":
            workspace.save(text)
        folder = workspace.path().parent
        chattr = subprocess.run(["chattr", "+i", folder], check=False, capture_output=True)
        if chattr.returncode != 0:
            pytest.skip("chattr is not allowed here")
        try:
            with pytest.raises(FourfoldError, match="still holds its old text; make it writable"):
                workspace.switch(1)
        finally:
            subprocess.run(["chattr", "-i", folder], check=True)
        assert workspace.disk() == "B"


TEXT = st.text(st.sampled_from("a\n\r\ufeff é"), max_size=8)


@given(TEXT)
def test_normalizing_once_is_enough(text: str):
    assert normalize(normalize(text)) == normalize(text)
    assert "\r\n" not in normalize(text)


@given(before=TEXT, text=TEXT)
def test_what_is_written_is_what_is_read(tmp_path_factory, before: str, text: str):
    folder = tmp_path_factory.getbasetemp() / "round-trip"
    folder.mkdir(exist_ok=True)
    path = folder / "a.md"
    path.write_text(before, encoding="utf-8", newline="")
    write_prompt(path, normalize(text), folder)
    assert read_prompt(path, folder) == normalize(text)
