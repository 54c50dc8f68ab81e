"""How the demo looks: rich on a terminal, the same words without colours in a log."""

from __future__ import annotations

import asyncio
import difflib
import io
import sys
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console, Group
from rich.markdown import Markdown
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from fourfold.reports.history import CAUSES
from fourfold.text import figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDEST = 110
PAUSE_SECONDS = 1.5
PANEL_WIDTH = 4
LENS_SEPARATOR = " │ "
STYLES = {"queued": "dim", "running": "yellow", "succeeded": "green"}


class Screen:
    """Where the story is told."""

    def __init__(self) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        self.console = Console(
            highlight=False,
            width=min(Console().width, WIDEST),
            theme=Theme({"code": "bright_blue"}),
        )

    @property
    def is_live(self) -> bool:
        """Whether something can move here."""
        return self.console.is_terminal

    async def pause(self) -> None:
        """Lets a person read; a log needs no time."""
        if self.is_live:
            await asyncio.sleep(PAUSE_SECONDS)

    def scene(self, title: str) -> None:
        self.console.print()
        self.console.print(Rule(Text(title, "bold cyan"), style="cyan", align="left"))

    def say(self, text: str) -> None:
        """A paragraph, in rich's markup."""
        self.console.print(text)

    def box(self, title: str, *parts: Any) -> None:
        self.console.print(
            Panel(Group(*parts), title=Text(title, "bold"), title_align="left", border_style="dim")
        )

    def lenses(self, titles: Sequence[str]) -> None:
        """The line that the editor shows above the prompt."""
        self.console.print(self.lens_line(titles))

    def lens_line(self, titles: Sequence[str]) -> Text:
        """That line; where it is too long for the screen it goes on below, a lens at a time."""
        lines: list[str] = []
        for title in titles:
            longer = f"{lines[-1]}{LENS_SEPARATOR}{title}" if lines else title
            if lines and len(longer) <= self.console.width - PANEL_WIDTH:
                lines[-1] = longer
            else:
                lines.append(title)
        return Text("\n".join(lines), "italic bright_blue")


def excerpt(text: str, first: str, lines: int) -> Text:
    """Some lines of a prompt, from the one that starts with `first`; … for what is left out."""
    found = text.splitlines()
    start = next(at for at, line in enumerate(found) if line.startswith(first))
    shown = [*(["…"] if start else []), *found[start : start + lines]]
    return Text("\n".join([*shown, *(["…"] if start + lines < len(found) else [])]), "dim")


def changes(before: str, after: str) -> Text:
    """The lines that differ, without those around them."""
    drawn = Text()
    differences = difflib.ndiff(before.splitlines(), after.splitlines())
    for line in (one for one in differences if one[0] in "-+"):
        style = "green" if line[0] == "+" else "red"
        drawn.append(f"{line}\n", style)
    drawn.rstrip()
    return drawn


def history_table(history: Mapping[str, Any]) -> Table:
    """A VersionList."""
    table = _table("Version", "", "Why", "Words", "Lines", right=(3, 4))
    for version in history["versions"]:
        table.add_row(
            Text(version["label"], "bold"),
            Text("current" if version["current"] else "", "green"),
            CAUSES[version["cause"]],
            figures.count(version["words"]),
            figures.line_changes(version["linesAdded"], version["linesRemoved"]),
        )
    return table


def runs_table(
    versions: Sequence[int],
    runs: Mapping[int, Mapping[str, Any]],
    texts: Mapping[int, str],
    seconds: float,
) -> Table:
    """One line for each run: how it stands, and the end of what has arrived."""
    table = _table("Version", "Status", "Time", "Tokens", "Response", right=(2, 3))
    table.columns[4].no_wrap = True
    table.columns[4].ratio = 1
    table.expand = True
    for number in versions:
        run = runs.get(number, {})
        status = run.get("status", "queued")
        arrived = texts.get(number, "") if run.get("firstTokenMs") else ""
        duration = run.get("durationMs") or (seconds * 1000 if status == "running" else None)
        table.add_row(
            Text(f"v{number}", "bold"),
            Text(status, STYLES.get(status, "red")),
            figures.seconds(duration),
            figures.count(run.get("outputTokens")),
            Text(
                _end_of(arrived) or ("reads the prompt …" if status == "running" else ""),
                "dim",
                overflow="ellipsis",
            ),
        )
    return table


def verdict_table(report: Mapping[str, Any]) -> Table:
    """The versions of a TestReport, and between what their true rates may lie."""
    table = _table("Version", "Passed", "Rate", "True rate", "Answer in", right=(1, 2, 3, 4))
    for arm in report["arms"]:
        low, high = arm["interval"]
        rate = figures.NOTHING if arm["rate"] is None else f"{arm['rate']:.0%}"
        table.add_row(
            Text(f"v{arm['version']}", "bold"),
            f"{arm['passed']} of {arm['runs']}",
            rate,
            f"{low:.0%} to {high:.0%}",
            figures.seconds(arm["durationMs"]),
        )
    return table


def document(text: str) -> Markdown:
    """One of Fourfold's documents, as an editor's preview would show it."""
    return Markdown(text, code_theme="ansi_dark")


def _end_of(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _table(*titles: str, right: Sequence[int]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), pad_edge=False)
    for at, title in enumerate(titles):
        table.add_column(title, justify="right" if at in right else "left")
    return table
