"""What an editor feels of its team: starting, lenses and saves with the team's database there, with
one that never answers, and with no team, in turn in one run; and with ever more runs of others."""

from __future__ import annotations

import socket
import statistics
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.bench.growth import Point
from tests.bench.harness import MODULE, bounded, compared, in_turn, isolated, prompt_text, timed
from tests.bench.harness import write_prompts as written
from tests.bench.server_process import ServerProcess
from tests.support.postgres import running_cluster

from fourfold.project.opening import open_team
from fourfold.project.project import Project
from fourfold.settings import WorkspaceSettings
from fourfold.store.facts import SharedRun
from fourfold.store.records import Run
from fourfold.text.same import content_hash
from fourfold.user.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.bench.harness import Row

STARTS, LENSES, SAVES = 15, 400, 120
MOST = 1.05
THEIRS, FEWER = (100, 1_000, 10_000), 5
"""How many runs of others there are, and how many times fewer repeats each of them takes."""


@dataclass
class Side:
    """A workspace folder with ten prompts, and the home of its user."""

    folder: Path
    env: dict[str, str]
    prompt: Path

    def start(self) -> ServerProcess:
        return ServerProcess([*MODULE, "serve"], self.env, self.folder)

    def until_first_lens(self) -> float:
        with self.start() as server:
            assert server.first_lens(self.prompt)
            return server.milliseconds


def measure(folder: Path) -> list[Row]:
    """Nothing where there is no PostgreSQL."""
    try:
        with running_cluster() as cluster, socket.create_server(("127.0.0.1", 0)) as silent:
            reached = cluster.address("postgres", "postgres")
            port = silent.getsockname()[1]
            with closing(open_team(Secret(reached), "bench", make=True)) as team:
                token = team.token
            sides = [
                _side(folder / "off", None, token),
                _side(folder / "on", reached, token),
                _side(folder / "gone", f"postgresql://me@127.0.0.1:{port}/x", token),
            ]
            rows = list(_rows(sides))
            grown = [_side(folder / f"on{size}", reached, token, size) for size in THEIRS]
            return [*rows, *_growth(grown)]
    except pytest.skip.Exception:
        return []


def _side(folder: Path, address: str | None, token: str, theirs: int = 0) -> Side:
    prompts = written(folder / "checkout", 10)
    texts = [content_hash(prompt.read_text("utf-8")) for prompt in prompts]
    env = isolated(folder)
    if address is not None:
        config = folder / "fourfold" / "config.toml"
        config.parent.mkdir()
        config.write_text(f'[team]\ndatabase = "{address}"\n')
    with closing(Project(folder / "checkout", WorkspaceSettings())) as project:
        project.read_from_disk(project.steps.all())
        if address is not None:
            project.store.join("bench", token)
        runs = [_run_of_others(texts[number % len(texts)], number) for number in range(theirs)]
        project.store.merge_runs(runs)
    return Side(folder / "checkout", env, prompts[0])


def _run_of_others(text: str, number: int) -> SharedRun:
    """An answer of ann's to a test, about the text with this hash."""
    run = Run(
        f"{number:016d}",
        "",
        None,
        "m",
        "succeeded",
        text,
        test=f"t{number}",
        response="Hello. " * 60,
        author="ann",
    )
    return SharedRun(run, content_hash(str(number)))


def _rows(sides: Sequence[Side]) -> Iterator[Row]:
    for name, measured in _measured(sides, 1):
        off, on, gone = map(statistics.median, measured)
        yield compared(f"{name}, with a team / without", on, off, MOST)
        yield compared(f"{name}, its database gone / without", gone, off, MOST)


def _growth(sides: Sequence[Side]) -> Iterator[Row]:
    for name, measured in _measured(sides, FEWER):
        for size, values in zip(THEIRS, measured, strict=True):
            median = statistics.median(values)
            row = bounded(f"{name}, with {size:,} runs of others", median, None)
            point = Point(f"{name}, with a team", "runs of others", size, median, "ms")
            yield replace(row, point=point)


def _measured(sides: Sequence[Side], fewer: int) -> Iterator[tuple[str, Sequence[Sequence[float]]]]:
    """Milliseconds of each side, by what was measured."""
    starts = (side.until_first_lens for side in sides)
    yield "spawn → first lens", in_turn(STARTS // fewer, *starts)
    with ExitStack() as stack:
        servers = [stack.enter_context(side.start()) for side in sides]
        for server, side in zip(servers, sides, strict=True):
            server.first_lens(side.prompt)
            server.until_watching(side.prompt)
        pairs = list(zip(servers, sides, strict=True))
        lenses = (partial(_lens, server, side) for server, side in pairs)
        yield "lens round trip", in_turn(LENSES // fewer, *lenses, warm_ups=50)
        saves = (_Saves(server, side) for server, side in pairs)
        yield "didSave → listVersions has it", in_turn(SAVES // fewer, *saves, warm_ups=5)


def _lens(server: ServerProcess, side: Side) -> float:
    params = {"textDocument": {"uri": side.prompt.as_uri()}}
    return timed(lambda: server.ask("textDocument/codeLens", params))


class _Saves:
    """One save after the other, as an editor makes them."""

    def __init__(self, server: ServerProcess, side: Side) -> None:
        self._server = server
        self._prompt = side.prompt
        self._uri = side.prompt.as_uri()
        self._current = server.command("listVersions", uri=self._uri)["current"]
        self._number = 1

    def __call__(self) -> float:
        self._number += 1
        text = prompt_text(self._number)
        document = {"uri": self._uri, "version": self._number}
        change = {"textDocument": document, "contentChanges": [{"text": text}]}
        self._server.notify("textDocument/didChange", change)
        saving = {"textDocument": {"uri": self._uri}, "reason": 1}
        self._server.notify("textDocument/willSave", saving)
        self._prompt.write_text(text, encoding="utf-8", newline="\n")

        def save() -> None:
            self._server.notify("textDocument/didSave", {"textDocument": {"uri": self._uri}})
            known = self._server.command("listVersions", uri=self._uri)["current"]
            assert known == self._current + 1, f"v{known} after v{self._current}"
            self._current = known

        return timed(save)
