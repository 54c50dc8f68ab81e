"""A connection to a team's database, and each of its failures in a sentence without a secret."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, LiteralString

from fourfold.errors import FourfoldError
from fourfold.store.errors import StoreError
from fourfold.store.postgres.address import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection
    from psycopg.rows import TupleRow

    from fourfold.user.secret import Secret

CONNECT_SECONDS = 10
_SETTINGS: tuple[LiteralString, ...] = (
    "SET statement_timeout = '60s'",
    "SET lock_timeout = '10s'",
    "SET idle_in_transaction_session_timeout = '60s'",
    "SET client_min_messages = warning",
)
_ODD = (
    "`[team] database` in your config.toml is no address of PostgreSQL's: write it like "
    "postgresql://HOST/DATABASE, or service=NAME."
)


class UnreachableTeamError(FourfoldError):
    """The team's database cannot be reached now; later it may be."""


def connect(address: Secret) -> tuple[Connection[TupleRow], str]:
    """A connection on which each statement commits by itself, and how it is called in sentences.

    libpq finds what the address does not say: in the service file, the passfile, the environment.
    Raises FourfoldError where psycopg is missing or the address is none, UnreachableTeamError where
    nobody answers there or lets this user in.
    """
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise FourfoldError(
            "A team's database needs the extra fourfold[team]: install it with "
            "`pip install 'fourfold[team]'`."
        ) from None
    try:
        named = shown(dict(conninfo_to_dict(address.reveal())))
    except psycopg.Error:
        raise FourfoldError(_ODD) from None
    try:
        connection = psycopg.connect(
            address.reveal(),
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            client_encoding="utf8",
            fallback_application_name="fourfold",
        )
        for setting in _SETTINGS:
            connection.execute(setting)
    except psycopg.Error as error:
        raise UnreachableTeamError(f"{named} {_why(str(error))}") from None
    return connection, named


def _why(told: str) -> str:
    """Nothing of libpq's own words, in which a password can stand that was not escaped."""
    if "password" in told or "authentication" in told:
        return (
            "did not let you in: give your password in ~/.pgpass, a service file or PGPASSWORD, as "
            "for psql."
        )
    if "does not exist" in told:
        return "has no such database or user: look at `[team] database` in your config.toml."
    return "cannot be reached: look whether `psql` reaches it with the same address."


@contextmanager
def failures_told(named: str) -> Iterator[None]:
    """What PostgreSQL refuses is raised as StoreError, a connection that is lost as
    UnreachableTeamError."""
    import psycopg
    from psycopg import errors

    try:
        yield
    except errors.InsufficientPrivilege:
        raise StoreError(
            f"{named} does not allow you that: its owner grants it with `fourfold team init "
            "--read ROLE --contribute ROLE`."
        ) from None
    except (errors.InvalidSchemaName, errors.UndefinedTable):
        raise StoreError(
            f"{named} has no such project, or keeps it from you: who may create schemas there "
            "makes it, and its owner lets you in, both with `fourfold team init`."
        ) from None
    except (psycopg.OperationalError, psycopg.InterfaceError):
        raise UnreachableTeamError(
            f"{named} was lost: look whether `psql` reaches it, then try again."
        ) from None
    except (psycopg.ProgrammingError, TypeError, ValueError, AttributeError):
        raise StoreError(
            f"{named} has a project of that name which is not as Fourfold makes it: ask its owner, "
            "or join another with `fourfold team init --project NAME`."
        ) from None
    except psycopg.Error as error:
        code: Any = error.sqlstate or type(error).__name__
        raise StoreError(f"{named} could not do that ({code}): try again.") from None
