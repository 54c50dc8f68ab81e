"""One save: the text of a prompt becomes its fifth version, and the oldest goes."""

from __future__ import annotations

import sqlite3
import statistics
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING, Any

from fourfold.project.project import Project
from fourfold.settings import Settings
from fourfold.text import content_hash, count_words
from tests.bench.harness import (
    MODULE,
    bounded,
    compared,
    in_turn,
    isolated,
    prompt_text,
    timed,
    write_prompts,
)
from tests.bench.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fourfold.project.steps import StepFile
    from tests.bench.harness import Row

REPEATS = 1500
LSP_REPEATS = 60


def measure(folder: Path) -> list[Row]:
    """Against the same statements with the same texts, prepared, in bare sqlite3; then as an
    editor sees it, until listVersions has the new version."""
    return [_in_process(folder / "in_process"), _in_editor(folder / "in_editor")]


def _in_process(folder: Path) -> Row:
    numbers = count(1)
    with (
        closing(_open(folder / "ours")) as project,
        closing(_open(folder / "theirs")) as other,
    ):
        [file] = project.steps.all()
        rows = _rows(other, file)
        path = other.folder / ".fourfold" / "fourfold.db"
        other.close()
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")

            def ours() -> float:
                text = prompt_text(next(numbers))
                return timed(lambda: project.save(file, text, "save"))

            def theirs() -> float:
                row = next(rows)
                return timed(lambda: _save(connection, file.step, row))

            a, b = in_turn(REPEATS, ours, theirs, warm_ups=50)
    return compared("one save", statistics.median(a), statistics.median(b), 1.5)


def _open(folder: Path) -> Project:
    write_prompts(folder, 1)
    project = Project(folder, Settings())
    for file in project.steps.all():
        project.history(file)
    return project


def _rows(project: Project, file: StepFile) -> Iterator[tuple[Any, ...]]:
    """What a save stores after the number of its version, of texts like ours."""
    for number in count(1):
        text = prompt_text(number)
        yield (
            text,
            content_hash(text),
            "2026-01-01T00:00:00.000+00:00",
            "save",
            count_words(text),
            1,
            1,
        )


def _save(connection: sqlite3.Connection, step: str, row: tuple[Any, ...]) -> None:
    """The statements of a save, without a line of Fourfold's."""
    execute = connection.execute
    execute("BEGIN IMMEDIATE")
    found = execute(
        "SELECT id, suffix, last_number, current, unversioned FROM steps WHERE name = ?", (step,)
    ).fetchone()
    kept = dict(execute("SELECT number, hash FROM versions WHERE step_id = ?", found[:1]))
    newest, oldest = max(kept), min(kept)
    execute("SELECT text FROM versions WHERE step_id = ? AND number = ?", (found[0], newest)).fetchone()
    if len(kept) == 4:
        execute(
            "SELECT number, text, hash, created, cause, words, lines_added, lines_removed "
            "FROM versions WHERE step_id = ? AND number = ?",
            (found[0], oldest),
        ).fetchone()
        execute(
            "SELECT * FROM runs WHERE step_id = ? AND version = ?", (found[0], oldest)
        ).fetchall()
    execute(
        "INSERT INTO versions (step_id, number, text, hash, created, cause, words, lines_added, "
        "lines_removed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (found[0], newest + 1, *row),
    )
    execute("COMMIT")


def _in_editor(folder: Path) -> Row:
    [prompt] = write_prompts(folder, 1)
    uri = prompt.as_uri()
    with ServerProcess([*MODULE, "serve"], isolated(folder), folder) as server:
        server.first_lens(prompt)
        current = server.command("listVersions", uri=uri)["current"]
        times = []
        for number in range(2, LSP_REPEATS + 2):
            text = prompt_text(number)
            change = {
                "textDocument": {"uri": uri, "version": number},
                "contentChanges": [{"text": text}],
            }
            server.notify("textDocument/didChange", change)
            prompt.write_text(text, encoding="utf-8", newline="\n")

            def save() -> None:
                nonlocal current
                server.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
                known = server.command("listVersions", uri=uri)["current"]
                assert known == current + 1, f"v{known} after v{current}"
                current = known

            times.append(timed(save))
    return bounded("didSave → listVersions has it", statistics.median(times), None)
