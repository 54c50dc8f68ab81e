"""A database of others is untrusted: odd rows, odd names, odd schemas; rights are as granted."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from fourfold.app.sharing import joining
from fourfold.project.project import Project
from fourfold.settings import load_settings
from fourfold.store.postgres import schema
from team.test_workers import start

if TYPE_CHECKING:
    from support.postgres import Cluster
    from team.conftest import Person

Rows = Any
ESCAPES = "\x1b]0;owned\x07\x1b[31m\u202e"
EVIL = "ev\x1b[31mil\n<b>"
HASH = "c" * 32
HUGE = 3_000_000


def hash_of(person: Person) -> str:
    person.be()
    with closing(Project(person.folder, load_settings(person.folder, {}))) as project:
        history = project.store.history("greet")
        assert history is not None
        return history.current_version.hash


def a_run(text: str, id_: str, **given: Any) -> dict[str, Any]:
    known = {"kind": "run", "id": id_, "step": "greet", "hash": text, "request": HASH}
    return {**known, "by": "x", "model": "m", "status": "succeeded", "test": "t"} | given


def a_matrix(text: str, id_: str, **given: Any) -> dict[str, Any]:
    return {
        "kind": "matrix",
        "id": id_,
        "step": f"greet{ESCAPES}",
        "started": "9999-01-01T00:00:00Z",
        "seed": 1,
        "arms": [{"version": f"v1{ESCAPES}", "model": f"m{ESCAPES}", "hash": text}],
        "tests": [["t", f"name{ESCAPES}"]],
        "order": [[0, 1]],
    } | given


def an_answer(id_: str, *places: int) -> dict[str, Any]:
    answers = [[0, place, False, 0.0, f"no{ESCAPES}", None, 0, 0, None] for place in places]
    return {"kind": "answers", "matrix": id_, "answers": answers}


def state(id_: str, **given: Any) -> dict[str, Any]:
    known = {"kind": "state", "matrix": id_, "stopped": "done", "calls": 1, "cached": 0}
    return {**known, "costUsd": None, "left": []} | given


def put(cluster: Cluster, database: str, user: str, *lines: dict[str, Any]) -> None:
    """Rows as somebody with psql can write them."""
    with cluster.connect(database, user) as connection:
        connection.execute("SET search_path = fourfold_checkout")
        for place, line in enumerate(lines):
            of = str(line.get("id") or line.get("matrix"))
            connection.execute(
                "INSERT INTO evidence (kind, run, part, hash, line) VALUES (%s, %s, %s, %s, %s)",
                [line["kind"], of, str(place), line.get("hash", ""), json.dumps(line)],
            )


async def test_odd_rows_stop_nothing_and_nothing_of_them_acts(
    ann: Person, bob: Person, cluster: Cluster, database: str
) -> None:
    text = hash_of(ann)
    ann.json("team", "sync")
    role = '"' + EVIL + '"'
    with cluster.connect() as admin:
        admin.execute(f"DROP ROLE IF EXISTS {role}")
        admin.execute(f"CREATE ROLE {role} LOGIN")
    assert ann.call("team", "init", "--contribute", EVIL).exit_code == 0
    kept = "0" * 15
    put(
        cluster,
        database,
        EVIL,
        a_run(text, f"{kept}1", model=f"m{ESCAPES}", response=f"{ESCAPES}{'x' * HUGE}"),
        a_run(text, f"{kept}2", durationMs=-1),
        a_run(text, f"{kept}3", inputTokens=2**60),
        a_run(text, f"{kept}4", kind="from the future"),
        a_matrix(text, f"{kept}5"),
        an_answer(f"{kept}5", 0, 7, 999_999),
        state(f"{kept}5", left=[0, 9]),
        a_matrix(text, f"{kept}6", order=[[3, 1]]),
        a_matrix(text, f"{kept}7", arms=2 * a_matrix(text, "")["arms"]),
        a_matrix(text, f"{kept}8", baseline=4),
        a_matrix(text, f"{kept}9", arms=[]),
        a_matrix(text, "../../etc/passwd"),
    )
    # of a matrix that is another's, and of one that nobody has
    put(cluster, database, "bob", an_answer(f"{kept}5", 0), state(f"{kept}5", calls=99))
    put(cluster, database, "bob", state("f" * 16), {"kind": "matrix", "id": "no"})
    own = bob.run()
    bob.json("team", "sync")
    assert ann.json("team", "sync")["received"] == 4

    assert ann.runs() == {f"{kept}1": EVIL, own: "bob"}
    (report,) = ann.json("report", "greet")["reports"]
    assert (report["by"], report["calls"], report["id"]) == (EVIL, 1, f"{kept}5")
    assert not report["started"].startswith("9999")
    assert [(arm["runs"], arm["passed"]) for arm in report["arms"]] == [(1, 0)]
    for command in (["list"], ["list", "greet"], ["log"], ["report", "greet"], ["team", "status"]):
        process = await start(ann, NoModel(), *command)
        out, err = await process.communicate()
        assert process.returncode == 0, err
        assert not any(sign.encode() in out + err for sign in ("\x1b", "\x07", "\u202e"))
    ann.configure(cluster.address(database), f"ignore = [{json.dumps(EVIL)}]")
    ann.json("team", "sync")
    assert set(ann.runs()) == {own}
    assert ann.call("report", "greet").exit_code == 2


class NoModel:
    base_url = "http://127.0.0.1:9/v1"


@pytest.mark.parametrize(
    "made",
    [
        (),
        ("CREATE TABLE about (version text, oldest text, token text)",),
        (
            "CREATE TABLE about (version int, oldest int, token uuid)",
            "INSERT INTO about VALUES (1, 1, gen_random_uuid())",
            "CREATE VIEW evidence AS SELECT 1 AS seq, 2 AS kind",
        ),
        (
            "CREATE TABLE about (version int, oldest int, token uuid)",
            "INSERT INTO about VALUES (1, 1, gen_random_uuid())",
            "CREATE TABLE evidence (seq text, kind int, run text, part text, author text, "
            "hash text, line bytea, sent timestamptz)",
            "INSERT INTO evidence VALUES ('odd', 1, '', '', 'x', '', '\\xff', now())",
        ),
    ],
)
def test_a_schema_made_by_others_is_said(
    people: dict[str, Person], cluster: Cluster, database: str, made: tuple[str, ...]
) -> None:
    with cluster.connect(database) as connection:
        connection.execute("CREATE SCHEMA fourfold_checkout")
        connection.execute("SET search_path = fourfold_checkout")
        for statement in made:
            connection.execute(statement)
        connection.execute("GRANT USAGE ON SCHEMA fourfold_checkout TO bob")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA fourfold_checkout TO bob")
    bob = people["bob"]
    bob.write("Say hello.\n")
    refused = bob.call("team", "init")
    assert refused.exit_code == 3, refused.output
    assert "Traceback" not in refused.output
    known = "not as Fourfold mad", "is not as Fourfold makes it", "has no such project"
    assert any(words in refused.stderr for words in known)
    assert bob.call("list").exit_code == 0


def test_rights_are_those_that_were_granted(
    ann: Person, bob: Person, eve: Person, rows: Rows, cluster: Cluster, database: str
) -> None:
    import psycopg

    forbidden = psycopg.errors.InsufficientPrivilege
    for role, statement in (
        ("eve", "INSERT INTO evidence (kind, run, part, hash, line) VALUES ('run','','','','')"),
        ("eve", "INSERT INTO calls (request, model, body) VALUES ('x', 'm', '{}')"),
        ("eve", "UPDATE calls SET lease = now()"),
        ("eve", "DELETE FROM evidence"),
        ("eve", "INSERT INTO pauses VALUES ('x', now())"),
        ("bob", "TRUNCATE evidence"),
        ("bob", "ALTER TABLE evidence DISABLE ROW LEVEL SECURITY"),
        ("bob", "UPDATE about SET oldest = 99"),
        ("bob", "DROP TABLE calls"),
        ("bob", "CREATE TABLE mine ()"),
        ("locked", "SELECT * FROM fourfold_checkout.evidence"),
    ):
        with cluster.connect(database) as connection:
            connection.execute("SET search_path = fourfold_checkout")
            connection.execute(f"SET SESSION AUTHORIZATION {role}")
            with pytest.raises(forbidden):
                connection.execute(statement)
    rows("INSERT INTO calls (request, model, body, asked_by) VALUES ('a','m','{}','ann')", "bob")
    assert rows("SELECT asked_by::text FROM calls") == [("bob",)]
    (eve.folder / "prompts" / "greet.tests.json").write_text('[{"vars": {}, "assert": []}]')
    for command in (("test", "--workers"), ("worker",)):
        refused = eve.call(*command)
        assert refused.exit_code == 3
        assert "read alone" in refused.stderr


def test_an_older_client_lives_with_newer_tables(
    ann: Person, bob: Person, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = schema.Migration(
        1,
        (
            "ALTER TABLE evidence ADD COLUMN weight int NOT NULL DEFAULT 1",
            "CREATE TABLE more (a int)",
        ),
    )
    with monkeypatch.context() as newer:
        newer.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, added))
        ann.be()
        with closing(Project(ann.folder, load_settings(ann.folder, {}))) as project:
            joining.init(project, None, (), ())[0].close()
    assert rows("SELECT version, oldest FROM about") == [(2, 1)]
    run = bob.run()
    assert bob.json("team", "sync")["sent"] == 1
    assert ann.json("team", "sync")["received"] == 3
    assert run in ann.runs()
    assert bob.call("team", "init").exit_code == 0
    assert rows("SELECT version FROM about") == [(2,)]
