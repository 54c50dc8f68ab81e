"""Evidence goes up to the team's database and comes down, marked with whose it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.postgres import PASSWORD

if TYPE_CHECKING:
    from support.postgres import Cluster
    from team.conftest import Person

Rows = Any


def test_what_one_has_run_the_others_have_too(ann: Person, bob: Person) -> None:
    run = ann.run()
    assert ann.json("team", "sync") == {"project": "checkout", "sent": 1, "received": 0}
    assert bob.json("team", "sync")["received"] == 3
    assert bob.json("team", "sync") == {"project": "checkout", "sent": 0, "received": 0}
    assert bob.runs() == {run: "ann"}
    (listed,) = bob.json("log")["runs"]
    assert listed["version"] == 2  # its number here
    shown = bob.json("show", run)
    assert (shown["response"], shown["by"]) == ("Hello", "ann")
    assert [score["reason"] for score in shown["scores"]] == ["is what was wanted"]
    assert [(one["by"], one["note"]) for one in shown["ratings"]] == [("ann", "like it")]
    assert "by ann" in bob.call("list").stdout

    assert bob.call("rate", run, "down", "--note", "no").exit_code == 0
    own = bob.run("Hi")
    assert bob.json("team", "sync")["sent"] == 2
    assert ann.json("team", "sync")["received"] == 4
    assert ann.runs() == {run: None, own: "bob"}
    ratings = ann.json("show", run)["ratings"]
    assert sorted((one["by"], one["rating"]) for one in ratings) == [("ann", 1), ("bob", -1)]
    ann.call("rate", run, "up", "--note", "still")
    ann.json("team", "sync")
    assert bob.json("team", "sync")["received"] == 1
    assert "still" in [one["note"] for one in bob.json("show", run)["ratings"]]


def test_what_is_known_of_a_text_is_there_as_soon_as_the_text_is(ann: Person, bob: Person) -> None:
    ann.write("New.\n", "other")
    run = ann.run(step="other")
    ann.json("team", "sync")
    assert bob.json("team", "sync")["received"] == 0
    bob.write("New.\n", "renamed")
    assert bob.json("team", "sync")["received"] == 3
    (listed,) = bob.json("log")["runs"]
    assert (listed["id"], listed["step"], listed["by"]) == (run, "renamed", "ann")


def test_what_was_run_before_joining_goes_up_and_after_leaving_nothing(
    people: dict[str, Person], rows: Rows
) -> None:
    ann = people["ann"]
    ann.write("Say hello.\n")
    before = ann.run()
    assert ann.json("team", "init")["sent"] == 1
    assert ann.call("team", "leave").exit_code == 0
    after = ann.run()
    refused = ann.call("team", "sync")
    assert refused.exit_code == 3
    assert "`fourfold team init`" in refused.stderr
    assert {run for (run,) in rows("SELECT run FROM evidence")} == {before}
    assert ann.json("team", "init", "--project", "checkout")["sent"] == 2
    assert {run for (run,) in rows("SELECT run FROM evidence")} == {before, after}


WORDS = ("secret-answer", "secret-input", "secret-message", "wanted", "like it", "greet", "t-name")


@pytest.mark.parametrize("private", ["settings", "prompt"])
def test_of_what_is_private_only_hashes_and_scores_go_up(
    ann: Person, bob: Person, cluster: Cluster, database: str, rows: Rows, private: str
) -> None:
    if private == "settings":
        ann.configure(cluster.address(database), 'share = "scores"')
        text = "Say hello.\n"
    else:
        text = "---\nmetadata: {fourfold: {private: true}}\n---\nSay it.\n"
        ann.write(text)
    run = ann.run(
        "secret-answer",
        inputs={"a": "secret-input"},
        messages=({"role": "user", "content": "secret-message"},),
        test="t-name",
    )
    ann.json("team", "sync")
    sent = json.dumps(rows("SELECT line, part FROM evidence"), default=str)
    assert run in sent
    assert [word for word in WORDS if word in sent] == []
    if private == "prompt":
        assert bob.json("team", "sync")["received"] == 0
        bob.write(text)
    assert bob.json("team", "sync")["received"] == 3
    shown = bob.json("show", run)
    assert (shown["by"], shown["step"], shown["response"]) == ("ann", "greet", "")
    assert [score["passed"] for score in shown["scores"]] == [True]


def test_nobody_speaks_for_another_or_changes_what_another_said(
    ann: Person, bob: Person, eve: Person, rows: Rows
) -> None:
    import psycopg

    ann.run()
    ann.json("team", "sync")
    values = "VALUES ('run', 'x', '', {}, 'h', '{{}}')"
    columns = "INSERT INTO evidence (kind, run, part, author, hash, line) "
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(columns + values.format("'ann'"), "bob")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(columns + values.format("'eve'"), "eve")
    rows("UPDATE evidence SET line = 'x'", "bob")
    rows("DELETE FROM evidence", "bob")
    assert rows("SELECT count(*) FROM evidence WHERE author = 'ann' AND line <> 'x'") == [(3,)]

    own = eve.run()
    assert eve.json("team", "sync") == {"project": "checkout", "sent": 0, "received": 3}
    assert set(eve.runs().values()) == {"ann", None}
    status = eve.json("team", "status")
    assert (status["maySend"], status["waiting"], status["person"]) == (False, 1, "eve")
    assert status["people"] == [{"name": "ann", "runs": 1, "said": 2}]
    told = eve.call("team", "status")
    assert "only reads" in told.stdout
    assert "to go up" not in told.stderr
    assert own in eve.runs()


def test_who_may_not_make_a_project_and_who_is_not_there_are_said(
    ann: Person, people: dict[str, Person], rows: Rows
) -> None:
    bob = people["bob"]
    bob.write("Say hello.\n")
    rows("REVOKE ALL ON SCHEMA fourfold_checkout FROM bob")
    assert ann.call("team", "init", "--project", "hers").exit_code == 0
    for project in ("checkout", "hers", "other"):
        refused = bob.call("team", "init", "--project", project)
        assert refused.exit_code == 3
        assert "has no such project, or keeps it from you" in refused.stderr
    refused = ann.call("team", "init", "--read", "nobody_here")
    assert refused.exit_code == 3
    assert "has no role nobody_here" in refused.stderr


def test_bad_lines_stop_nothing_and_say_nothing(ann: Person, bob: Person, rows: Rows) -> None:
    run = ann.run()
    ann.json("team", "sync")
    forged = '{"kind":"score","run":"%s","assertion":"9","type":"x","negated":false,"passed":false,'
    forged += '"score":0,"reason":"forged"}'
    for kind, part, line in (
        ("run", "", "{}"),
        ("run", "", "[" * 10_000),
        ("rating", "", '{"kind":"fourfold","format":9,"by":"x","written":"2026-01-01T00:00:00Z"}'),
        ("score", "9", forged % run),
    ):
        of = run if kind == "score" else f"x{len(line)}"
        rows(
            "INSERT INTO evidence (kind, run, part, hash, line) "
            f"VALUES ('{kind}', '{of}', '{part}', 'h', '{line}')",
            "bob",
        )
    own = bob.run()
    bob.json("team", "sync")
    assert ann.json("team", "sync")["received"] == 3
    assert set(ann.runs()) == {run, own}
    for person in (ann, bob):
        assert [one["reason"] for one in person.json("show", run)["scores"]] == [
            "is what was wanted"
        ]


def test_a_person_can_be_ignored(ann: Person, bob: Person, cluster: Cluster, database: str) -> None:
    run = ann.run()
    ann.json("team", "sync")
    bob.json("team", "sync")
    assert set(bob.runs()) == {run}
    bob.configure(cluster.address(database), 'ignore = ["ann"]')
    ann.run()
    assert bob.json("team", "sync")["received"] == 0
    assert bob.runs() == {}


def test_who_contributes_prunes_what_is_theirs_and_the_owner_all(
    ann: Person, bob: Person, rows: Rows
) -> None:
    for person in (ann, bob):
        person.run()
        person.json("team", "sync")
    assert bob.json("team", "prune", "--days", "1", "--yes") == {"deleted": 0}
    assert bob.call("team", "prune", "--days", "0").exit_code == 2
    assert bob.json("team", "prune", "--days", "0", "--yes") == {"deleted": 3}
    assert ann.json("team", "prune", "--days", "0", "--yes") == {"deleted": 3}
    assert rows("SELECT * FROM evidence") == []


def test_an_older_client_goes_on_until_it_cannot(ann: Person, bob: Person, rows: Rows) -> None:
    rows("UPDATE about SET version = 99, oldest = 1")
    rows("ALTER TABLE evidence ADD COLUMN more text")
    run = ann.run()
    ann.json("team", "sync")
    assert bob.json("team", "sync")["received"] == 3
    assert run in bob.runs()
    assert ann.call("team", "init").exit_code == 0
    assert rows("SELECT version FROM about") == [(99,)]
    rows("UPDATE about SET oldest = 2")
    for command in ("sync", "status", "init"):
        refused = bob.call("team", command)
        assert refused.exit_code == 3
        assert "update Fourfold" in refused.stderr
    assert bob.call("list").exit_code == 0


def test_another_database_is_not_taken_for_the_one_that_was_joined(ann: Person, rows: Rows) -> None:
    rows("UPDATE about SET token = gen_random_uuid()")
    refused = ann.call("team", "sync")
    assert refused.exit_code == 3
    assert "is another one than the folder has joined" in refused.stderr


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://locked@/{database}?host={folder}", "~/.pgpass"),
        ("postgresql://locked:{password}x@/{database}?host={folder}", "~/.pgpass"),
        ("postgresql://ann:{password}@/none?host={folder}", "no such database"),
        ("postgresql://ann:{password}@127.0.0.1:1/{database}", "cannot be reached"),
        ("postgresql://ann:{password}@{password}@127.0.0.1/{database}", "cannot be reached"),
        ("postgresql://ann:pass/{password}@127.0.0.1/{database}", "cannot be reached"),
        ("{password}", "is no address"),
    ],
)
def test_who_is_not_let_in_is_told_so_without_the_password(
    cluster: Cluster, database: str, people: dict[str, Person], address: str, said: str
) -> None:
    ann = people["ann"]
    ann.write("Say hello.\n")
    ann.configure(address.format(database=database, folder=cluster.folder, password=PASSWORD))
    for command in (["team", "init"], ["team", "init", "--json"]):
        refused = ann.call(*command)
        assert refused.exit_code == 3, refused.output
        assert said in refused.output
        assert PASSWORD not in refused.output
    for command in ("doctor", "check", "list"):
        assert PASSWORD not in ann.call(command).output


@pytest.mark.parametrize("passed", ["passfile", "environment", "address"])
def test_credentials_are_those_of_postgresqls_own_tools(
    cluster: Cluster, database: str, people: dict[str, Person], passed: str
) -> None:
    ann = people["ann"]
    ann.write("Say hello.\n")
    with cluster.connect() as admin:
        admin.execute(f"GRANT CREATE ON DATABASE {database} TO locked")
    where = f"[prompts]\nhost={cluster.folder}\ndbname={database}\nuser=locked\n"
    (ann.home / ".pg_service.conf").write_text(where)
    more = f" password={PASSWORD}" if passed == "address" else ""
    ann.configure(f"service=prompts{more}")
    refused = ann.call("team", "init")
    assert (refused.exit_code, passed == "address") in ((3, False), (0, True)), refused.output
    if passed == "passfile":
        passfile = ann.home / ".pgpass"
        passfile.write_text(f"*:*:{database}:locked:{PASSWORD}\n")
        passfile.chmod(0o600)
    elif passed == "environment":
        ann.patch.setenv("PGPASSWORD", PASSWORD)
    made = ann.call("team", "init")
    assert made.exit_code == 0, made.output
    assert "as locked" in made.stdout
    assert PASSWORD not in made.output
    assert all(
        PASSWORD.encode() not in file.read_bytes()
        for file in (ann.folder / ".fourfold").rglob("*")
        if file.is_file()
    )


def test_a_folder_without_a_team_and_without_psycopg_says_what_to_do(
    people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = people["ann"]
    ann.write("Say hello.\n")
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    refused = ann.call("team", "init")
    assert refused.exit_code == 3
    assert "fourfold[team]" in refused.stderr
    (ann.home / "config" / "fourfold" / "config.toml").write_text("")
    refused = ann.call("team", "init")
    assert refused.exit_code == 3
    assert "[team] database" in refused.stderr
