"""The tables, as numbered migrations. A released migration never changes; a new one is added.

The rules that no writer may break are triggers and constraints here: at most `VERSION_CAP`
versions of a step, exactly one of them current (`steps.current`), the newest becoming current by
itself, a number that never moves, no text kept twice, runs going with their version. They hold for
other programs too, whose connections leave foreign keys off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from fourfold.store.records import VERSION_CAP

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("fourfold")

_TABLES = (
    """
    CREATE TABLE steps (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        suffix TEXT NOT NULL,
        last_number INTEGER NOT NULL DEFAULT 0,
        current INTEGER,
        unversioned TEXT,
        FOREIGN KEY (id, current) REFERENCES versions (step_id, number)
            DEFERRABLE INITIALLY DEFERRED
    )
    """,
    """
    CREATE TABLE versions (
        step_id INTEGER NOT NULL REFERENCES steps (id) ON DELETE CASCADE,
        number INTEGER NOT NULL CHECK (number > 0),
        hash TEXT NOT NULL,
        created TEXT NOT NULL,
        cause TEXT NOT NULL,
        words INTEGER NOT NULL,
        lines_added INTEGER NOT NULL,
        lines_removed INTEGER NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (step_id, number),
        UNIQUE (hash, step_id)
    )
    """,
    """
    CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        step_id INTEGER NOT NULL,
        version INTEGER NOT NULL,
        test TEXT,
        repeat INTEGER NOT NULL,
        model TEXT NOT NULL,
        status TEXT NOT NULL,
        error TEXT,
        started TEXT,
        first_token_ms REAL,
        duration_ms REAL,
        input_tokens INTEGER,
        output_tokens INTEGER,
        cost_usd REAL,
        cached INTEGER NOT NULL,
        passed INTEGER NOT NULL,
        asserted INTEGER NOT NULL,
        rating INTEGER,
        inputs TEXT NOT NULL,
        messages TEXT NOT NULL,
        parameters TEXT NOT NULL,
        response TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        owner TEXT NOT NULL,
        FOREIGN KEY (step_id, version) REFERENCES versions (step_id, number) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX steps_saved_automatically ON steps (unversioned) WHERE unversioned IS NOT NULL",
    "CREATE INDEX runs_of_version ON runs (step_id, version, id)",
    "CREATE INDEX runs_by_fingerprint ON runs (fingerprint, status)",
    "CREATE INDEX runs_unfinished ON runs (owner) WHERE status IN ('queued', 'running')",
    f"""
    CREATE TRIGGER newest_is_current_and_cap AFTER INSERT ON versions BEGIN
        UPDATE steps SET last_number = NEW.number, current = NEW.number, unversioned = NULL
            WHERE id = NEW.step_id AND last_number < NEW.number;
        DELETE FROM versions WHERE step_id = NEW.step_id AND number <= (
            SELECT number FROM versions WHERE step_id = NEW.step_id
            ORDER BY number DESC LIMIT 1 OFFSET {VERSION_CAP}
        );
    END
    """,
    """
    CREATE TRIGGER current_is_kept BEFORE UPDATE OF current ON steps
    WHEN NOT EXISTS (SELECT 1 FROM versions WHERE step_id = NEW.id AND number = NEW.current)
    BEGIN
        SELECT RAISE(ABORT, 'only a kept version can be current');
    END
    """,
    """
    CREATE TRIGGER current_stays BEFORE DELETE ON versions
    WHEN OLD.number = (SELECT current FROM steps WHERE id = OLD.step_id)
    BEGIN
        SELECT RAISE(ABORT, 'the current version cannot be deleted');
    END
    """,
    """
    CREATE TRIGGER runs_go_with_their_version AFTER DELETE ON versions BEGIN
        DELETE FROM runs WHERE step_id = OLD.step_id AND version = OLD.number;
    END
    """,
    """
    CREATE TRIGGER numbers_stay BEFORE UPDATE OF step_id, number ON versions BEGIN
        SELECT RAISE(ABORT, 'a version keeps its number');
    END
    """,
)


_WORKFLOW = (
    "ALTER TABLE steps ADD COLUMN executed INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE runs ADD COLUMN recipe TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE runs ADD COLUMN output TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE runs ADD COLUMN value TEXT",
    """
    CREATE TABLE workflow_runs (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        status TEXT NOT NULL,
        error TEXT,
        started TEXT NOT NULL,
        ended TEXT,
        request TEXT NOT NULL,
        owner TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE step_runs (
        workflow_run TEXT NOT NULL REFERENCES workflow_runs (id) ON DELETE CASCADE,
        step TEXT NOT NULL,
        version INTEGER,
        run TEXT,
        status TEXT NOT NULL,
        reused INTEGER NOT NULL,
        error TEXT,
        PRIMARY KEY (workflow_run, step)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX runs_by_recipe ON runs (step_id, recipe, status, id, output) WHERE recipe <> ''",
    "CREATE INDEX step_runs_by_run ON step_runs (run)",
    *(
        f"""
        CREATE TRIGGER {name} ON runs
        WHEN NEW.recipe <> '' AND NEW.status NOT IN ('queued', 'running')
        BEGIN
            UPDATE steps SET executed = 1 WHERE id = NEW.step_id AND executed = 0;
        END
        """
        for name in (
            "executed_from_the_start AFTER INSERT",
            "executed_in_the_end AFTER UPDATE OF status",
        )
    ),
    """
    CREATE TRIGGER step_runs_outlive_runs AFTER DELETE ON runs BEGIN
        UPDATE step_runs SET run = NULL WHERE run = OLD.id;
    END
    """,
)


@migrations()
def m001_versions_and_runs(db: Database) -> None:
    for statement in _TABLES:
        db.conn.execute(statement)


@migrations()
def m002_workflow(db: Database) -> None:
    """`recipe` names what a run was made of, where it counts for the workflow; `output` names the
    processed response, `value` holds it where it is more than the response itself."""
    for statement in _WORKFLOW:
        db.conn.execute(statement)
