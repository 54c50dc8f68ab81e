"""A team: its database, and people with folders of their own."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from cli.conftest import no_server
from fourfold.cli.main import make_cli
from fourfold.project.project import Project
from fourfold.runs.ids import RunIds
from fourfold.settings import WorkspaceSettings
from fourfold.store.records import Rating, Run, Score
from support.postgres import PEOPLE, running_cluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.postgres import Cluster

_counter = itertools.count()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as found:
        yield found


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    """A database of its own, in which ann may make projects."""
    name = f"team{next(_counter)}"
    with cluster.connect() as admin:
        admin.execute(f"CREATE DATABASE {name}")
        admin.execute(f"GRANT CREATE ON DATABASE {name} TO ann")
    yield name
    with cluster.connect() as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@dataclass
class Person:
    """Somebody with a home, a folder with the prompt `greet`, and a name."""

    name: str
    home: Path
    folder: Path
    patch: pytest.MonkeyPatch

    @property
    def environment(self) -> dict[str, str]:
        places = {f"XDG_{kind}_HOME": str(self.home / kind.lower()) for kind in ("CONFIG", "DATA")}
        return {"HOME": str(self.home), "PGUSER": self.name, "LOGNAME": self.name, **places}

    def configure(self, address: str, more: str = "") -> None:
        file = self.home / "config" / "fourfold" / "config.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'[team]\ndatabase = "{address}"\n{more}\n', encoding="utf-8")

    def be(self) -> None:
        for name, value in self.environment.items():
            self.patch.setenv(name, value)

    def call(self, *arguments: str) -> Result:
        """The command line, in this process."""
        self.be()
        return CliRunner().invoke(
            make_cli(no_server, no_server), [*arguments, "--folder", str(self.folder)]
        )

    def json(self, *arguments: str) -> Any:
        result = self.call(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def write(self, text: str, step: str = "greet") -> None:
        (self.folder / "prompts" / f"{step}.md").write_text(text, encoding="utf-8")
        assert self.call("list", step).exit_code == 0

    def run(self, response: str = "Hello", step: str = "greet", **given: Any) -> str:
        """A run of the current version that has ended; its id."""
        self.be()
        project = Project(self.folder, WorkspaceSettings())
        history = project.store.history(step)
        assert history is not None
        now = datetime.now(UTC)
        values = {"test": "t", "started": now, "response": response} | given
        run = Run(
            RunIds().new(now),
            step,
            history.current,
            "m",
            "succeeded",
            history.current_version.hash,
            **values,
        )
        project.store.insert_runs([run], [f"{next(_counter):032x}"])
        project.store.keep_scores(
            {run.id: [Score(run.id, "0", "equals", False, True, 1.0, "is what was wanted")]}
        )
        project.store.rate(Rating(run.id, self.name, 1, "like it", now))
        project.close()
        return run.id

    def runs(self) -> dict[str, str | None]:
        """Whose the runs are that are here, by their ids."""
        return {run["id"]: run["by"] for run in self.json("log", "--limit", "1000")["runs"]}


@pytest.fixture
def people(
    cluster: Cluster, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Person]:
    """ann, bob and eve, all configured for the database, none of them joined."""
    found = {}
    for name in PEOPLE:
        folder = tmp_path / name / "checkout"
        (folder / "prompts").mkdir(parents=True)
        found[name] = Person(name, tmp_path / name / "home", folder, monkeypatch)
        found[name].configure(cluster.address(database))
    return found


@pytest.fixture
def ann(people: dict[str, Person]) -> Person:
    """She has the prompt and has made the project, to which bob contributes and which eve reads."""
    ann = people["ann"]
    ann.write("Say hello.\n")
    made = ann.call("team", "init", "--contribute", "bob", "--read", "eve")
    assert made.exit_code == 0, made.output
    return ann


@pytest.fixture
def bob(ann: Person, people: dict[str, Person]) -> Person:
    """He has the prompt too, as his second version, and has joined."""
    bob = people["bob"]
    bob.write("Mine.\n")
    bob.write("Say hello.\n")
    made = bob.call("team", "init")
    assert made.exit_code == 0, made.output
    return bob


@pytest.fixture
def eve(ann: Person, people: dict[str, Person]) -> Person:
    """She only reads."""
    eve = people["eve"]
    eve.write("Say hello.\n")
    made = eve.call("team", "init")
    assert made.exit_code == 0, made.output
    return eve


@pytest.fixture
def rows(cluster: Cluster, database: str) -> Callable[..., list[tuple[Any, ...]]]:
    """Asks the project's tables, as somebody."""

    def ask(query: str, user: str = "postgres") -> list[tuple[Any, ...]]:
        with cluster.connect(database, user) as connection:
            connection.execute("SET search_path = fourfold_checkout")
            found = connection.execute(query)
            return list(found.fetchall()) if found.description else []

    return ask
