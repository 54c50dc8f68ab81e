"""Files of a response are shown as a diff first, and written only where they may be."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from fourfold.errors import FourfoldError
from fourfold.steps.implementation import ImplementationStep
from fourfold.steps.responses.errors import ResponseError
from fourfold.steps.writing import FileChange, plan, target_folder, write
from support.steps import make_step

symlinks = pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "workspace" / "src"
    folder.mkdir(parents=True)
    return folder


def one(path: str, content: str) -> list[dict[str, str]]:
    return [{"path": path, "language": "", "content": content}]


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_document_shows_sizes_and_differences(folder: Path) -> None:
    step = make_step(folder.parent, "implementation", kind="code", folder="src/")
    assert type(step) is ImplementationStep
    (folder / "a.py").write_text("".join(f"line {n}\n" for n in range(20)), "utf-8")
    (folder / "same.py").write_text("x = 1\n", "utf-8")
    changed = "".join(f"line {n}{'!' if n == 10 else ''}\n" for n in range(20))
    value = step.process_response(
        f"```python a.py\n{changed}```\n```python sub/new.py\ny = 'é'\n```\n"
        "```python same.py\nx = 1\n```\n"
    )

    described = step.describe(value)
    assert described == (
        "### 3 files\n\n"
        "- `a.py`, 20 lines, 151 bytes\n"
        "- `sub/new.py`, 1 line, 9 bytes\n"
        "- `same.py`, 1 line, 6 bytes\n\n"
        "#### src/a.py (changed)\n\n"
        "```diff\n@@ -8,7 +8,7 @@\n line 7\n line 8\n line 9\n-line 10\n+line 10!\n line 11\n"
        " line 12\n line 13\n```\n\n"
        "#### src/sub/new.py (new)\n\n"
        "```diff\n@@ -0,0 +1,1 @@\n+y = 'é'\n```"
    )
    assert set(tree(folder)) == {"a.py", "same.py"}, "describing writes nothing"


def test_without_a_folder_there_is_nothing_to_compare_with(folder: Path) -> None:
    step = make_step(folder.parent, "implementation")
    value = step.process_response("```python a.py\nx = 1\n```")
    assert step.describe(value) == "### 1 file\n\n- `a.py`, 1 line, 6 bytes"
    assert isinstance(step, ImplementationStep)
    with pytest.raises(FourfoldError, match="The step implementation has no folder to write to"):
        step.changes(value)
    assert step.describe("what it was before it had files") == ""


def test_nothing_to_change_is_said(folder: Path) -> None:
    (folder / "a.py").write_text("x = 1\n", "utf-8")
    step = make_step(folder.parent, "implementation", folder="src")
    value = step.process_response("```python a.py\nx = 1\n```")
    assert isinstance(step, ImplementationStep)
    assert step.changes(value) == [FileChange("a.py", "x = 1\n", "x = 1\n", folder)]
    described = step.describe(value)
    assert described.endswith("All of them are in src already, as they are.")


def test_a_folder_outside_is_said_where_the_diff_would_be(folder: Path) -> None:
    step = make_step(folder.parent, "implementation", folder="../elsewhere")
    described = step.describe(step.process_response("```python a.py\nx = 1\n```"))
    assert "../elsewhere is not below the workspace folder" in described


def test_files_may_come_as_json(folder: Path) -> None:
    step = make_step(folder.parent, "implementation", kind="json")
    value = step.process_response('{"files": [{"path": "./a.py", "content": "x"}], "why": 1}')
    assert value == {"files": [{"path": "a.py", "content": "x"}], "why": 1}
    with pytest.raises(ResponseError, match="leads out"):
        step.process_response('{"files": [{"path": "../a.py", "content": "x"}]}')
    for other in ("{}", "[]", '{"files": []}', '{"files": [{"path": "a"}]}', '{"files": [1]}'):
        with pytest.raises(ResponseError, match="holds no files"):
            step.process_response(other)


def test_what_was_planned_is_written(folder: Path) -> None:
    (folder / "a.py").write_text("old\n", "utf-8")
    (folder / "a.py").chmod(0o755)
    (folder / "same.py").write_text("same\n", "utf-8")
    changes = plan(
        [*one("a.py", "new\n"), *one("b/c.py", "é\n"), *one("same.py", "same\n")], folder
    )
    assert changes[0] == FileChange("a.py", "old\n", "new\n", folder)
    assert (changes[1].before, changes[2].before) == (None, "same\n")

    assert write(changes) == [folder / "a.py", folder / "b/c.py"]
    assert tree(folder) == {"a.py": b"new\n", "b/c.py": "é\n".encode(), "same.py": b"same\n"}
    assert write(plan(one("a.py", "new\n"), folder)) == []
    if sys.platform != "win32":
        assert (folder / "a.py").stat().st_mode & 0o777 == 0o755


def test_the_folder_is_made_when_it_is_not_there(folder: Path) -> None:
    target = target_folder(folder.parent, "out/generated")
    write(plan(one("a.py", "x\n"), target))
    assert (folder.parent / "out/generated/a.py").read_text("utf-8") == "x\n"


def test_line_ends_stay(folder: Path) -> None:
    (folder / "a.bat").write_bytes(b"one\r\ntwo\r\n")
    write(plan(one("a.bat", "one\nthree\n"), folder))
    assert (folder / "a.bat").read_bytes() == b"one\r\nthree\r\n"


@pytest.mark.parametrize("made", [True, False])
def test_a_file_that_changed_meanwhile_is_not_overwritten(folder: Path, made: bool) -> None:
    if made:
        (folder / "b.py").write_text("old\n", "utf-8")
    changes = plan([*one("a.py", "new\n"), *one("b.py", "new\n")], folder)
    (folder / "b.py").write_text("mine\n", "utf-8")

    with pytest.raises(FourfoldError, match=r"b\.py was changed meanwhile, so nothing was written"):
        write(changes)
    assert tree(folder) == {"b.py": b"mine\n"}


def test_a_file_that_went_meanwhile_is_not_brought_back(folder: Path) -> None:
    (folder / "a.py").write_text("old\n", "utf-8")
    changes = plan(one("a.py", "new\n"), folder)
    (folder / "a.py").unlink()
    with pytest.raises(FourfoldError, match=r"a\.py was changed meanwhile"):
        write(changes)
    assert tree(folder) == {}


def test_when_one_cannot_be_written_the_others_are_as_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.py").write_text("old\n", "utf-8")
    changes = plan([*one("a.py", "new\n"), *one("sub/b.py", "b\n"), *one("c.py", "c\n")], folder)
    replace = Path.replace

    def fails_at_the_last(self: Path, target: Path) -> Path:
        if target.name == "c.py":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fails_at_the_last)
    with pytest.raises(FourfoldError, match=r"c\.py could not be written \(No space left"):
        write(changes)
    assert tree(folder) == {"a.py": b"old\n"}
    assert not (folder / "sub").exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(folder: Path) -> None:
    changes = plan(one("sub/a.py", "x"), folder)
    folder.chmod(0o555)
    with pytest.raises(FourfoldError, match=r"sub/a\.py could not be written"):
        write(changes)


def test_what_cannot_be_replaced_is_named(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "image.png").write_bytes(b"\x89PNG\xff")
    with pytest.raises(FourfoldError, match="sub cannot be replaced"):
        plan(one("sub", "x"), folder)
    with pytest.raises(FourfoldError, match=r"image\.png is no UTF-8 text"):
        plan(one("image.png", "x"), folder)
    (folder / "file").write_text("x", "utf-8")
    with pytest.raises(FourfoldError, match=r"file/a\.py cannot be replaced"):
        plan(one("file/a.py", "x"), folder)


@pytest.mark.parametrize("path", ["../x.py", "/tmp/x.py", "a/../../x.py", ".git/config", "C:\\x"])
def test_a_path_that_climbs_out_is_refused_at_the_plan_too(folder: Path, path: str) -> None:
    with pytest.raises(FourfoldError):
        plan(one(path, "x"), folder)


@symlinks
def test_links_are_never_followed(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.py").write_text("theirs\n", "utf-8")
    (folder / "link").symlink_to(outside)
    (folder / "file.py").symlink_to(outside / "a.py")
    (folder / "dangling.py").symlink_to(outside / "new.py")
    for path in ("link/a.py", "link/b/c.py", "file.py", "dangling.py"):
        with pytest.raises(FourfoldError, match="leads through a link"):
            plan(one(path, "x"), folder)
    assert tree(outside) == {"a.py": b"theirs\n"}


@symlinks
@pytest.mark.parametrize("at", ["sub", "."])
def test_a_link_that_appears_after_the_plan_is_seen(folder: Path, tmp_path: Path, at: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    changes = plan(one("sub/a.py", "x"), folder)
    if at == ".":
        folder.rmdir()
        folder.symlink_to(outside)
    else:
        (folder / "sub").symlink_to(outside)

    with pytest.raises(FourfoldError, match="link"):
        write(changes)
    assert tree(outside) == {}


@pytest.mark.parametrize("folder_name", ["src", "./src", "src/", ".", "", "src/sub", "src\\sub"])
def test_folders_below_the_workspace(folder: Path, folder_name: str) -> None:
    assert target_folder(folder.parent, folder_name).is_relative_to(folder.parent)


@pytest.mark.parametrize("folder_name", ["..", "../x", "/tmp", "C:\\x", "~", ".git", ".fourfold/x"])
def test_other_folders_are_refused(folder: Path, folder_name: str) -> None:
    with pytest.raises(FourfoldError, match="not below the workspace folder"):
        target_folder(folder.parent, folder_name)


@symlinks
def test_a_folder_that_is_a_link_out_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder.parent / "out").symlink_to(tmp_path)
    with pytest.raises(FourfoldError, match="not below the workspace folder"):
        target_folder(folder.parent, "out")
