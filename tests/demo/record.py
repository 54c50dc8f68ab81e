"""Writes what README shows of the workflow: its diagram, and a recording of the terminal.

`python -m tests.demo.record` runs the sample on the embedded model, in a folder of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fourfold.reports.workflow_diagram import workflow_diagram
from fourfold.workflow.evaluation import StepState, WorkflowStatus
from fourfold.workflow.file.configuration import parse
from fourfold.workflow.tree import StepNode

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PROMPTS = ROOT / "prompts"
CHANGED = "implementation/review"
RULE = "\n- Name at most three findings.\n"
LIMIT_SECONDS = 600


def diagram() -> str:
    """The sample's flowchart as README has it: without states, since nothing was run."""
    config = parse((PROMPTS / "workflow.yaml").read_text("utf-8"))
    not_run = StepState(WorkflowStatus.NOT_STARTED)
    steps = [StepNode(step, None, None, not_run, None, ()) for step in config.walk()]
    drawn = workflow_diagram(steps).replace("<br/>not started", "")
    plain = re.sub(r":::not_started|\n    classDef .*", "", drawn)
    return f"```mermaid\n{plain}\n```"


def recording() -> str:
    """The commands and what they print: all steps, a changed prompt, and what runs again."""
    with tempfile.TemporaryDirectory(prefix="fourfold-record-") as made:
        home, folder = Path(made) / "home", Path(made) / "project"
        shutil.copytree(PROMPTS, folder / "prompts")
        home.mkdir()
        lines = [*_command(folder, home, "workflow run", quiet=True)]
        prompt = folder / "prompts" / f"{CHANGED}.prompty"
        text = prompt.read_text("utf-8")
        prompt.write_text(text.replace("\n- ", f"{RULE}- ", 1), "utf-8")
        lines += ["", f"$ $EDITOR prompts/{CHANGED}.prompty      # one more rule"]
        lines += _command(folder, home, "workflow show")
        lines += ["", *_command(folder, home, "workflow run", quiet=True)]
    return "\n".join(["```console", *lines, "```"])


def _command(folder: Path, home: Path, command: str, *, quiet: bool = False) -> list[str]:
    """A command with what it prints; `quiet` leaves the responses themselves out."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "COLUMNS": "110",
        "VIRTUAL_ENV": sys.prefix,
    }
    done = subprocess.run(
        [sys.executable, "-m", "fourfold", *command.split()],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_SECONDS,
    )
    printed = done.stderr if quiet else done.stderr + done.stdout
    return [f"$ fourfold {command}{' > responses.md' if quiet else ''}", *printed.splitlines()]


def put(text: str, name: str, block: str) -> str:
    """`text` with `block` between the two markers of that name."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{block}\n{end}{after}"


def main() -> None:
    text = put(README.read_text("utf-8"), "diagram", diagram())
    README.write_text(put(text, "recording", recording()), "utf-8")


if __name__ == "__main__":
    main()
