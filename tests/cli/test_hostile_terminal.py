"""What a stranger's workspace can do to a terminal, through any command there is: nothing."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cli.test_commands import COMMANDS
from fourfold.text.visible import visible, visible_json
from support.scripted_model import scripted_model, status, tokens
from support.terminal import on_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

Workspace = Any
LIMIT = 60.0

# The clipboard, the title, the colour, the screen, a C1 introducer, the bell, backspaces, a bare
# return, a hyperlink, an overridden direction.
ACTS = (
    "\x1b]52;c;b3duZWQ=\x07\x1b]0;owned\x07\x1b[5;7;31m\x1b[2J\x9b5m\x07\b\b\b\rSafe"
    "\x1b]8;;http://evil.example\x1b\\here\u202egnp\u2066\u200f"
)
NAME = f"evil{ACTS.replace('/', '')}[red]x :bomb:"
QUOTED = json.dumps(ACTS)
OURS = re.compile(r"\x1b\[(?:\d+;)*\d*m|\x1b\[\d*[AK]|\x1b\[\?25[lh]|\r\n|\r(?=\x1b)")
ACTING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


def commands(workspace: Workspace) -> dict[str, list[list[str]]]:
    """What each command is called with, in an order in which there is something to show."""
    (first, second), step = ("v1", "v2"), NAME
    return {
        "fourfold list": [[], [step], [ACTS]],
        "fourfold show": [[step, first], [step, ACTS]],
        "fourfold diff": [[step, first, second]],
        "fourfold save": [[step]],
        "fourfold run": [
            [step],
            [step, "--versions", "all"],
            [step, "--model", ACTS],
            ["asks"],
        ],
        "fourfold log": [[], [step]],
        "fourfold render": [[step], [step, "--model", ACTS], ["asks"]],
        "fourfold name": [[step, first, ACTS]],
        "fourfold pin": [[step, first], [step, first]],
        "fourfold undo": [[step]],
        "fourfold init": [[], [ACTS.replace("/", "")]],
        "fourfold doctor": [[]],
        "fourfold gc": [["--dry-run"], []],
        "fourfold check": [[], ["--format", "github"], ["--format", "sarif"], [step]],
        "fourfold compare": [[step]],
        "fourfold test": [[step], [step, "--models", ACTS], ["code"]],
        "fourfold report": [[], [step], [ACTS]],
        "fourfold view": [[ACTS]],
        "fourfold rate": [[ACTS, "up", "--note", ACTS]],
        "fourfold use": [[step, "v9"], [step, first]],
        "fourfold workflow run": [["--use", f"{step}={second}"], ["--from", ACTS], []],
        "fourfold workflow show": [[]],
        "fourfold workflow write": [["code"], ["code", "--yes"]],
        "fourfold workflow runs": [[]],
        "fourfold workflow compare": [[]],
        "fourfold model list": [[]],
        "fourfold model install": [[]],
        "fourfold serve": [["--tcp", ACTS]],
        "fourfold completion": [["bash"]],
        "fourfold batch list": [[]],
        "fourfold batch cancel": [[ACTS]],
        "fourfold export": [[], [ACTS]],
        "fourfold import": [[ACTS]],
        "fourfold mcp": [["--folder", ACTS]],
        "fourfold worker": [[]],
        "fourfold team init": [[]],
        "fourfold team status": [[]],
        "fourfold team sync": [[]],
        "fourfold team prune": [[]],
        "fourfold team leave": [[]],
    }


@pytest.fixture
def hostile(workspace: Workspace, configured: Callable[[str], None]) -> Workspace:
    """A workspace in which everything that a stranger can name acts on terminals."""
    folder, prompts = workspace.folder, workspace.folder / "prompts"
    workspace.prompt.unlink()
    for text in (f"One {ACTS}\n", f"Two {ACTS}\nline\n"):
        (prompts / f"{NAME}.md").write_text(text)
        assert workspace.call("list", NAME).exit_code == 0
    (prompts / "bad\x1b[5m.md").write_bytes(b"\xff\xfe")
    (prompts / "code.md").write_text("Code")
    (prompts / "asks.prompty").write_text(
        f"---\nname: {QUOTED}\nmodel:\n  id: {json.dumps(f'x{ACTS}')}\n"
        "  connection: {kind: key, endpoint: 'https://evil.example/v1'}\n"
        f"inputs:\n  - name: {QUOTED}\n    kind: string\n---\nuser:\nHi\n"
    )
    (prompts / "workflow.yaml").write_text(
        f"name: {QUOTED}\nsteps:\n  {json.dumps(NAME)}:\n    title: {QUOTED}\n"
        "  code:\n    response: {kind: code, folder: out}\n"
    )
    for name in (NAME, "code"):
        (prompts / f"{name}.tests.yaml").write_text(
            f"- description: {QUOTED}\n  assert: [{{type: contains, value: {QUOTED}, metric: x}}]\n"
            f"- vars: {{{QUOTED}: x}}\n  assert: [{{type: contains, value: x}}]\n"
            f"- assert: [{{type: {QUOTED}}}]\n- assert: [{{type: is-json}}]\n"
        )
    (folder / "fourfold.toml").write_text(f"{QUOTED} = 1\nversionOnSave = {QUOTED}\n")
    configured(
        f'{QUOTED} = 1\n[models.{QUOTED}]\nmodel = {QUOTED}\nendpoint = "http://127.0.0.1:9/v1"\n'
    )
    return workspace


def violations(screen: str) -> list[str]:
    bare = OURS.sub("", screen)
    return [repr(bare[max(0, at.start() - 30) : at.end() + 30]) for at in ACTING.finditer(bare)]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("as_json", [False, True])
async def test_no_command_lets_anything_act_on_a_terminal(
    hostile: Workspace, own_home: Path, as_json: bool
) -> None:
    table = commands(hostile)
    assert set(table) == set(COMMANDS), "a command has no line in this test's table"
    block = f"```python path=a.py\nprint()  # {ACTS}\n```\n"
    scripts = [tokens(f"Yes {ACTS}\n"), status(400, f"No {ACTS}"), tokens(block)]
    found, shown = [], ""
    async with scripted_model(*scripts) as model:
        (own_home / "data\x1b[5;7;31m").write_text("no folder")
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": f"scripted{ACTS}"}
        nowhere = {"XDG_DATA_HOME": str(own_home / "data\x1b[5;7;31m")}
        for path, calls in table.items():
            takes_json = any("--json" in one.opts for one in COMMANDS[path].params)
            asked = ["--json"] if as_json and takes_json else []
            more = nowhere if path == "fourfold model install" else {}
            for given in calls:
                line = [*path.split()[1:], *given, *asked]
                _, screen = await on_terminal(
                    hostile, *line, answer=(b"[y/N]: ", b"n\n"), **env, **more
                )
                shown += screen
                assert "Traceback" not in screen, screen
                assert "error of its own" not in screen, screen
                assert "\x1b[5;7;31m" not in screen, (line, screen)
                found += [(path, line, one) for one in violations(screen)]
    assert found == []
    assert ("\\u001b]52" if as_json else "<U+001B>]52") in shown
    assert ("\\u202e" if as_json else "<U+202E>") in shown
    assert "Send it there" in shown or as_json
    assert len(model.requests) >= 3


def test_messages_and_tables_are_harmless_in_a_pipe_and_answers_are_exact(
    hostile: Workspace,
) -> None:
    listed, text = hostile.call("list"), hostile.call("show", NAME, "v1").stdout
    assert text == f"One {ACTS}\n"
    assert not ACTING.search(listed.stdout.replace("\n", ""))
    assert not ACTING.search(listed.stderr.replace("\n", ""))
    assert "is not UTF-8" in listed.stderr
    patch = hostile.call("diff", NAME, "v1", "v2").stdout
    assert f"-One {ACTS}\n" in patch
    assert not ACTING.search("".join(patch.splitlines(keepends=True)[:2]).replace("\n", ""))
    as_json = hostile.call("show", NAME, "v1", "--json").stdout
    assert not ACTING.search(as_json.replace("\n", ""))
    assert json.loads(as_json)["text"] == text


async def test_what_a_shell_would_run_is_not_completed(workspace: Workspace) -> None:
    """A shell puts a completed word into the line as it is, and runs it with Enter."""
    for name in ("greet2", "gr$(touch x)", "gr`touch x`", "gr;touch x", "gr\x1b[5m", "gr\nx"):
        (workspace.folder / "prompts" / f"{name}.md").write_text("Hi")
    ended = await workspace.process(
        _FOURFOLD_COMPLETE="bash_complete", COMP_WORDS="fourfold show gr", COMP_CWORD="2"
    )
    assert sorted(ended.out.splitlines()) == ["plain,greet", "plain,greet2"]


@pytest.mark.parametrize("arguments", [["list"], ["show", "greet"], ["run", "greet"], ["--help"]])
async def test_a_pipe_that_closes_ends_a_command_quietly(
    workspace: Workspace, arguments: list[str]
) -> None:
    workspace.write("Hi\n" * 100_000)
    async with scripted_model(tokens(*["a line\n" * 100] * 200)) as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": "scripted"}
        process = await workspace.start(*arguments, **env)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout._transport.close()  # type: ignore[attr-defined]
        async with asyncio.timeout(LIMIT):
            err = (await process.stderr.read()).decode()
            code = await process.wait()
    assert code == 0
    assert "Broken" not in err
    assert "Exception" not in err
    assert "Traceback" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["show", "greet"], ["list"], ["list", "--json"]])
def test_a_full_disk_is_said_once(workspace: Workspace, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "fourfold", *arguments, "--folder", str(workspace.folder)]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, text=True)
    assert ended.returncode == 3
    assert len(ended.stderr.splitlines()) == 1
    assert "could not be read or written (No space left on device): check it" in ended.stderr


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\u200bb", "a<U+200B>b"),
        ("pay\U000e0041", "pay<U+E0041>"),
        ("a\ufe0fb \u26a0\ufe0f\ufe0f", "a<U+FE0F>b \u26a0\ufe0f<U+FE0F>"),
        ("x\u3164 \u2800", "x<U+3164> <U+2800>"),
        ("\N{FAMILY}\u200d\N{GIRL}", "\N{FAMILY}\u200d\N{GIRL}"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\r\nb\rc", "a\r\nb<U+000D>c"),
        ("\ud800", "<U+D800>"),
    ],
)
def test_what_hides_is_named_and_what_is_spelled_so_stays(text: str, seen: str) -> None:
    assert visible(text) == seen
    assert visible(seen) == seen
    assert json.loads(visible_json(json.dumps(text, ensure_ascii=False))) == text
