"""Columns are spelled once: a field of a record alone, or a column of the schema alone, fails."""

from __future__ import annotations

from contextlib import closing
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from fourfold.store.records import Score
from fourfold.store.sqlite.run_rows import COLUMNS

if TYPE_CHECKING:
    from support.workspace import Workspace


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("runs", {*COLUMNS, "place", "step_id", "owner", "fingerprint"}),
        ("scores", {field.name for field in fields(Score)}),
    ],
)
def test_columns_are_spelled_once(workspace: Workspace, table: str, columns: set[str]):
    workspace.save("A")
    with closing(workspace.raw()) as connection:
        found = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    assert found == columns
