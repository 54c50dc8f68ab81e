"""The import of lsprotocol that the start of the server waits for."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# Prints how many sources were compiled for lsprotocol's classes, then what one of them does.
IMPORT = """
import builtins, sys
from pathlib import Path
from fourfold.lsp.pygls_repairs.quick_import import import_lsprotocol

compiled = []
def compile(source, filename, mode, **options):
    compiled.append(filename)
    return built_in(source, filename, mode, **options)
built_in, builtins.compile = builtins.compile, compile
import_lsprotocol(Path(sys.argv[1]))
print(sum("lsprotocol" in name for name in compiled))

from lsprotocol.types import Position
print(Position(1, 2) < Position(1, 3), Position(line=1, character=2))
"""


def import_with(kept: Path) -> int:
    """How many sources a new process compiles."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, str(kept)], capture_output=True, text=True, check=True
    )
    compiled, behaviour = done.stdout.splitlines()
    assert behaviour == "True 1:2"
    return int(compiled)


def test_a_second_import_compiles_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "new folder" / "kept"

    assert import_with(kept) > 500
    assert import_with(kept) == 0
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.parametrize("damage", ["empty", "cut", "changed"])
def test_a_damaged_file_is_not_believed_and_made_anew(tmp_path: Path, damage: str) -> None:
    kept = tmp_path / "kept"
    import_with(kept)
    whole = kept.read_bytes()
    middle = len(whole) // 2
    damaged = {
        "empty": b"",
        "cut": whole[:middle],
        "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
    }
    kept.write_bytes(damaged[damage])

    assert import_with(kept) > 500
    assert kept.read_bytes() == whole


def test_where_nothing_can_be_kept_it_imports_all_the_same(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")

    assert import_with(in_the_way / "kept") > 500
