"""What a matrix asks for each of its answers costs no more where there are thousands of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fourfold.store.records import Run
from fourfold.text.same import content_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.workspace import Workspace

RUN = Run(
    id="",
    step="a",
    version=1,
    model="m",
    status="succeeded",
    hash=content_hash("A"),
    test="t",
    response="yes",
)


def instructions(workspace: Workspace, asked: Callable[[], object]) -> int:
    """How many instructions of SQLite's it takes."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    connection = workspace.project.store._database.connection
    connection.set_progress_handler(count, 1)
    asked()
    return counted


def test_an_earlier_answer_is_found_among_thousands_as_among_ten(workspace: Workspace) -> None:
    workspace.save("A")
    store = workspace.project.store
    costs = []
    for begin, end in ((0, 10), (10, 3000)):
        numbers = [f"{number:016}" for number in range(begin, end)]
        store.insert_runs([replace(RUN, id=one) for one in numbers], numbers)
        for others in (False, True):
            asked = lambda: store.find_evidence("a", RUN.hash, numbers[-1], others)  # noqa: B023, E731
            assert asked().id == numbers[-1]
            costs.append(instructions(workspace, asked))
        costs.append(instructions(workspace, lambda: store.find_identical(numbers[-1])))  # noqa: B023
        costs.append(instructions(workspace, lambda: store.is_asked_elsewhere(numbers[-1])))  # noqa: B023
    assert costs[:4] == costs[4:]
