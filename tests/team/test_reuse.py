"""An answer of the team's stands for the same request, where the user allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.scripted_model import scripted_model
from team.test_workers import TESTS, asked, echo, ended, start, tested

if TYPE_CHECKING:
    from support.postgres import Cluster
    from team.conftest import Person

__all__ = ["tested"]


@pytest.mark.parametrize("allowed", [True, False])
async def test_what_others_were_answered_is_not_paid_again(
    tested: Person, bob: Person, cluster: Cluster, database: str, allowed: bool
) -> None:
    for file in ("greet.md", "greet.tests.json"):
        text = (tested.folder / "prompts" / file).read_text("utf-8")
        (bob.folder / "prompts" / file).write_text(text)
    bob.call("list", "greet")
    bob.configure(cluster.address(database), f"reuse = {str(allowed).lower()}")
    async with scripted_model(echo) as model:
        for command in (
            ("test", "--versions", "v3", "--json"),
            ("run", "greet", "--input", "word=x"),
        ):
            process = await start(tested, model, *command)
            await process.communicate()
            assert process.returncode == 0
        tested.json("team", "sync")
        bob.json("team", "sync")
        before = len(asked(model))
        assert before == TESTS + 1

        report, _ = await ended(await start(bob, model, "test", "--versions", "v3", "--json"))
        process = await start(bob, model, "run", "greet", "--input", "word=x")
        await process.communicate()
        assert len(asked(model)) == (before if allowed else 2 * before)
    (arm,) = report["arms"]
    assert (arm["passed"], report["cached"]) == (TESTS, TESTS if allowed else 0)
    assert arm["by"] == ("ann" if allowed else None)
    kept: dict[str, Any] = bob.json("report", "greet")["reports"][0]["arms"][0]
    assert kept["by"] == arm["by"]
    newest = bob.json("log", "greet")["runs"][0]
    assert (newest["by"], newest["cached"]) == (("ann", True) if allowed else (None, False))
    assert bob.json("team", "sync")["sent"] == 1  # the tests have sent theirs
