"""The pages say what is so: their links lead somewhere, and every command, configuration and
snippet in them is parsed by what would read it, or run."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
import yaml

from fourfold import __main__
from fourfold.app.sample import write_sample
from fourfold.cli.main import make_cli
from fourfold.evals.referenced_files import ReferencedFiles
from fourfold.evals.test_files.reading import read_tests
from fourfold.prompts.template import PromptTemplate
from fourfold.settings import load_settings, user_file
from fourfold.workflow.file.configuration import parse as parse_workflow
from support.scripted_model import scripted_model, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "vscode-extension/README.md")),
    *sorted((ROOT / "server").glob("*.md")),
    *sorted((ROOT / "server" / "editors").rglob("*.md")),
    *sorted((ROOT / "skills").rglob("*.md")),
    ROOT / "tests" / "bench" / "README.md",
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
SCRIPTS = json.loads((ROOT / "vscode-extension" / "package.json").read_text("utf-8"))["scripts"]
CLI = make_cli(__main__.serve, __main__.serve_agent)

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_PLACEHOLDER = re.compile(r"[A-Z]{2,}|…|\bv[NM]\b")
_ELSEWHERE = {"apt", "brew", "source", "git", "head", "jq", "ln", "mkdir", "nvim"}
"""Programs that are not ours."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page; `line` is where it begins."""

    page: Path
    language: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"


def blocks(*languages: str) -> list[Block]:
    return [
        Block(page, found[2], found[3], text.count("\n", 0, found.start()) + 1)
        for page in PAGES
        for text in [page.read_text("utf-8")]
        for found in _BLOCK.finditer(text)
        if found[2] in languages
    ]


def without_blocks(page: Path) -> str:
    return _BLOCK.sub("", page.read_text("utf-8"))


# --- Links


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", without_blocks(page), re.MULTILINE)
    plain = (re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading).lower() for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{target} is not there"
        assert not anchor or anchor in anchors(there), f"{target} has no such heading"


def test_every_page_can_be_reached_from_the_first() -> None:
    reached, new = set(), {PAGES[0]}
    while new:
        page = new.pop()
        reached.add(page)
        links = re.findall(r"\]\(([^)#\s]+\.md)", page.read_text("utf-8"))
        found = {(page.parent / link).resolve() for link in links if "://" not in link}
        new |= {one for one in found if one in PAGES} - reached
    assert set(PAGES) - reached == set()


# --- Commands


def commands(text: str) -> Iterator[list[str]]:
    """The commands of a shell's text, those in `$(…)` too."""
    for line in text.replace("\\\n", " ").splitlines():
        for inner in re.findall(r"\$\(([^()]*)\)", line):
            yield from commands(inner)
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.wordchars += "@:{}$%+,[]^…"
        words: list[str] = []
        skipped = False
        for token in lexer:
            if skipped:
                skipped = False
            elif set(token) <= set("();<>|&"):
                skipped = set(token) <= {"<", ">"}  # what follows is a file
                if not skipped and words:
                    yield words
                    words = []
            else:
                words.append(token)
        if words:
            yield words


def holds(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a command is one that there is, with options that it has."""
    program, *rest = words
    if program == "fourfold":
        parsed(rest, monkeypatch)
    elif program == "make":
        for target in rest:
            assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), f"no target {target}"
    elif program in {"pip", "pipx"}:
        assert rest[0] == "install"
        what = re.fullmatch(r"(?:fourfold|\.)(?:\[(\w+)\])?", rest[1])
        assert what, rest[1]
        extras = {None, *PROJECT["project"]["optional-dependencies"]}
        assert what[1] in extras, f"no extra {what[1]}"
    elif program == "code":
        assert f"{rest[-1]}\n" in MAKEFILE
    elif program == "npm":
        name = rest[1] if rest[0] == "run" else rest[0]
        assert name in {*SCRIPTS, "ci"}
    elif program == "python":
        module = rest[0] == "-m"
        path = ROOT / (rest[1].replace(".", "/") if module else rest[0])
        assert path.exists() or path.with_suffix(".py").exists(), path
    elif program == "claude":
        assert rest[:2] == ["mcp", "add"]
        holds(rest[rest.index("--") + 1 :], monkeypatch)
    elif program.startswith(".venv/"):
        assert (ROOT / rest[-1]).exists()
    elif program == "eval":
        pass  # what it evaluates is a command by itself
    elif program == "sudo":
        holds(rest, monkeypatch)
    else:
        assert program in _ELSEWHERE, f"what is {program}?"


def parsed(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the command line takes these words. Files need not be there, and words such as FILE
    and vN stand for some value."""
    monkeypatch.setattr(click.Path, "convert", lambda self, value, *_: value)
    given = [_PLACEHOLDER.sub("3", word) for word in words]
    context = click.Context(CLI, info_name="fourfold")
    command: click.Command = CLI
    while isinstance(command, click.Group):
        if not given or given[0] in {"--help", "--version"}:
            return
        name, *given = given
        assert name in command.commands, f"no command {name}"
        command = command.commands[name]
    with suppress(click.exceptions.Exit):  # of --help
        command.make_context(str(command.name), given, parent=context)


@pytest.mark.parametrize("block", blocks("sh", "bash", "shell"), ids=str)
def test_every_command_is_one(block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(commands(block.text))
    assert found
    for words in found:
        holds(words, monkeypatch)


@pytest.mark.parametrize("block", blocks("console"), ids=str)
def test_every_recorded_command_is_one(block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = re.findall(r"^\$ (fourfold .*)$", block.text, re.MULTILINE)
    for words in commands("\n".join(lines)):
        holds(words, monkeypatch)


_OURS = "fourfold|make|pip|pipx|npm|python|claude"
SPANS = sorted(
    {
        (page, span)
        for page in PAGES
        for span in re.findall(rf"`((?:{_OURS}) [^`]+)`", without_blocks(page))
    }
)


@pytest.mark.parametrize(
    ("page", "span"), SPANS, ids=[f"{page.name}: {span}" for page, span in SPANS]
)
def test_every_command_in_a_sentence_is_one(
    page: Path, span: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be only the beginning of one."""
    optional = r"[\[\]…]" if span.startswith("fourfold") else "…"
    for words in commands(re.sub(optional, "", span)):
        if words[0] == "fourfold":
            with suppress(click.MissingParameter, click.BadOptionUsage):
                parsed(words[1:], monkeypatch)
        else:
            holds(words, monkeypatch)


# --- Configurations


@pytest.mark.parametrize("block", blocks("toml"), ids=str)
def test_every_toml_is_read_by_who_reads_it(
    block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomllib.loads(block.text)
    first = block.text.partition("\n")[0]
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    ours = {"fourfold.toml": tmp_path / "fourfold.toml", "config.toml": user_file()}
    for name, path in ours.items():
        if name in first:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
            assert load_settings(tmp_path).problems == ()
            return
    known = {"language-server", "editor", "language_servers", "package", "project"}
    assert known & tomllib.loads(block.text).keys(), "a comment has to name the file"


@pytest.mark.parametrize("block", blocks("yaml", "yml"), ids=str)
def test_every_yaml_is_read_by_who_reads_it(block: Block, tmp_path: Path) -> None:
    # A part of workflow.yaml is indented as in it.
    text = f"steps:\n{block.text}" if block.text.startswith("  ") else block.text
    found = yaml.safe_load(text)
    if isinstance(found, list):
        read = read_tests("a.tests.yaml", text, ReferencedFiles(tmp_path, tmp_path))
        assert [one.message for one in read.problems] == []
        assert read.cases
    elif "steps" in found:
        assert [one.message for one in parse_workflow(text).problems] == []
    else:
        # The example of CI.md is run by tests/cli/test_build_example.py.
        assert found.keys() & {"jobs"}, "what reads this?"


def arguments(value: Any) -> Iterator[list[str]]:
    """The commands that a configuration of an editor or an agent starts."""
    if isinstance(value, dict):
        command = value.get("command")
        if isinstance(command, list):
            yield command
        elif isinstance(command, str):
            yield [command, *value.get("args", [])]
        for inner in value.values():
            yield from arguments(inner)


@pytest.mark.parametrize("block", blocks("json", "toml"), ids=str)
def test_every_configuration_starts_a_server_that_there_is(
    block: Block, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = json.loads if block.language == "json" else tomllib.loads
    for words in arguments(read(block.text)):
        holds(words, monkeypatch)


@pytest.mark.parametrize("block", blocks("rust"), ids=str)
def test_every_extension_in_rust_starts_a_server_that_there_is(
    block: Block, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is compiled by the editor; here it is parsed, where something can."""
    [program] = re.findall(r"which\(\"(\w+)\"\)", block.text)
    holds([program, *re.findall(r"\"(\w+)\"\.into\(\)", block.text)], monkeypatch)
    rustfmt = shutil.which("rustfmt")
    # One that rustup has put there may lead to nothing.
    if (
        rustfmt
        and subprocess.run([rustfmt, "--version"], capture_output=True, check=False).returncode == 0
    ):
        command = [rustfmt, "--edition", "2021", "--emit", "stdout"]
        subprocess.run(
            command, input=block.text, check=True, stdout=subprocess.DEVNULL, encoding="utf-8"
        )


def test_no_snippet_is_passed_over() -> None:
    """Those of editors are run in them, by tests/editors; diagrams and shapes have tests that make
    them anew."""
    here = {"sh", "console", "toml", "yaml", "json", "rust", "python"}
    elsewhere = {"lua", "vim", "elisp", "mermaid", ""}
    assert {found[2] for page in PAGES for found in _BLOCK.finditer(page.read_text("utf-8"))} <= {
        *here,
        *elsewhere,
    }


def test_the_settings_of_the_extension_are_told_with_their_defaults() -> None:
    extension = ROOT / "vscode-extension"
    told = re.findall(
        r"^\| `fourfold\.(\w+)` \|([^|]*)\|",
        (extension / "README.md").read_text("utf-8"),
        re.MULTILINE,
    )
    package = json.loads((extension / "package.json").read_text("utf-8"))
    properties = package["contributes"]["configuration"]["properties"]
    defaults = {name.removeprefix("fourfold."): one["default"] for name, one in properties.items()}
    expected = {
        name: "" if one in (None, "") else one if isinstance(one, str) else json.dumps(one)
        for name, one in defaults.items()
    }
    assert {name: cell.strip("` ") for name, cell in told} == expected


# --- Python and skills

_NOTEBOOK = """
import ast, asyncio, json, sys

known = {"__name__": "__main__", "OurIntegration": object}
for name, text in json.load(sys.stdin):
    ran = eval(compile(text, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), known)
    if ran is not None:
        asyncio.run(ran)
"""


async def test_every_python_snippet_runs(tmp_path: Path) -> None:
    """One after the other in the sample, as in a notebook."""
    write_sample(tmp_path, tmp_path / "prompts")
    snippets = [(str(block), block.text) for block in blocks("python")]
    assert len(snippets) > 2
    async with scripted_model(tokens("- A requirement: it shall work.\n")) as model:
        endpoint = {"OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": "sk-test"}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _NOTEBOOK),
            cwd=tmp_path,
            env={**os.environ, **endpoint, "OPENAI_MODEL": "scripted"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, errors = await process.communicate(json.dumps(snippets).encode())
        assert model.requests
    assert process.returncode == 0, errors.decode()
    assert b"A requirement" in out


def test_our_own_skill_is_one() -> None:
    """As the reader of skills has it, for which a skill's folder has its name."""
    path = ROOT / "skills" / "fourfold" / "SKILL.md"
    skill = PromptTemplate.from_file(path)
    assert [one.message for one in skill.problems if one.severity != "information"] == []
    assert skill.name == path.parent.name == "fourfold"
    assert len(skill.description or "") <= 1024
