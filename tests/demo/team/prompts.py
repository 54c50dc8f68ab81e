"""The prompt of the demo, its tests, and the endpoint that answers them."""

from __future__ import annotations

import asyncio
import json
from hashlib import blake2b
from typing import TYPE_CHECKING

from support.scripted_model import tokens

if TYPE_CHECKING:
    from support.scripted_model import Exchange

NAME = "triage"
TESTS = 200
RATES = (50, 55, 92)
"""Of a hundred tests so many are passed by each version."""

TEXTS = tuple(
    f"Version {number} of the instructions: which team is ticket {{{{ticket}}}} for?\n"
    for number in range(1, len(RATES) + 1)
)


def tests_file() -> str:
    """As `triage.tests.json`."""
    cases = [
        {"vars": {"ticket": f"T{n}"}, "assert": [{"type": "contains", "value": "billing"}]}
        for n in range(1, TESTS + 1)
    ]
    return json.dumps(cases, indent=1)


class Endpoint:
    """Answers so many calls a second; a version passes its share of the tickets, always the
    same ones."""

    def __init__(self, a_second: float) -> None:
        self.calls = 0
        self._between = 1 / a_second
        self._next = 0.0

    async def __call__(self, exchange: Exchange) -> None:
        asked = exchange.request.json["messages"][-1]["content"]
        self.calls += 1
        now = asyncio.get_running_loop().time()
        self._next = max(self._next, now) + self._between
        await asyncio.sleep(self._next - now)
        version = int(asked.split()[1])
        drawn = blake2b(asked.encode(), digest_size=2).digest()
        passes = int.from_bytes(drawn) % 100 < RATES[version - 1]
        await tokens("billing" if passes else "sales")(exchange)
