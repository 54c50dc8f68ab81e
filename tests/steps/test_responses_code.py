"""Files are read from code blocks by CommonMark's rules, and none gets out of its folder."""

from __future__ import annotations

import re
import time

import pytest

from fourfold.steps.responses.code import read_code
from fourfold.steps.responses.reading import ResponseError, read_response
from fourfold.steps.responses.response_files import MAX_CHARACTERS, MAX_FILES
from fourfold.workflow.file.configuration import ResponseConfig

LIMIT_S = 30.0


def files(response: str) -> list[tuple[str, str, str]]:
    value = read_response(response, ResponseConfig("code"))
    assert value["markdown"] == response
    return [(file["path"], file["language"], file["content"]) for file in value["files"]]


def paths(response: str) -> list[str]:
    return [path for path, _, _ in files(response)]


@pytest.mark.parametrize(
    ("info", "path", "language"),
    [
        ("python path=src/a.py", "src/a.py", "python"),
        ("python src/a.py", "src/a.py", "python"),
        ('python title="my file.py"', "my file.py", "python"),
        ("python title='a.py' {1,3}", "a.py", "python"),
        ("python filename: src/a.py", "src/a.py", "python"),
        ("python:src/a.py", "src/a.py", "python"),
        ("{.python file=a.py}", "a.py", "python"),
        ("src/a.py", "src/a.py", "python"),
        ("tsx src/[id].tsx", "src/[id].tsx", "tsx"),
        ("dockerfile Dockerfile", "Dockerfile", "dockerfile"),
        ("Makefile", "Makefile", ""),
        ("python path=./src//a.py", "src/a.py", "python"),
        ("python path=src\\a.py", "src/a.py", "python"),
        ("Python", "code.py", "python"),
        ("python {1,3-4}", "code.py", "python"),
        ("python title=''", "code.py", "python"),
        ("", "code.txt", ""),
        ("brainfuck", "code.txt", "brainfuck"),
    ],
)
def test_the_first_line_of_a_block_names_the_file(info: str, path: str, language: str) -> None:
    assert files(f"```{info}\nx = 1\n```\n") == [(path, language, "x = 1\n")]


@pytest.mark.parametrize(
    ("comment", "path"),
    [
        ("# rate_limiter.py", "rate_limiter.py"),
        ("# File: src/a.py", "src/a.py"),
        ("// src/a.ts", "src/a.ts"),
        ("-- schema.sql", "schema.sql"),
        ("/* a.css */", "a.css"),
        ("<!-- index.html -->", "index.html"),
        ("#!/usr/bin/env/x.py", "code.py"),
        ("# see a.py", "code.py"),
        ("# v1.2", "code.py"),
        ("# /api/items", "code.py"),
        ("x = 1", "code.py"),
    ],
)
def test_a_comment_on_the_first_line_names_the_file(comment: str, path: str) -> None:
    assert files(f"```python\n{comment}\ny = 2\n```") == [(path, "python", f"{comment}\ny = 2\n")]


@pytest.mark.parametrize(
    ("before", "path"),
    [
        ("### src/a.py", "src/a.py"),
        ("### 1. `src/a.py`", "src/a.py"),
        ("## The module `src/a.py`, in full", "src/a.py"),
        ("**src/a.py**", "src/a.py"),
        ("**File: src/a.py**", "src/a.py"),
        ("`src/a.py`:", "src/a.py"),
        ("Some words.\nFilename: `src/a.py`", "src/a.py"),
        ("src/a.py\n--------", "src/a.py"),
        ("Run the tests in `src/a.py` like this:", "code.py"),
        ("## `a.py` and `b.py`", "code.py"),
        ("src/a.py\n\nMore words.", "code.py"),
        ("> src/a.py", "code.py"),
    ],
)
def test_the_line_before_a_block_names_the_file(before: str, path: str) -> None:
    assert paths(f"{before}\n\n```python\nx = 1\n```") == [path]


def test_the_nearest_name_counts() -> None:
    response = "### b.py\n```python path=a.py\n# c.py\n```\n### d.py\n```python\n# e.py\n```"
    assert paths(response) == ["a.py", "e.py"]


def test_files_without_a_name_get_one_by_their_language() -> None:
    blocks = ["python", "python", "python code.py", "javascript", "python"]
    response = "\n".join(f"```{info}\nx\n```\n" for info in blocks)
    assert paths(response) == ["code-2.py", "code-3.py", "code.py", "code.js", "code-4.py"]


def test_examples_beside_files_are_none() -> None:
    response = "```python a.py\nx\n```\nRun it:\n```bash\npython a.py\n```\n```text\nok\n```"
    assert paths(response) == ["a.py"]
    assert paths("```bash\nls\n```") == ["code.sh"]


def test_fences_inside_fences() -> None:
    inner = "# Title\n\n```bash\nmake\n```\n\n~~~\nx\n~~~\n"
    assert files(f"````markdown README.md\n{inner}````\n") == [("README.md", "markdown", inner)]
    assert files("~~~python a.py\n```\n~~~\n") == [("a.py", "python", "```\n")]
    listed = "1. `a.py`\n\n   ```python\n   def f():\n       pass\n   ```\n"
    assert files(listed) == [("a.py", "python", "def f():\n    pass\n")]
    quoted = "> ```python a.py\n> x = 1\n> ```\n"
    assert files(quoted) == [("a.py", "python", "x = 1\n")]


@pytest.mark.parametrize(
    ("response", "line"),
    [
        ("```python a.py\nx = 1", 1),
        ("```python a.py\nx = 1\n", 1),
        ("words\n\n```python a.py\nx = 1\n``", 3),
        ("````python a.py\nx = 1\n```", 1),
        ("```python a.py\n~~~", 1),
        ("```markdown README.md\n# X\n```bash\nrun\n```\nmore\n```\n", 7),
        ("- x\n\n  ```python a.py\n  x\n\nend\n", 3),
        ("```", 1),
    ],
)
def test_a_block_without_an_end_is_refused(response: str, line: int) -> None:
    with pytest.raises(ResponseError, match=f"on line {line} of the response has no end") as error:
        files(response)
    assert "longer fences" in error.value.hint


@pytest.mark.parametrize("response", ["", "x = 1\n", "Use `x = 1`.", "    x = 1\n"])
def test_without_a_block_the_model_is_told_how_to_answer(response: str) -> None:
    with pytest.raises(ResponseError, match="no code block") as error:
        files(response)
    assert error.value.hint.startswith("Answer with fenced code blocks")


HOSTILE = [
    "../a.py",
    "a/../../b.py",
    "a/..",
    "..",
    "/etc/cron.d/x",
    "C:\\Windows\\x.py",
    "c:x.py",
    "\\\\server\\share\\x.py",
    "//server/share/x.py",
    "..\\..\\x.py",
    "~/.ssh/authorized_keys",
    "~root/x",
    ".git/hooks/pre-commit",
    "sub/.GIT/config",
    "GIT~1/config",
    ".fourfold/fourfold.db",
    "a/.Fourfold/x",
    "NUL",
    "nul.py",
    "src/COM1.txt",
    "con .py",
    "aux",
    "a\u200b.py",
    ".g\u200cit/config",
    "a\x1b[31m.py",
    "a\0b.py",
    "a\u202egpj.py",
    "a.py:stream",
    "a?.py",
    "a*.py",
    "dir./a.py",
    "dir /a.py",
    "a.py.",
    "src/",
    ".",
    "x" * 300 + ".py",
    "é" * 150 + ".py",
]


@pytest.mark.parametrize("path", HOSTILE, ids=ascii)
def test_a_path_that_may_not_be_is_refused_by_name(path: str) -> None:
    with pytest.raises(ResponseError, match="The files of the response cannot be taken") as error:
        files(f'```python path="{path}"\nx\n```')

    plain = re.split(r"[^!-~]", path.replace("\\", "/"))[0][:40]
    assert plain in str(error.value).replace("\\", "/")
    assert str(error.value).isprintable()
    assert "relative paths" in error.value.hint


@pytest.mark.parametrize(
    "response",
    [
        "```python ../x\nx\n```",
        "```../x\nx\n```",
        "```text /etc/passwd\nx\n```",
        "```sh ~/.bashrc\nx\n```",
        "```sh C:\\Windows\\x\nx\n```",
        "```sh \\\\server\\share\nx\n```",
        "### ../../Makefile\n\n```make\nx\n```",
        "`../../.bashrc`:\n\n```sh\nx\n```",
        "File: `../a b.py`\n```python\nx\n```",
        "```sh\n# ../../hooks/pre-commit\nx\n```",
        "```sh\n# src/../../x\nx\n```",
    ],
)
def test_a_file_elsewhere_is_refused_and_gets_no_other_name(response: str) -> None:
    with pytest.raises(ResponseError, match="cannot be taken"):
        files(response)


@pytest.mark.parametrize(
    ("response", "path"),
    [
        ("```sh .envrc\nx\n```", ".envrc"),
        ("### .npmrc\n```\nx\n```", ".npmrc"),
        ("```sh .husky/pre-commit\nx\n```", ".husky/pre-commit"),
        ("### src/Makefile\n```make\nx\n```", "src/Makefile"),
        ("```css\n/* .card */\n```", "code.css"),
        ("```{.python .numberLines}\nx\n```", "code.py"),
        ("### /api/users\n```json\n1\n```", "code.json"),
        ("```js\n// see ../foo for it\n```", "code.js"),
    ],
)
def test_a_hidden_name_is_one_and_prose_is_none(response: str, path: str) -> None:
    assert [file["path"] for file in read_code(response)["files"]] == [path]


@pytest.mark.parametrize(
    ("folder", "path", "below"),
    [
        ("src", "src/x.py", "x.py"),
        ("src/", "./src/x.py", "x.py"),
        ("./packages/app", "packages/app/x.py", "x.py"),
        ("packages/app", "app/x.py", "app/x.py"),
        ("src", "src.py", "src.py"),
        ("src", "src/src/x.py", "src/x.py"),
        (".", "src/x.py", "src/x.py"),
        (None, "src/x.py", "src/x.py"),
    ],
)
def test_a_path_may_name_the_folder_it_lies_in(folder: str | None, path: str, below: str) -> None:
    value = read_code(f"```python path={path}\nx\n```", folder)
    assert value["files"][0]["path"] == below


@pytest.mark.parametrize("comment", ["# ../../evil.py", "// C:\\x.js", "# ~/x.py", "# .git/x.py"])
def test_a_comment_cannot_climb_out_either(comment: str) -> None:
    with pytest.raises(ResponseError, match="cannot be taken"):
        files(f"```\n{comment}\n```")


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("a.py", "./a.py", "a.py twice"),
        ("src/A.py", "src\\a.py", "src/a.py twice"),
        ("caf\u00e9.py", "cafe\u0301.py", "twice"),
        ("a.py", "a.py/b.py", "a.py is a file and the folder of a.py/b.py"),
    ],
)
def test_two_files_in_one_place_are_refused(first: str, second: str, said: str) -> None:
    with pytest.raises(ResponseError, match=said):
        files(f'```python path="{first}"\nx\n```\n```python path="{second}"\ny\n```')


def test_nul_in_the_code_is_refused() -> None:
    with pytest.raises(ResponseError, match="NUL character"):
        files("```python a.py\nx = '\0'\n```")


@pytest.mark.parametrize(
    ("response", "said"),
    [
        ("```python\nx\n```\n" * (MAX_FILES + 1), "more than 200 files"),
        (f"```python a.py\n{'x' * MAX_CHARACTERS}\n```", "longer than 1,000,000"),
        ("```python a.py\n" + "x = 1\n" * 1_700_000 + "```\n", "longer than 1,000,000"),
        ("x\n" * (MAX_CHARACTERS // 2), "no code block"),
        ("```python a.py\n" + "x = 1\n" * 160_000, "has no end"),
        ("`" * MAX_CHARACTERS, "no end"),
        (">" * 500_000 + " ```\n" + "- " * 200_000, "no code block|no end"),
        ("```\n" * (MAX_CHARACTERS // 4), "more than 200 files"),
        ("[a]: b\n" * 100_000, "no code block"),
        ("```python path=" + "a/" * 200_000 + "b.py\nx\n```", "too long"),
    ],
    ids=["files", "long", "10MB", "lines", "open", "ticks", "nested", "fences", "links", "path"],
)
def test_too_much_is_refused_soon(response: str, said: str) -> None:
    began = time.process_time()
    with pytest.raises(ResponseError, match=said):
        files(response)
    assert time.process_time() - began < LIMIT_S
