"""Which version the next save pushes out, as it is said beforehand."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from support.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seed", range(8))
def test_what_is_said_is_what_goes(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    with Workspace(tmp_path) as workspace:
        workspace.save("0")
        told = 0
        for n in range(1, 60):
            history = workspace.history()
            numbers = [version.number for version in history.versions]
            match chance.randrange(5):
                case 0:
                    workspace.external(f"external {n}")
                case 1:
                    workspace.run(chance.choice(numbers))
                case 2:
                    workspace.switch(chance.choice(numbers))
                case 3:
                    number = chance.choice(numbers)
                    others = [v for v in history.versions if v.pinned and v.number != number]
                    workspace.project.pin(workspace.file(), number, len(others) < 2)
                case _:
                    gone = workspace.save(f"saved {n}").pushed_out
                    next_out = history.next_out
                    told += next_out is not None
                    assert (gone and gone.number) == (next_out and next_out.number)
        assert told > 3
