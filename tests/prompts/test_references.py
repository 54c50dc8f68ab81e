from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from fourfold.prompts.failures import RenderError
from fourfold.prompts.references import MAX_FILE_BYTES, References

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("${env:ALLOWED}", "allowed value"),
        ("${ENV:ALLOWED}", "allowed value"),
        ("${env:ALLOWED:other}", "allowed value"),
        ("${env:UNSET:a:b}", "a:b"),
        ("${env:SECRET:safe}", "safe"),
        ("text ${env:SECRET}", "text ${env:SECRET}"),
        ("${other:x}", "${other:x}"),
        ({"a": ["${env:ALLOWED}", 1, None]}, {"a": ["allowed value", 1, None]}),
        (3, 3),
    ],
)
def test_resolving(references: References, value: object, expected: object) -> None:
    assert references.resolve(value) == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("${env:SECRET}", 'add allowEnv = ["SECRET"] to your own config.toml'),
        ("${env:PATH}", "PATH, which it may not read"),
        ("${env:UNSET}", "UNSET is not set"),
        ("${env:}", "may not read"),
        ({"a": ["${env:SECRET}"]}, "SECRET"),
    ],
)
def test_the_environment_stays_closed(references: References, value: object, words: str) -> None:
    with pytest.raises(RenderError) as caught:
        references.resolve(value)
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", "text\r\n", "text\n"),
        ("a.json", '{"a": [1]}', {"a": [1]}),
        ("a.yaml", "a: [1, yes]", {"a": [1, True]}),
        ("../docs/a.md", "\ufeff# é", "# é"),
        ("sub folder/a#%.txt", "x", "x"),
    ],
)
def test_a_file_of_the_workspace(
    references: References, workspace: Path, name: str, content: str, expected: object
) -> None:
    path = workspace / "prompts" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode())
    assert references.resolve(f"${{file:{name}}}") == expected


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../../outside.txt", "outside the workspace folder"),
        ("/etc/passwd", "outside the workspace folder"),
        ("//host/share/a.txt", "outside the workspace folder"),
        ("\\\\host\\share\\a.txt", "outside the workspace folder"),
        ("C:\\a.txt", "outside the workspace folder"),
        ("link.txt", "outside the workspace folder"),
        ("linked/outside.txt", "outside the workspace folder"),
        ("sub/../../../outside.txt", "outside the workspace folder"),
        ("../.env", "is hidden"),
        ("../.git/config", "is hidden"),
        ("hidden-link.txt", "is hidden"),
        ("missing.txt", "cannot be found"),
        ("..", "cannot be found"),
        ("", "cannot be found"),
        ("a\x00b", "cannot be found"),
        ("loop", "cannot be found"),
        ("pipe", "cannot be found"),
        ("large.txt", "larger than 1 MiB"),
        ("binary.txt", "not UTF-8"),
        ("bad.json", "not valid JSON"),
        ("deep.json", "not valid JSON"),
        ("bad.yaml", "not valid YAML"),
        ("bomb.yaml", "not valid YAML"),
    ],
)
def test_files_that_may_not_be_read(
    references: References, workspace: Path, name: str, words: str
) -> None:
    prompts = workspace / "prompts"
    (workspace.parent / "outside.txt").write_text("s3cret", "utf-8")
    (workspace / ".env").write_text("KEY=s3cret", "utf-8")
    (workspace / ".git").mkdir()
    (workspace / ".git" / "config").write_text("s3cret", "utf-8")
    (prompts / "sub").mkdir()
    (prompts / "link.txt").symlink_to(workspace.parent / "outside.txt")
    (prompts / "linked").symlink_to(workspace.parent)
    (prompts / "hidden-link.txt").symlink_to(workspace / ".env")
    (prompts / "loop").symlink_to(prompts / "loop")
    if hasattr(os, "mkfifo"):
        os.mkfifo(prompts / "pipe")
    (prompts / "large.txt").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    (prompts / "binary.txt").write_bytes(b"\xff\xfe\x00")
    (prompts / "bad.json").write_text("{", "utf-8")
    (prompts / "deep.json").write_text("[" * 100_000, "utf-8")
    (prompts / "bad.yaml").write_text("a: b: c", "utf-8")
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (prompts / "bomb.yaml").write_text("\n".join(lines), "utf-8")
    with pytest.raises(RenderError) as caught:
        references.resolve(f"${{file:{name}}}")
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_workspace_that_is_itself_reached_through_a_link(
    references: References, workspace: Path, tmp_path: Path
) -> None:
    (workspace / "prompts" / "a.txt").write_text("x", "utf-8")
    alias = tmp_path / "alias"
    alias.symlink_to(workspace)
    linked = replace(references, workspace=alias, prompt_file=alias / "prompts" / "p.prompty")
    assert linked.resolve("${file:a.txt}") == "x"
