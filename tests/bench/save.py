"""One save: the text of a prompt becomes its fifth version, and the oldest goes."""

from __future__ import annotations

import hashlib
import sqlite3
import statistics
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

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

from fourfold.project.project import Project
from fourfold.settings import WorkspaceSettings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.harness import Row


REPEATS = 1500
LSP_REPEATS = 60


def measure(folder: Path) -> list[Row]:
    """Against the same statements with the same texts in bare sqlite3; then as an editor sees it,
    until listVersions has the new version."""
    return [_in_process(folder / "in_process"), _in_editor(folder / "in_editor")]


def _in_process(folder: Path) -> Row:
    our_texts, their_texts = (map(prompt_text, count(1)) for _ in range(2))
    _open(folder / "theirs").close()
    path = folder / "theirs" / ".fourfold" / "fourfold.db"
    with (
        closing(_open(folder / "ours")) as project,
        closing(sqlite3.connect(path, isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        [file] = project.steps.all()

        def ours() -> float:
            text = next(our_texts)
            return timed(lambda: project.save(file, text, "save"))

        def theirs() -> float:
            text = next(their_texts)
            return timed(lambda: _save(connection, file.step, text))

        a, b = in_turn(REPEATS, ours, theirs, warm_ups=50)
    return compared("one save", statistics.median(a), statistics.median(b), 1.5)


def _open(folder: Path) -> Project:
    write_prompts(folder, 1)
    project = Project(folder, WorkspaceSettings())
    for file in project.steps.all():
        project.history(file)
    return project


def _save(connection: sqlite3.Connection, step: str, text: str) -> None:
    """The statements of a save, without a line of Fourfold's. The words and lines are not counted,
    and the text is not compared with the one before."""
    hash_ = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    created = datetime.now(UTC).isoformat(timespec="milliseconds")
    execute = connection.execute
    execute("BEGIN IMMEDIATE")
    found = execute(
        "SELECT v.number, v.hash, s.id, s.path, s.last_number, s.current, s.unversioned "
        "FROM steps s JOIN versions v ON v.step_id = s.id WHERE s.name = ?",
        (step,),
    ).fetchall()
    step_id, hashes = found[0][2], {number: kept for number, kept, *_ in found}
    assert hash_ not in hashes.values()
    number = max(hashes) + 1
    parent = (step_id, number - 1)
    execute("SELECT text FROM versions WHERE step_id = ? AND number = ?", parent).fetchone()
    execute(
        "INSERT INTO versions (step_id, number, text, hash, created, cause, words, lines_added, "
        "lines_removed, parent, change, name, pinned) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (step_id, number, text, hash_, created, "save", 400, 1, 1, number - 1, '+ "1"', None, 0),
    )
    gone = execute(
        "SELECT number, (SELECT count(*) FROM runs r WHERE r.step_id = p.step_id "
        "AND r.hash = p.hash) FROM pushed_out p WHERE step_id = ?",
        (step_id,),
    ).fetchall()
    execute(
        "DELETE FROM changes WHERE step_id = ?1 AND ("
        "?2 AND id <= (SELECT max(id) FROM changes WHERE step_id = ?1 AND pushed_out > 0) "
        "OR id <= (SELECT id FROM changes WHERE step_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET 49))",
        (step_id, bool(gone)),
    )
    execute(
        "INSERT INTO changes (step_id, kind, before, after, pushed_out) VALUES (?, ?, ?, ?, ?)",
        (step_id, "added", number - 1, number, gone[0][0] if gone else None),
    )
    execute("COMMIT")


def _in_editor(folder: Path) -> Row:
    [prompt] = write_prompts(folder, 1)
    uri = prompt.as_uri()
    with ServerProcess([*MODULE, "serve"], isolated(folder), folder) as server:
        server.first_lens(prompt)
        server.until_watching(prompt)
        current = server.command("listVersions", uri=uri)["current"]
        times = []
        for number in range(2, LSP_REPEATS + 2):
            text = prompt_text(number)
            change = {
                "textDocument": {"uri": uri, "version": number},
                "contentChanges": [{"text": text}],
            }
            server.notify("textDocument/didChange", change)
            saving = {"textDocument": {"uri": uri}, "reason": 1}
            server.notify("textDocument/willSave", saving)
            prompt.write_text(text, encoding="utf-8", newline="\n")

            def save() -> None:
                nonlocal current
                server.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
                known = server.command("listVersions", uri=uri)["current"]
                assert known == current + 1, f"v{known} after v{current}"
                current = known

            times.append(timed(save))
    return bounded("didSave → listVersions has it", statistics.median(times), None)
