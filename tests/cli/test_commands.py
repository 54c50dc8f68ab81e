"""What holds for all commands: start-up, help, documentation, completion, serve."""

from __future__ import annotations

import json
import re
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
import pytest
from click.testing import CliRunner

from fourfold import __version__
from fourfold.cli.main import make_cli
from fourfold.llm.embedded_files import LABEL
from fourfold.project.project import Project
from fourfold.settings import load_settings
from fourfold.store.records import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

Workspace = Any

PAGE = Path(__file__).parents[2] / "server" / "COMMAND_LINE.md"


class Served(Exception):
    """Stands for a server that serves."""


def serve(address: tuple[str, int] | None = None, **_: object) -> NoReturn:
    raise Served(address)


def leaves(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from leaves(below, f"{path} {name}")
    else:
        yield path, command


COMMANDS = dict(leaves(make_cli(serve, serve), "fourfold"))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_and_option_is_on_the_page(path: str) -> None:
    sections = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    found = [section for section in sections if re.match(rf"{path}(\s|$)", section)]
    assert len(found) == 1, f"{path} has no section of its own in {PAGE.name}"
    for parameter in COMMANDS[path].params:
        for name in parameter.opts if isinstance(parameter, click.Option) else []:
            assert f"`{name}" in found[0], f"{path} {name} is not in {PAGE.name}"
        if isinstance(parameter, click.Argument):
            name = (parameter.metavar or parameter.name or "").upper()
            assert name in found[0].splitlines()[0]


def test_every_section_and_option_of_the_page_is_a_command() -> None:
    text = PAGE.read_text("utf-8")
    documented = re.findall(r"^## (fourfold(?: [a-z]+)+)", text, flags=re.MULTILINE)
    assert documented == list(COMMANDS)
    options = {name for command in COMMANDS.values() for p in command.params for name in p.opts}
    assert set(re.findall(r"--[a-z][a-z-]*", text)) <= options | {"--help", "--version"}


@pytest.mark.parametrize("path", ["fourfold", *COMMANDS])
def test_help_fits_80_columns_and_says_something(path: str) -> None:
    result = CliRunner().invoke(make_cli(serve, serve), [*path.split()[1:], "--help"])
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "..." not in result.stdout.partition("Commands:")[2]


def test_help_explains_the_exit_codes() -> None:
    text = CliRunner().invoke(make_cli(serve, serve), ["--help"]).stdout
    for line in ("0  done", "1  the thing", "2  wrong use", "3  could not"):
        assert line in text


def test_version() -> None:
    assert (
        CliRunner().invoke(make_cli(serve, serve), ["--version"]).stdout
        == f"fourfold {__version__}\n"
    )


@pytest.mark.parametrize(
    ("arguments", "address"),
    [
        ([], None),
        (["--stdio"], None),
        (["--tcp", "2087"], ("127.0.0.1", 2087)),
        (["--tcp", ":2087"], ("127.0.0.1", 2087)),
        (["--tcp", "0.0.0.0:2087"], ("0.0.0.0", 2087)),
        (["--tcp", "[::1]:2087"], ("::1", 2087)),
    ],
)
def test_serve_calls_the_server(
    arguments: list[str], address: tuple[str, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Any] = []
    CliRunner().invoke(make_cli(served.append, serve), ["serve", *arguments])  # type: ignore[arg-type]
    assert served == [address]


@pytest.mark.parametrize("address", ["here", "1.2.3.4", "host:", "99999", "a:b:1"])
def test_serve_refuses_what_is_no_address(address: str) -> None:
    assert CliRunner().invoke(make_cli(serve, serve), ["serve", "--tcp", address]).exit_code == 2


async def test_the_command_line_never_loads_the_language_server(workspace: Workspace) -> None:
    program = (
        "import sys\n"
        "from fourfold.cli.main import make_cli\n"
        "make_cli(sys.exit, sys.exit)(sys.argv[1:], standalone_mode=False)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    import asyncio

    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        "list",
        "--folder",
        str(workspace.folder),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate()
    loaded = set(err.decode().splitlines()[-1].split())
    assert "fourfold" in loaded
    assert not loaded & {"pygls", "lsprotocol", "openai", "prompty", "jinja2", "genai_prices"}
    assert not loaded & {"rich", "rapidfuzz", "watchdog", "asyncio", "httpx2"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_each_shell(shell: str) -> None:
    result = CliRunner().invoke(make_cli(serve, serve), ["completion", shell])
    assert result.exit_code == 0
    assert f"_FOURFOLD_COMPLETE={shell}_complete" in result.stdout


RUN = "0123456789abcdef"


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("fourfold co", ["compare", "completion"]),
        ("fourfold use g", ["greet"]),
        ("fourfold use greet ", ["v2", "v1"]),
        ("fourfold compare greet v1 ", ["v2", "v1"]),
        ("fourfold run greet --versions ", ["all", "v2", "v1"]),
        ("fourfold run greet --versions v1,v", ["v1,v2", "v1,v1"]),
        ("fourfold run greet --fr", ["--fresh"]),
        ("fourfold use nope ", [""]),
        ("fourfold run greet --model smol", [LABEL]),
        ("fourfold test greet --models a,smol", [f"a,{LABEL}"]),
        ("fourfold run greet --input ", ["tone=", "who="]),
        ("fourfold workflow run --input w", ["who="]),
        ("fourfold show g", ["greet"]),
        ("fourfold show 0", [RUN]),
        ("fourfold rate ", [RUN]),
        ("fourfold workflow compare ", [""]),
    ],
)
async def test_what_is_typed_completes(
    workspace: Workspace, words: str, completed: list[str]
) -> None:
    workspace.versions("One.\n", "{{ tone }} Two {{ who }}.\n")
    if RUN in completed:
        with closing(Project(workspace.folder, load_settings(workspace.folder))) as project:
            text = project.store.history("greet").current_version  # type: ignore[union-attr]
            run = Run(RUN, "greet", 2, "m", "succeeded", hash=text.hash, started=text.created)
            project.store.insert_runs([run], [""])
    count = len(words.split()) - (not words.endswith(" "))
    ended = await workspace.process(
        _FOURFOLD_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(count)
    )
    assert [line.partition(",")[2] for line in ended.out.splitlines()] == completed
    assert ended.err == ""


@pytest.mark.parametrize(
    ("arguments", "code", "kind", "field"),
    [
        (["show", "nothing"], 2, "bad_input", "step"),
        (["run", "greet", "--repeat", "99"], 2, "bad_input", "repeat"),
        (["run", "greet", "--input", "a=@"], 2, "bad_input", "inputs"),
        (["compare", "greet", "7", "8"], 2, "bad_input", "versions"),
        (["run", "greet", "--model", "nowhere"], 3, "no_model", None),
    ],
)
def test_an_error_is_json_where_json_is_asked_for(
    workspace: Workspace, arguments: list[str], code: int, kind: str, field: str | None
) -> None:
    plain = workspace.call(*arguments)
    ended = workspace.call(*arguments, "--json")
    assert (plain.exit_code, plain.stdout, ended.exit_code) == (code, "", code)
    error = json.loads(ended.stdout)["error"]
    assert list(error) == ["kind", "message", "field"]
    assert (error["kind"], error["field"]) == (kind, field)
    assert ended.stderr == plain.stderr
    assert error["message"] in plain.stderr
    assert not error["message"].startswith(f"{field}:")
