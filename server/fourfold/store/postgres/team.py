"""A project of a team's, open: the port `Team` on PostgreSQL."""

from __future__ import annotations

import re
import select
from typing import TYPE_CHECKING, Self

from fourfold.errors import InvalidArgumentError
from fourfold.store.errors import StoreError
from fourfold.store.postgres import batches as batch_rows
from fourfold.store.postgres import evidence, queue, schema
from fourfold.store.postgres.connecting import connect, failures_told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from psycopg import Connection
    from psycopg.rows import TupleRow

    from fourfold.store.facts import (
        Answered,
        Call,
        Claimed,
        Done,
        KeptBatch,
        Received,
        Sent,
        Topic,
    )
    from fourfold.user.secret import Secret

_NAME = re.compile(r"[a-z0-9_-]{1,40}")
_READ = ("USAGE ON SCHEMA {schema}", "SELECT ON ALL TABLES IN SCHEMA {schema}")
_CONTRIBUTE = (
    *_READ,
    "INSERT, UPDATE, DELETE ON {schema}.evidence",
    "INSERT, UPDATE, DELETE ON {schema}.calls",
    "INSERT, UPDATE ON {schema}.pauses",
    "INSERT, UPDATE, DELETE ON {schema}.batches",
)


class PostgresTeam:
    """One connection, used by one thread."""

    def __init__(self, connection: Connection[TupleRow], named: str, project: str) -> None:
        self.named = named
        self._connection = connection
        self._schema = f"fourfold_{project}"
        self._told = False
        self.token = self.person = ""
        self.may_send = False

    @classmethod
    def open(cls, address: Secret, project: str, *, make: bool = False) -> Self:
        """The project of that name, which it may `make`. Raises FourfoldError."""
        if not _NAME.fullmatch(project):
            raise InvalidArgumentError(
                "project",
                "project: its name has up to 40 small letters, digits, - and _, as in checkout.",
            )
        connection, named = connect(address)
        team = cls(connection, named, project)
        try:
            with team._failures_told():
                if make:
                    schema.make(connection, team._schema)
                team.token = schema.use(connection, team._schema)
                row = connection.execute(
                    "SELECT session_user::text, has_table_privilege('evidence', 'INSERT')"
                ).fetchone()
                if row is not None:
                    team.person, team.may_send = row
        except BaseException:
            connection.close()
            raise
        return team

    def push(self, lines: Sequence[Sent]) -> None:
        with self._failures_told():
            evidence.push(self._connection, lines)

    def pull(
        self, seq: int, ignored: Sequence[str], hashes: Sequence[str] | None = None
    ) -> list[Received]:
        with self._failures_told():
            return evidence.pull(self._connection, seq, ignored, hashes)

    def counts(self) -> list[tuple[str, int, int]]:
        with self._failures_told():
            return evidence.counts(self._connection)

    def prune(self, days: int) -> int:
        with self._failures_told():
            return evidence.prune(self._connection, days)

    def grant(self, read: Sequence[str], contribute: Sequence[str]) -> None:
        with self._failures_told(), self._connection.transaction():
            for roles, rights in ((read, _READ), (contribute, _CONTRIBUTE)):
                for role in roles:
                    self._grant(role, rights)

    def offer(self, calls: Sequence[Call]) -> None:
        with self._failures_told():
            queue.offer(self._connection, calls)

    def withdraw(self, requests: Sequence[str]) -> list[str]:
        with self._failures_told():
            return queue.withdraw(self._connection, requests)

    def missing(self, requests: Sequence[str]) -> list[str]:
        with self._failures_told():
            return queue.missing(self._connection, requests)

    def are_taken(self, requests: Sequence[str]) -> bool:
        with self._failures_told():
            return queue.are_taken(self._connection, requests)

    def forget(self, requests: Sequence[str]) -> None:
        with self._failures_told():
            queue.forget(self._connection, requests)

    def answers(self, requests: Sequence[str]) -> list[Answered]:
        with self._failures_told():
            return queue.answers(self._connection, requests)

    def work(
        self,
        worker: str,
        done: Sequence[Done],
        room: int,
        unknown: Sequence[str],
        silent: bool = True,
    ) -> tuple[int, list[Claimed]]:
        with self._failures_told():
            return queue.work(self._connection, worker, done, room, unknown, silent)

    def beat(self, worker: str, calls: Sequence[int]) -> list[int]:
        with self._failures_told():
            return queue.beat(self._connection, worker, calls)

    def give_back(self, worker: str, calls: Sequence[int]) -> None:
        with self._failures_told():
            queue.give_back(self._connection, worker, calls)

    def pause(self, name: str, seconds: float) -> None:
        with self._failures_told():
            queue.pause(self._connection, name, seconds)

    def pauses(self) -> dict[str, float]:
        with self._failures_told():
            return queue.pauses(self._connection)

    def keep_batch(self, batch: KeptBatch) -> None:
        with self._failures_told():
            batch_rows.keep_batch(self._connection, batch)

    def batches(self) -> list[KeptBatch]:
        with self._failures_told():
            return batch_rows.batches(self._connection)

    def forget_batch(self, key: str) -> None:
        with self._failures_told():
            batch_rows.forget_batch(self._connection, key)

    def listen(self, about: Topic = "evidence") -> None:
        from psycopg import sql

        channel = self._schema if about == "evidence" else f"{self._schema}_{about}"
        with self._failures_told():
            self._connection.add_notify_handler(self._note)
            self._connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))

    def was_told(self, seconds: float) -> bool:
        if not self._told:
            with self._failures_told():
                if select.select([self._connection.fileno()], [], [], seconds)[0]:
                    self._connection.pgconn.consume_input()
                    while self._connection.pgconn.notifies() is not None:
                        self._told = True
        told, self._told = self._told, False
        return told

    def close(self) -> None:
        self._connection.close()

    def _grant(self, role: str, rights: Sequence[str]) -> None:
        from psycopg import errors, sql

        names = {"schema": sql.Identifier(self._schema), "role": sql.Identifier(role)}
        try:
            for right in rights:
                self._connection.execute(sql.SQL(f"GRANT {right} TO {{role}}").format(**names))
        except errors.UndefinedObject:
            raise StoreError(
                f"{self.named} has no role {role}: name one that is there, which psql lists "
                r"with \du."
            ) from None

    def _note(self, _: object) -> None:
        self._told = True

    def _failures_told(self) -> AbstractContextManager[None]:
        return failures_told(self.named)
