"""The tables of a project of a team's, as numbered migrations. A released one never changes.

Each has the number of the oldest client that goes on working with what it makes: tables and columns
are added beside those that there are, so that a team need not update all at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, LiteralString, NamedTuple

from fourfold.store.errors import StoreError

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow


class Migration(NamedTuple):
    """What makes the tables of a number, and the oldest client that can work with them."""

    oldest: int
    statements: tuple[LiteralString, ...]


MIGRATIONS = (
    Migration(
        1,
        (
            """
            CREATE TABLE evidence (
                seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                kind text NOT NULL,
                run text NOT NULL,
                part text NOT NULL,
                author name NOT NULL DEFAULT session_user,
                hash text NOT NULL,
                sent timestamptz NOT NULL DEFAULT now(),
                line text NOT NULL CHECK (octet_length(line) < 67108864),
                UNIQUE (run, kind, part, author)
            )
            """,
            "CREATE INDEX evidence_of_text ON evidence (hash, seq)",
            "ALTER TABLE evidence ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY everybody_reads ON evidence FOR SELECT USING (true)",
            "CREATE POLICY each_adds_its_own ON evidence FOR INSERT "
            "WITH CHECK (author = session_user)",
            "CREATE POLICY each_changes_its_own ON evidence FOR UPDATE "
            "USING (author = session_user) WITH CHECK (author = session_user)",
            "CREATE POLICY each_deletes_its_own ON evidence FOR DELETE "
            "USING (author = session_user)",
            """
            CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_notify(TG_TABLE_SCHEMA, '');
                RETURN NULL;
            END
            $$
            """,
            "CREATE TRIGGER evidence_is_told AFTER INSERT OR UPDATE ON evidence "
            "FOR EACH STATEMENT EXECUTE FUNCTION tell()",
            """
            CREATE TABLE calls (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                request text NOT NULL UNIQUE,
                model text NOT NULL,
                body text NOT NULL CHECK (octet_length(body) < 67108864),
                asked_by name NOT NULL,
                asked timestamptz NOT NULL DEFAULT now(),
                worker text,
                lease timestamptz,
                tries int NOT NULL DEFAULT 0,
                answer text CHECK (octet_length(answer) < 67108864),
                answered_by name
            ) WITH (fillfactor = 50)
            """,
            "CREATE INDEX calls_open ON calls (id) WHERE answer IS NULL",
            """
            CREATE FUNCTION sign() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'INSERT' THEN
                    NEW.asked_by := session_user;
                    NEW.answer := NULL;
                ELSE
                    NEW.asked_by := OLD.asked_by;
                    NEW.body := OLD.body;
                    IF OLD.answer IS NOT NULL THEN
                        NEW.answer := OLD.answer;
                        NEW.answered_by := OLD.answered_by;
                        RETURN NEW;
                    END IF;
                END IF;
                NEW.answered_by := CASE WHEN NEW.answer IS NULL THEN NULL ELSE session_user END;
                RETURN NEW;
            END
            $$
            """,
            # A claim changes none of these, and has room beside what it changes.
            "CREATE TRIGGER calls_are_signed "
            "BEFORE INSERT OR UPDATE OF asked_by, body, answer, answered_by ON calls "
            "FOR EACH ROW EXECUTE FUNCTION sign()",
            """
            CREATE FUNCTION tell_of_calls() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_notify(TG_TABLE_SCHEMA || TG_ARGV[0], '');
                RETURN NULL;
            END
            $$
            """,
            "CREATE TRIGGER calls_are_told AFTER INSERT ON calls "
            "FOR EACH STATEMENT EXECUTE FUNCTION tell_of_calls('_calls')",
            "CREATE TRIGGER answers_are_told AFTER UPDATE OF answer ON calls "
            "FOR EACH STATEMENT EXECUTE FUNCTION tell_of_calls('_answers')",
            "CREATE TABLE pauses (name text PRIMARY KEY, until timestamptz NOT NULL)",
            """
            CREATE TABLE batches (
                key text PRIMARY KEY,
                author name NOT NULL DEFAULT session_user,
                endpoint text NOT NULL,
                model text NOT NULL,
                names bytea NOT NULL CHECK (octet_length(names) < 4194304),
                created timestamptz NOT NULL,
                changed timestamptz NOT NULL,
                file text,
                batch text
            )
            """,
            "ALTER TABLE batches ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY everybody_reads ON batches FOR SELECT USING (true)",
            "CREATE POLICY each_keeps_its_own ON batches FOR ALL "
            "USING (author = session_user) WITH CHECK (author = session_user)",
        ),
    ),
)


def make(connection: Connection[TupleRow], schema: str) -> None:
    """Makes or brings up to date the tables of a project, in one transaction."""
    from psycopg import sql

    name = sql.Identifier(schema)
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"make {schema}"])
        if not _is_there(connection, schema):
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(name))
            connection.execute(
                sql.SQL(
                    "CREATE TABLE {}.about (version int NOT NULL, oldest int NOT NULL, "
                    "token uuid NOT NULL DEFAULT gen_random_uuid())"
                ).format(name)
            )
            connection.execute(
                sql.SQL("INSERT INTO {}.about (version, oldest) VALUES (0, 0)").format(name)
            )
        connection.execute(sql.SQL("SET LOCAL search_path = {}").format(name))
        (version,) = _one(connection.execute("SELECT version FROM about FOR UPDATE").fetchone())
        for number, migration in enumerate(MIGRATIONS, 1):
            if number <= version:
                continue
            for statement in migration.statements:
                connection.execute(statement)
            connection.execute(
                "UPDATE about SET version = %s, oldest = %s", [number, migration.oldest]
            )


def use(connection: Connection[TupleRow], schema: str) -> str:
    """Makes a project the one that is asked from now on; its token, by which it is told from
    another of the same name. StoreError where it needs a newer client."""
    from psycopg import sql

    connection.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(schema)))
    oldest, token = _one(
        connection.execute("SELECT oldest::int, token::text FROM about").fetchone()
    )
    if oldest > len(MIGRATIONS):
        raise StoreError(
            "The team's database was brought up to date by a newer Fourfold, which this one cannot "
            "follow: update Fourfold. What is here goes on without it."
        )
    return str(token)


def _is_there(connection: Connection[TupleRow], schema: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema])
    return found.fetchone() is not None


def _one(row: TupleRow | None) -> TupleRow:
    if row is None:
        raise StoreError("The team's database is not as Fourfold made it: make a new project.")
    return row
