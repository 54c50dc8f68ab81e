"""The tables, as numbered migrations. A released migration never changes; a new one is added.

The rules that no writer may break are triggers and constraints here: at most `VERSION_CAP`
versions of a step and `PIN_CAP` of them pinned, exactly one of them current (`steps.current`), the
newest becoming current by itself, a number that never moves, no text kept twice, and what a change
took away being kept in `pushed_out`, with its runs, until the next one takes another. They hold for
other programs too, whose connections leave foreign keys off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from sqlite_utils import Migrations

from fourfold.store.records import PIN_CAP, VERSION_CAP, Cause, RunStatus, Stopped
from fourfold.store.sqlite.matrix_parts import PLACES, STATE, TEXTS

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("fourfold")


def _one_of(kind: object) -> str:
    return "(" + ", ".join(f"'{value}'" for value in get_args(kind)) + ")"


_CAUSE, _STATUS = _one_of(Cause), _one_of(RunStatus)

_VERSION = f"""
        step_id INTEGER NOT NULL REFERENCES steps (id) ON DELETE CASCADE,
        number INTEGER NOT NULL CHECK (number > 0),
        hash TEXT NOT NULL,
        created TEXT NOT NULL CHECK (julianday(created) IS NOT NULL),
        cause TEXT NOT NULL CHECK (cause IN {_CAUSE}),
        parent INTEGER,
        change TEXT,
        words INTEGER NOT NULL,
        lines_added INTEGER NOT NULL,
        lines_removed INTEGER NOT NULL,
        name TEXT,
        pinned INTEGER NOT NULL DEFAULT 0,
        text TEXT NOT NULL,
        PRIMARY KEY (step_id, number),
        UNIQUE (hash, step_id)
"""

_TABLES = (
    "CREATE TABLE identity (token TEXT NOT NULL) STRICT",
    """
    CREATE TABLE steps (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        path TEXT NOT NULL,
        last_number INTEGER NOT NULL DEFAULT 0,
        current INTEGER,
        unversioned TEXT,
        executed INTEGER NOT NULL DEFAULT 0,
        FOREIGN KEY (id, current) REFERENCES versions (step_id, number)
            DEFERRABLE INITIALLY DEFERRED
    ) STRICT
    """,
    f"CREATE TABLE versions ({_VERSION}) STRICT",
    f"CREATE TABLE pushed_out ({_VERSION}) STRICT",
    """
    CREATE TABLE changes (
        id INTEGER PRIMARY KEY,
        step_id INTEGER NOT NULL REFERENCES steps (id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        before INTEGER NOT NULL,
        after INTEGER NOT NULL,
        pushed_out INTEGER
    ) STRICT
    """,
    f"""
    CREATE TABLE runs (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        step_id INTEGER NOT NULL REFERENCES steps (id) ON DELETE CASCADE,
        hash TEXT NOT NULL,
        owner TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        test TEXT,
        repeat INTEGER NOT NULL,
        model TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN {_STATUS}),
        error TEXT,
        error_kind TEXT,
        finish_reason TEXT,
        truncated INTEGER NOT NULL,
        started TEXT CHECK (started IS NULL OR julianday(started) IS NOT NULL),
        first_token_ms REAL,
        duration_ms REAL,
        input_tokens INTEGER,
        output_tokens INTEGER,
        cost_usd REAL,
        cached INTEGER NOT NULL,
        author TEXT,
        previous TEXT,
        used_examples TEXT NOT NULL,
        adjustments TEXT NOT NULL,
        inputs TEXT NOT NULL,
        messages TEXT NOT NULL,
        parameters TEXT NOT NULL,
        response TEXT NOT NULL,
        recipe TEXT NOT NULL,
        output TEXT NOT NULL,
        value TEXT
    ) STRICT
    """,
    """
    CREATE TABLE scores (
        run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        assertion TEXT NOT NULL,
        type TEXT NOT NULL,
        negated INTEGER NOT NULL,
        value TEXT,
        metric TEXT,
        passed INTEGER,
        score REAL,
        reason TEXT NOT NULL,
        cost_usd REAL,
        PRIMARY KEY (run, assertion)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE judgements (
        question TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        reply TEXT NOT NULL,
        cost_usd REAL,
        asked TEXT NOT NULL CHECK (julianday(asked) IS NOT NULL),
        PRIMARY KEY (question, attempt)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE drawn (
        place INTEGER PRIMARY KEY,
        step_id INTEGER NOT NULL REFERENCES steps (id) ON DELETE CASCADE,
        test TEXT NOT NULL,
        repeat INTEGER NOT NULL,
        UNIQUE (step_id, test, repeat)
    ) STRICT
    """,
    f"""
    CREATE TABLE matrices (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        step_id INTEGER NOT NULL REFERENCES steps (id) ON DELETE CASCADE,
        owner TEXT NOT NULL,
        started TEXT NOT NULL CHECK (julianday(started) IS NOT NULL),
        seed INTEGER NOT NULL,
        baseline INTEGER,
        stopped TEXT CHECK (stopped IS NULL OR stopped IN {_one_of(Stopped)}),
        calls INTEGER NOT NULL,
        cached INTEGER NOT NULL,
        cost_usd REAL,
        refused TEXT NOT NULL,
        author TEXT,
        heard TEXT CHECK (heard IS NULL OR julianday(heard) IS NOT NULL)
    ) STRICT
    """,
    """
    CREATE TABLE matrix_arms (
        matrix TEXT NOT NULL REFERENCES matrices (id) ON DELETE CASCADE,
        arm INTEGER NOT NULL,
        version TEXT NOT NULL,
        model TEXT NOT NULL,
        label TEXT NOT NULL,
        hash TEXT NOT NULL,
        left_out INTEGER NOT NULL,
        PRIMARY KEY (matrix, arm)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE matrix_tests (
        matrix TEXT NOT NULL REFERENCES matrices (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        test TEXT NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (matrix, number)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE matrix_places (
        matrix TEXT NOT NULL REFERENCES matrices (id) ON DELETE CASCADE,
        place INTEGER NOT NULL,
        number INTEGER NOT NULL,
        repeat INTEGER NOT NULL,
        PRIMARY KEY (matrix, place)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE matrix_answers (
        matrix TEXT NOT NULL REFERENCES matrices (id) ON DELETE CASCADE,
        arm INTEGER NOT NULL,
        place INTEGER NOT NULL,
        passed INTEGER,
        score REAL,
        reason TEXT NOT NULL,
        response TEXT,
        agreed INTEGER NOT NULL,
        differed INTEGER NOT NULL,
        run TEXT,
        PRIMARY KEY (matrix, arm, place)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE ratings (
        run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        person TEXT NOT NULL,
        rating INTEGER NOT NULL CHECK (rating IN (-1, 0, 1)),
        note TEXT NOT NULL,
        created TEXT NOT NULL,
        PRIMARY KEY (run, person)
    ) STRICT, WITHOUT ROWID
    """,
    f"""
    CREATE TABLE workflow_runs (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status = 'interrupted' OR status IN {_STATUS}),
        error TEXT,
        started TEXT NOT NULL CHECK (julianday(started) IS NOT NULL),
        ended TEXT CHECK (ended IS NULL OR julianday(ended) IS NOT NULL),
        request TEXT NOT NULL,
        owner TEXT NOT NULL
    ) STRICT
    """,
    f"""
    CREATE TABLE step_runs (
        workflow_run TEXT NOT NULL REFERENCES workflow_runs (id) ON DELETE CASCADE,
        step TEXT NOT NULL,
        version INTEGER,
        run TEXT,
        status TEXT NOT NULL CHECK (status IN {_STATUS}),
        reused INTEGER NOT NULL,
        error TEXT,
        PRIMARY KEY (workflow_run, step)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE team (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        project TEXT NOT NULL,
        token TEXT NOT NULL,
        seen INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE TABLE asked_texts (hash TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    "CREATE TABLE outbox (place INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL UNIQUE) "
    "STRICT",
    """
    CREATE TABLE batches (
        key TEXT PRIMARY KEY,
        endpoint TEXT NOT NULL,
        model TEXT NOT NULL,
        names BLOB NOT NULL,
        created TEXT NOT NULL CHECK (julianday(created) IS NOT NULL),
        changed TEXT NOT NULL CHECK (julianday(changed) IS NOT NULL),
        file TEXT,
        batch TEXT
    ) STRICT
    """,
    """
    CREATE TABLE matrix_outbox (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        matrix TEXT NOT NULL REFERENCES matrices (id) ON DELETE CASCADE,
        part INTEGER NOT NULL,
        UNIQUE (matrix, part)
    ) STRICT
    """,
    "CREATE INDEX steps_unversioned ON steps (unversioned) WHERE unversioned IS NOT NULL",
    "CREATE INDEX changes_of_step ON changes (step_id, id)",
    "CREATE INDEX runs_of_text ON runs (step_id, hash, place, test)",
    "CREATE INDEX runs_by_fingerprint ON runs (fingerprint, status)",
    "CREATE INDEX runs_by_recipe ON runs (step_id, recipe, status, place, id, output) "
    "WHERE recipe <> ''",
    "CREATE INDEX runs_unfinished ON runs (owner) WHERE status IN ('queued', 'running')",
    "CREATE INDEX runs_by_previous ON runs (previous) WHERE previous IS NOT NULL",
    "CREATE INDEX step_runs_by_run ON step_runs (run)",
    "CREATE INDEX matrices_of_step ON matrices (step_id, place)",
    "CREATE INDEX matrices_unfinished ON matrices (step_id, owner) WHERE stopped IS NULL",
)

_NOT_RUN = (
    "NOT EXISTS (SELECT 1 FROM runs WHERE runs.step_id = versions.step_id "
    "AND runs.hash = versions.hash) AND NOT EXISTS ("
    "SELECT 1 FROM matrices m JOIN matrix_arms a ON a.matrix = m.id "
    "WHERE m.stopped IS NULL AND m.author IS NULL AND m.step_id = versions.step_id "
    "AND a.hash = versions.hash)"
)
_MAKES_ROOM = f"""(
        SELECT number FROM versions
        WHERE step_id = NEW.step_id AND number <> NEW.number AND NOT pinned AND (
            number IS NOT NEW.parent
            OR (NEW.cause = 'external' AND cause = 'external' AND {_NOT_RUN})
        )
        ORDER BY cause = 'external' AND {_NOT_RUN} DESC, number
        LIMIT 1
    )"""
"""Which version a new one pushes out: what other programs made and nobody ran, the oldest first;
else the oldest. Never a pinned one, and never the one that the new one was made from, unless both
come from other programs and nobody ran it."""

_IS_FULL = f"(SELECT count(*) FROM versions WHERE step_id = NEW.step_id) {{}} {VERSION_CAP}"

_VERSION_RULES = (
    f"""
    CREATE TRIGGER what_was_pushed_out_makes_room BEFORE INSERT ON versions
    WHEN {_IS_FULL.format(">=")}
    BEGIN
        DELETE FROM pushed_out WHERE step_id = NEW.step_id AND hash <> NEW.hash;
    END
    """,
    f"""
    CREATE TRIGGER newest_is_current_and_cap AFTER INSERT ON versions BEGIN
        UPDATE steps SET last_number = NEW.number, current = NEW.number, unversioned = NULL
        WHERE id = NEW.step_id AND last_number < NEW.number;
        DELETE FROM pushed_out WHERE step_id = NEW.step_id AND hash = NEW.hash;
        DELETE FROM versions
        WHERE {_IS_FULL.format(">")} AND step_id = NEW.step_id AND number = {_MAKES_ROOM};
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
    CREATE TRIGGER versions_are_kept_aside AFTER DELETE ON versions BEGIN
        INSERT OR REPLACE INTO pushed_out VALUES (
            OLD.step_id, OLD.number, OLD.hash, OLD.created, OLD.cause, OLD.parent, OLD.change,
            OLD.words, OLD.lines_added, OLD.lines_removed, OLD.name, 0, OLD.text
        );
    END
    """,
    """
    CREATE TRIGGER runs_go_with_their_text AFTER DELETE ON pushed_out
    WHEN NOT EXISTS (SELECT 1 FROM versions WHERE step_id = OLD.step_id AND hash = OLD.hash)
    BEGIN
        DELETE FROM runs WHERE step_id = OLD.step_id AND hash = OLD.hash;
    END
    """,
    """
    CREATE TRIGGER numbers_stay BEFORE UPDATE OF step_id, number, hash, text ON versions BEGIN
        SELECT RAISE(ABORT, 'a version keeps its number and its text');
    END
    """,
    *(
        f"""
        CREATE TRIGGER {name} ON versions
        WHEN NEW.pinned AND (
            SELECT count(*) FROM versions
            WHERE step_id = NEW.step_id AND pinned AND number <> NEW.number
        ) >= {PIN_CAP}
        BEGIN
            SELECT RAISE(ABORT, 'too many versions are pinned');
        END
        """
        for name in ("pins_at_first BEFORE INSERT", "pins_later BEFORE UPDATE OF pinned")
    ),
)

_RUN_RULES = (
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
    CREATE TRIGGER what_is_said_of_a_run_goes_with_it AFTER DELETE ON runs BEGIN
        UPDATE step_runs SET run = NULL WHERE run = OLD.id;
        DELETE FROM scores WHERE run = OLD.id;
        DELETE FROM ratings WHERE run = OLD.id;
    END
    """,
)

_SHARED = "EXISTS (SELECT 1 FROM team)"
_OWN_MATRIX = "EXISTS (SELECT 1 FROM matrices WHERE id = NEW.matrix AND author IS NULL)"
_TEAM_RULES = tuple(
    f"""
    CREATE TRIGGER {name} WHEN {_SHARED} AND {when}
    BEGIN
        DELETE FROM {outbox} WHERE ({key}) = ({values});
        INSERT INTO {outbox} ({key}) VALUES ({values});
    END
    """
    for name, outbox, key, values, when in (
        *(
            (
                name,
                "outbox",
                "run",
                "NEW.id",
                "NEW.owner <> 'others' AND NEW.status IN ('succeeded', 'failed')",
            )
            for name in (
                "shared_from_the_start AFTER INSERT ON runs",
                "shared_in_the_end AFTER UPDATE OF status ON runs",
            )
        ),
        (
            "scores_are_shared AFTER INSERT ON scores",
            "outbox",
            "run",
            "NEW.run",
            "EXISTS (SELECT 1 FROM runs WHERE id = NEW.run AND owner <> 'others')",
        ),
        *(
            (name, "matrix_outbox", "matrix, part", f"NEW.id, {part}", "NEW.author IS NULL")
            for name, part in (
                ("matrices_are_shared AFTER INSERT ON matrices", TEXTS),
                ("how_far_is_shared AFTER UPDATE ON matrices", STATE),
            )
        ),
        (
            "answers_are_shared AFTER INSERT ON matrix_answers",
            "matrix_outbox",
            "matrix, part",
            f"NEW.matrix, NEW.place / {PLACES}",
            _OWN_MATRIX,
        ),
    )
)
"""While the folder shares with a team, what is known of this user's runs and matrices waits to go
up."""


@migrations()
def m001_versions_and_runs(db: Database) -> None:
    for statement in (*_TABLES, *_VERSION_RULES, *_RUN_RULES, *_TEAM_RULES):
        db.conn.execute(statement)
