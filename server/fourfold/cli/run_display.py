"""What is seen of runs while they go on, and once they have ended."""

from __future__ import annotations

import sys
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import click

from fourfold.cli.output import console, note, on_terminal, print_text, say
from fourfold.runs.outcome import outcome, total_usd
from fourfold.runs.progress import progress
from fourfold.text import figures
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from rich.live import Live
    from rich.status import Status
    from rich.table import Table

    from fourfold.store.records import Run


class Display(Protocol):
    """Shows runs: `live` while they go on, `changed` with each piece of news, `ended` after.

    `asking` leaves the terminal to a question.
    """

    def asking(self) -> AbstractContextManager[None]: ...

    def live(self, runs: Sequence[Run]) -> AbstractContextManager[None]: ...

    def changed(self, run: Run) -> None: ...

    def ended(self, runs: Sequence[Run]) -> None: ...


def make_display(*, single: bool, as_json: bool, by_step: bool = False) -> Display:
    """As fits what is asked for and where it goes; `by_step` for runs of several steps."""
    if single and not as_json:
        return StreamedResponse()
    kind = LiveTable if on_terminal(sys.stderr) else PlainLines
    return kind(responses=not as_json, by_step=by_step)


class StreamedResponse:
    """One response on stdout as it arrives, its figures on stderr."""

    def __init__(self) -> None:
        self._printed = 0
        self._id: str | None = None
        self._waiting: Status | None = None

    @contextmanager
    def asking(self) -> Iterator[None]:
        self._stop_waiting()
        yield

    @contextmanager
    def live(self, runs: Sequence[Run]) -> Iterator[None]:
        if on_terminal(sys.stderr) and not runs[0].finished:
            from rich.text import Text

            self._waiting = console(sys.stderr).status(
                Text(one_line(f"Waiting for {runs[0].model} …"))
            )
            self._waiting.start()
        try:
            yield
        finally:
            self._stop_waiting()

    def changed(self, run: Run) -> None:
        if run.id != self._id:  # asked once more, since the response did not fit
            if self._printed:
                click.echo()
            self._id, self._printed = run.id, 0
        # Half a character or half a line end that has arrived is whole with the next piece.
        halves = "\N{REPLACEMENT CHARACTER}\r"
        arrived = run.response if run.finished else run.response.rstrip(halves)
        if len(arrived) > self._printed:
            self._stop_waiting()
            print_text(arrived[self._printed :])
            self._printed = len(arrived)

    def ended(self, runs: Sequence[Run]) -> None:
        (run,) = runs
        self.changed(run)
        if run.response and not run.response.endswith("\n"):
            click.echo()
        if on_terminal(sys.stderr):
            note("")
        note(_sentence(run))

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None


class PlainLines:
    """A line on stderr for each run that ends; then the responses on stdout, if wanted."""

    def __init__(self, *, responses: bool, by_step: bool) -> None:
        self._responses = responses
        self._by_step = by_step
        self._told: set[str] = set()

    def asking(self) -> AbstractContextManager[None]:
        return nullcontext()

    @contextmanager
    def live(self, runs: Sequence[Run]) -> Iterator[None]:
        for run in runs:
            self.changed(run)
        yield

    def changed(self, run: Run) -> None:
        if run.finished and run.id not in self._told:
            self._told.add(run.id)
            note(_sentence(run, self._by_step))

    def ended(self, runs: Sequence[Run]) -> None:
        _note_total(runs)
        if self._responses:
            _print_responses(runs, self._by_step)


class LiveTable:
    """A line for each run that keeps up with it, on stderr; then the responses, if wanted."""

    def __init__(self, *, responses: bool, by_step: bool) -> None:
        self._responses = responses
        self._by_step = by_step
        self._runs: dict[str, Run] = {}
        self._live: Live | None = None

    @contextmanager
    def asking(self) -> Iterator[None]:
        if self._live is None:
            yield
            return
        self._live.transient = True
        self._live.stop()
        self._live.transient = False
        yield
        self._live.start()

    @contextmanager
    def live(self, runs: Sequence[Run]) -> Iterator[None]:
        from rich.live import Live

        self._runs = {run.id: self._runs.get(run.id, run) for run in runs}
        self._live = Live(
            console=console(sys.stderr), get_renderable=self._table, refresh_per_second=8
        )
        with self._live:
            yield

    def changed(self, run: Run) -> None:
        if run.tries:
            self._runs.pop(run.tries[-1].id, None)
        self._runs[run.id] = run

    def ended(self, runs: Sequence[Run]) -> None:
        for run in runs:
            if run.error or run.truncated:
                note(_sentence(run, self._by_step))
        _note_total(runs)
        if self._responses:
            _print_responses(runs, self._by_step)

    def _table(self) -> Table:
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
        if self._by_step:
            table.add_column("Step")
        table.add_column("Version")
        table.add_column("Status")
        table.add_column("Tokens", justify="right")
        table.add_column("Time", justify="right")
        table.add_column("Cost", justify="right")
        for run in list(self._runs.values()):
            table.add_row(
                *([one_line(run.step)] if self._by_step else []),
                _label(run),
                Text(_status(run), _STYLES[run.status]),
                figures.count(progress([run]).tokens) if run.started else figures.NOTHING,
                figures.seconds(_milliseconds(run)),
                figures.dollars(run.cost_usd),
            )
        return table


_STYLES = {
    "queued": "dim",
    "running": "yellow",
    "succeeded": "green",
    "failed": "red",
    "cancelled": "magenta",
}


def _milliseconds(run: Run) -> float | None:
    """How long the run took, or has taken so far."""
    if run.status != "running" or run.started is None:
        return run.duration_ms
    return (datetime.now(UTC) - run.started).total_seconds() * 1000


def _print_responses(runs: Sequence[Run], by_step: bool) -> None:
    # A step that was not run has nothing to show.
    shown_runs = [run for run in runs if run.response or not by_step]
    for number, run in enumerate(shown_runs):
        if number:
            click.echo()
        print_heading(f"{run.step} {_label(run)} · {_outcome(run)}")
        print_text(run.response)
        if run.response and not run.response.endswith("\n"):
            click.echo()


def print_heading(text: str) -> None:
    """Above one of several texts."""
    if not on_terminal(sys.stdout):
        say(f"==> {text} <==")
        return
    from rich.rule import Rule
    from rich.text import Text

    console(sys.stdout).print(Rule(Text(one_line(text), "bold"), align="left"))


def _sentence(run: Run, by_step: bool = False) -> str:
    """`v3 on qwen3: 1.2 s · 340 tokens · $0.0004`, or why there is no whole response."""
    reason = f"{run.status}. {run.error}" if run.error else _outcome(run)
    step = f"{run.step} " if by_step else ""
    model = f" on {run.model}" if run.started else ""
    return f"{step}{_label(run)}{model}: {reason}"


def _outcome(run: Run) -> str:
    earlier = "an earlier response, see --fresh" if run.cached else ""
    examples = f"with the example of {', '.join(run.used_examples)}" if run.used_examples else ""
    return " · ".join(part for part in (outcome(run), earlier, examples) if part)


def _status(run: Run) -> str:
    return "reused" if run.cached else "cut off" if run.truncated else run.status


def _note_total(runs: Sequence[Run]) -> None:
    """What several runs have cost together."""
    total = total_usd(runs)
    if len(runs) > 1 and total is not None:
        unknown = sum(run.started is not None and run.cost_usd is None for run in runs)
        more = f", and {unknown} of them at a price that is not known" if unknown else ""
        note(f"Total: {figures.dollars(total)} for {figures.counted(len(runs), 'run')}{more}")


def _label(run: Run) -> str:
    return run.label if run.repeat == 1 else f"{run.label} #{run.repeat}"
