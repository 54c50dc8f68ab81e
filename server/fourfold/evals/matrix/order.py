"""The order of a matrix, drawn before anything is asked.

Rounds, each a fresh random order of all tests: answers that come in the order of the file, or with
the repeats of a test together, would name a false winner. What was drawn once keeps its place (the
store sees to that), since choosing among orders is choosing among results.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def drawn(repeats: Mapping[str, int], seed: int) -> list[tuple[str, int]]:
    """(test, repeat) for each repeat of each test: the same for the same `seed`, everywhere."""
    random = Random(seed)  # noqa: S311 - an order that can be drawn again is wanted
    order: list[tuple[str, int]] = []
    for repeat in range(1, max(repeats.values(), default=0) + 1):
        tests = sorted(test for test, most in repeats.items() if most >= repeat)
        random.shuffle(tests)
        order += [(test, repeat) for test in tests]
    return order
