"""`make demo`: the main job on real input, in the terminal."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from tests.demo.editor import Editor, ServerTrouble
from tests.demo.edits import PROMPT, texts
from tests.demo.screen import Screen
from tests.demo.story import tell

from fourfold.llm.embedded_files import find

REPOSITORY = Path(__file__).parents[2]
PROMPTS = REPOSITORY / "prompts"
NOT_INSTALLED = (
    "The embedded model is not installed in this environment: run `make demo`, which installs "
    "it, or `fourfold model install`."
)


def main() -> int:
    """The exit code: 0, or 1 with what went wrong on stderr."""
    screen = Screen()
    if find() is None:
        print(NOT_INSTALLED, file=sys.stderr)
        return 3
    began = time.monotonic()
    introduce(screen)
    with tempfile.TemporaryDirectory(prefix="fourfold-demo-") as made:
        try:
            asyncio.run(demonstrate(screen, Path(made).resolve()))
        except KeyboardInterrupt:
            print("The demo was stopped.", file=sys.stderr)
            return 1
        except (ServerTrouble, LookupError) as error:
            print(f"The demo could not go on: {error}", file=sys.stderr)
            return 1
    conclude(screen, time.monotonic() - began)
    return 0


async def demonstrate(screen: Screen, folder: Path) -> None:
    """The story, with a server of its own in a copy of the prompts."""
    home, workspace = folder / "home", folder / "workspace"
    home.mkdir()
    shutil.copytree(PROMPTS, workspace / "prompts")
    prompt = workspace / "prompts" / PROMPT.name
    prompt.write_text(texts()[0], "utf-8")
    editor = Editor(workspace)
    try:
        await editor.start(home)
        screen.console.print(
            Text(f"The server runs as process {editor.process_id}, in {workspace}.", "dim")
        )
        await screen.pause()
        await tell(screen, editor, prompt)
    except ServerTrouble:
        for line in editor.log:
            print(f"  the server said: {line}", file=sys.stderr)
        raise
    finally:
        await editor.end()


def introduce(screen: Screen) -> None:
    screen.console.print(
        Panel(
            Text.from_markup(
                "Small changes in a prompt change the answer a lot. Fourfold keeps the last four "
                "versions of every prompt as you save it, runs any of them against a model, and "
                "compares what they answer, inside the editor that you already use.\n\n"
                "[dim]What follows is real: an editor's side of the Language Server Protocol, the "
                "server as your editor would start it, and a model on this machine.[/]"
            ),
            title=Text("Fourfold", "bold"),
            border_style="cyan",
            padding=(1, 2),
        )
    )


def conclude(screen: Screen, seconds: float) -> None:
    screen.scene("What to do next")
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for name, text in (
        ("In a terminal", COMMANDS),
        ("In an editor", EDITORS),
        ("A real model", MODELS),
        ("Your prompts", OWN),
    ):
        table.add_row(name, Text.from_markup(f"{text}\n"))
    screen.console.print(table)
    screen.console.print(
        Text(f"The demo took {seconds:.0f} s; its folder and its server are gone.", "dim")
    )


def _command(text: str) -> str:
    program = Path(sys.executable).with_name("fourfold")
    try:
        shown = program.relative_to(Path.cwd())
    except ValueError:
        shown = program
    return f"[green]{shown} {text}[/]"


COMMANDS = "\n".join(
    [
        "The same on the prompts of this repository:",
        _command("list"),
        _command("test triage --until certain"),
        _command("--help"),
    ]
)
EDITORS = (
    "Let it start [green]fourfold serve[/] for prompt files. README.md has what to paste "
    "for Neovim, Emacs, Helix and other editors."
)
MODELS = (
    "Set OPENAI_API_KEY for OpenAI, or OPENAI_BASE_URL for any endpoint that speaks its API "
    "(Ollama, vLLM, LM Studio …). Keys stay in your environment."
)
OWN = (
    "Put .prompty files anywhere, and .md, .txt or .j2 below prompts/. Their versions live in "
    ".fourfold/, which git ignores."
)


if __name__ == "__main__":
    sys.exit(main())
