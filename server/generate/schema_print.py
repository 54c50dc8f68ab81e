"""server/fourfold/store/sqlite/schema_print.py: what opening a database expects of its tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlite_utils import Database

from fourfold.store.sqlite.opening import schema_print
from fourfold.store.sqlite.schema import migrations


def schema_print_py() -> str:
    """The number of migrations, and the print of the tables that they make."""
    with closing(sqlite3.connect(":memory:")) as connection:
        database = Database(connection, recursive_triggers=False, execute_plugins=False)
        version = len(migrations.pending(database))
        migrations.apply(database)
        made = schema_print(connection)
    return f'''"""What the migrations make, so that opening is quick. Made by `make generate`."""

SCHEMA_VERSION = {version}
"""How many there are; kept in `PRAGMA user_version`."""

SCHEMA_PRINT = "{made}"
"""What `schema_print` gives for their tables."""
'''
