"""What `--input` sends, and what it refuses, as a user of the command line sees it."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.cli.inputs import MAX_INPUT_BYTES, read_inputs
from fourfold.prompts.failures import InputError
from support.scripted_model import scripted_model, tokens

if TYPE_CHECKING:
    from pathlib import Path

Workspace = Any
PROMPT = """---
name: cli
inputs:
  - {name: flag, kind: boolean, default: true}
  - {name: n, kind: integer, default: 1}
  - {name: tags, kind: array, default: [x]}
  - {name: s, kind: string, default: d}
---
user:
{% if flag %}ON{% else %}OFF{% endif %} {{ n + 1 }} {% for t in tags %}<{{t}}>{% endfor %} {{s}}
"""


@pytest.fixture
def cli(workspace: Workspace) -> Workspace:
    (workspace.folder / "prompts" / "cli.prompty").write_text(PROMPT, "utf-8")
    return workspace


async def test_values_have_the_kinds_that_the_prompt_declares(cli: Workspace) -> None:
    (cli.folder / "s.txt").write_text("from\r\na file\n", "utf-8")
    given = ["flag=false", "n=5", 'tags=["a","b"]', "s=@s.txt"]
    async with scripted_model(tokens("Yes")) as model:
        arguments = [part for one in given for part in ("--input", one)]
        ended = await cli.process("run", "cli", *arguments, OPENAI_BASE_URL=model.base_url)
    assert ended.code == 0, ended.err
    assert model.requests[0].json["messages"][0]["content"] == "OFF 6 <a><b> from\na file"


async def test_stdin_can_be_an_input(cli: Workspace) -> None:
    async with scripted_model(tokens("Yes")) as model:
        process = await cli.start("run", "cli", "--input", "n=@-", OPENAI_BASE_URL=model.base_url)
        await process.communicate(b" 41\n")
    assert process.returncode == 0
    assert model.requests[0].json["messages"][0]["content"] == "ON 42 <x> d"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("tags=a,b", "The input tags takes a JSON list, such as"),
        ("n=five", "The input n takes a whole number."),
        ("flag=flase", "The input flag takes true or false."),
        ("nope=1", "The prompt has no input nope: use one of flag, n, tags, s."),
        ("tag=[]", "The prompt has no input tag: did you mean tags?"),
        ("TAG=[]", "The prompt has no input TAG: did you mean tags?"),
        ("s=@nowhere.txt", "s is to be what the file nowhere.txt holds, which could not be read"),
        ("s=@", "s=@ names no file"),
        ("s", "'s' has no value: write NAME=VALUE."),
    ],
)
def test_a_value_that_cannot_be_is_wrong_use(cli: Workspace, given: str, said: str) -> None:
    result = cli.call("run", "cli", "--input", given)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


async def test_a_version_that_lacks_an_input_is_run_without_it(workspace: Workspace) -> None:
    workspace.versions("One.\n", "Two {{ name }}.\n")
    async with scripted_model(tokens("Yes"), tokens("Yes")) as model:
        arguments = ("run", "greet", "v1", "v2", "--input", "name=Bo")
        ended = await workspace.process(*arguments, OPENAI_BASE_URL=model.base_url)
    assert ended.code == 0, ended.err
    sent = sorted(request.json["messages"][0]["content"] for request in model.requests)
    assert sent == ["One.\n", "Two Bo.\n"]


def test_an_at_sign_is_written_twice() -> None:
    assert read_inputs([("a", "@@bo"), ("b", "x@y"), ("c", "@@-"), ("d", "")]) == {
        "a": "@bo",
        "b": "x@y",
        "c": "@-",
        "d": "",
    }


@pytest.mark.skipif(sys.platform == "win32", reason="needs /dev/fd")
def test_a_pipe_can_be_a_file() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"piped")
    os.close(writing)
    try:
        assert read_inputs([("a", f"@/dev/fd/{reading}")]) == {"a": "piped"}
    finally:
        os.close(reading)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"x" * (MAX_INPUT_BYTES + 1), "is larger than 2 MB"),
        (b"\xff\xfe", "is no UTF-8 text"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "odd"
    path.write_bytes(data)
    with pytest.raises(InputError, match=said):
        read_inputs([("a", f"@{path}")])


def test_stdin_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"x")))
    with pytest.raises(InputError, match="b=@- finds stdin read already, for a"):
        read_inputs([("a", "@-"), ("b", "@-")])


def test_stdin_that_is_closed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match="a=@- finds stdin closed"):
        read_inputs([("a", "@-")])
