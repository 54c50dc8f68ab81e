"""A real PostgreSQL of the tests' own: a private cluster on a socket in a temporary folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PEOPLE = ("ann", "bob", "eve")
PASSWORD = "correct-horse-battery"

_SMALL = ("fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=120")
_HBA = "local all locked scram-sha-256\nlocal all all trust\n"


def programs() -> Path:
    """Where PostgreSQL's programs are; skips the test where there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = shutil.which("initdb") or (str(found[-1]) if found else None)
    if initdb is None:
        pytest.skip("PostgreSQL is not installed (on Debian: apt-get install postgresql-15)")
    pytest.importorskip("psycopg", reason="psycopg is not installed (fourfold[team])")
    return Path(os.path.realpath(initdb)).parent


@dataclass
class Cluster:
    """A server of PostgreSQL's, that of its owner `postgres`."""

    folder: Path
    bin: Path

    def address(self, database: str, user: str | None = None) -> str:
        """An address as people write it; who it is comes from the environment without `user`."""
        who = f"{user}@" if user else ""
        return f"postgresql://{who}/{database}?host={self.folder}"

    def start(self) -> None:
        options = " ".join(
            f"-c {one}" for one in (*_SMALL, f"unix_socket_directories={self.folder}")
        )
        log = str(self.folder / "log")
        self._run("pg_ctl", "-w", "-D", str(self.data), "-l", log, "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-w", "-D", str(self.data), "-m", "immediate", "stop")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def connect(self, database: str = "postgres", user: str = "postgres") -> Any:
        import psycopg

        return psycopg.connect(self.address(database, user), autocommit=True)

    def cut(self, database: str) -> int:
        """Ends every connection to a database; how many there were."""
        with self.connect() as admin:
            found = admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = %s AND pid <> pg_backend_pid()",
                [database],
            )
            return len(found.fetchall())

    def make(self) -> None:
        self._run(
            "initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"
        )
        hba = self.data / "pg_hba.conf"
        hba.write_text(_HBA)
        self.start()
        with self.connect() as admin:
            for person in PEOPLE:
                admin.execute(f"CREATE ROLE {person} LOGIN")
            admin.execute(f"CREATE ROLE locked LOGIN PASSWORD '{PASSWORD}'")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.bin / program), *arguments]
        if os.getuid() == 0:  # as whom PostgreSQL does not run
            command = ["runuser", "-u", "nobody", "--", *command]
        ended = (
            subprocess.run(
                command,
                cwd=self.folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=60,
                check=False,
                stdin=subprocess.DEVNULL,
            )
            if program != "pg_ctl"
            else _detached(command, self.folder)
        )
        assert ended.returncode == 0, ended.stdout


def _detached(command: list[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    """pg_ctl hands its output down to the server, so that a pipe would never end."""
    with (folder / "pg_ctl").open("wb+") as output:
        ended = subprocess.run(
            command,
            cwd=folder,
            stdout=output,
            stderr=output,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        output.seek(0)
        return subprocess.CompletedProcess(command, ended.returncode, output.read())


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """One that ends with the block."""
    found = programs()
    with tempfile.TemporaryDirectory(prefix="fourfold-pg-", dir="/tmp") as name:
        folder = Path(name)
        if os.getuid() == 0:
            shutil.chown(folder, "nobody")
        cluster = Cluster(folder, found)
        cluster.make()
        try:
            yield cluster
        finally:
            cluster.stop()
