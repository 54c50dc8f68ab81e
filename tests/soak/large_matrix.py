"""A large matrix through `fourfold test`, killed at any moment, and what it came to.

`python -m tests.soak.large_matrix [TESTS [REPEATS [KILLS]]]` carries out four versions on 1,000
tests, five times each, on an endpoint that answers after 50 ms, and kills it 20 times.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1])]

from support.command import start_command
from support.scripted_model import scripted_model, tokens

if TYPE_CHECKING:
    from support.scripted_model import Exchange

VERSIONS, DELAY_S = 4, 0.05
STEP = "triage"


class Endpoint:
    """Counts what it is asked, and what of that nobody has waited for to the end."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.broken_off = 0

    async def __call__(self, exchange: Exchange) -> None:
        asked = exchange.request.json["messages"][-1]["content"]
        self.made[asked] += 1
        await asyncio.sleep(DELAY_S)
        if exchange.closed.is_set():
            self.broken_off += 1
            return
        await tokens("yes" if hash(asked) % 5 else "no", usage=(20, 2))(exchange)


@dataclass
class Outcome:
    """What it came to; `peaks` is the most memory of each process in MiB."""

    endpoint: Endpoint = field(default_factory=Endpoint)
    peaks: list[float] = field(default_factory=list)
    kills: int = 0
    seconds: float = 0.0
    report: Any = None
    again_s: float = 0.0
    again_calls: int = 0
    database_mib: float = 0.0

    def twice(self, repeats: int) -> int:
        """How many calls were made more often than was asked for."""
        return sum(max(0, times - repeats) for times in self.made.values())

    @property
    def made(self) -> Counter[str]:
        return self.endpoint.made


class Scene:
    """A folder with four versions of a prompt and its tests, and the command that runs them."""

    def __init__(self, folder: Path, base_url: str, outcome: Outcome) -> None:
        self.folder = folder
        self.outcome = outcome
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self._environment = {
            **kept,
            "HOME": str(folder / "home"),
            "OPENAI_BASE_URL": base_url,
            "OPENAI_API_KEY": "unused",
            "OPENAI_MODEL": "scripted",
        }

    async def prepare(self, tests: int) -> None:
        prompts = self.folder / "prompts"
        prompts.mkdir(parents=True)
        cases = [
            {"vars": {"ticket": f"Ticket {n}"}, "assert": [{"type": "contains", "value": "yes"}]}
            for n in range(tests)
        ]
        (prompts / f"{STEP}.tests.json").write_text(json.dumps(cases))
        for number in range(VERSIONS):
            (prompts / f"{STEP}.md").write_text(f"Triage {number}: {{{{ticket}}}}\n")
            process = await self.start("save", STEP)
            assert await process.wait() == 0

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await start_command(self.folder, self._environment, *arguments)

    async def test(self, repeats: int, killed_after: float | None = None) -> Any:
        """The report; None where it was killed before there was one."""
        process = await self.start("test", STEP, "--repeat", str(repeats), "--json")
        watching = asyncio.create_task(self._watch(process.pid))
        communicating = asyncio.create_task(process.communicate())
        await asyncio.wait({communicating}, timeout=killed_after)
        if process.returncode is None and killed_after is not None:
            process.kill()
            self.outcome.kills += 1
        out, err = await communicating
        watching.cancel()
        if process.returncode == 0:
            (report,) = json.loads(out)["reports"]
            return report
        assert process.returncode == -9, err.decode()
        return None

    async def _watch(self, pid: int) -> None:
        """Notes the most memory that a process had, until it is gone."""
        at = len(self.outcome.peaks)
        self.outcome.peaks.append(0.0)
        while True:
            with suppress(OSError, IndexError):
                said = Path(f"/proc/{pid}/status").read_text()
                self.outcome.peaks[at] = int(said.split("VmHWM:")[1].split()[0]) / 1024
            await asyncio.sleep(0.1)


async def carried_out(folder: Path, tests: int, repeats: int, kills: int, seed: int) -> Outcome:
    """The matrix, killed so often, each time after a while between nothing and twice its share."""
    chance, outcome = random.Random(seed), Outcome()
    async with scripted_model(outcome.endpoint) as model:
        scene = Scene(folder, model.base_url, outcome)
        await scene.prepare(tests)
        share = VERSIONS * tests * repeats / 150 / (kills + 1)
        begun = time.monotonic()
        while outcome.report is None:
            more = outcome.kills < kills
            after = chance.uniform(0, 2 * share) if more else None
            outcome.report = await scene.test(repeats, after)
        outcome.seconds = time.monotonic() - begun
        asked, begun = outcome.made.total(), time.monotonic()
        await scene.test(repeats)
        outcome.again_s = time.monotonic() - begun
        outcome.again_calls = outcome.made.total() - asked
    files = (folder / ".fourfold").glob("fourfold.db*")
    outcome.database_mib = sum(one.stat().st_size for one in files) / 2**20
    return outcome


def main() -> None:
    sizes = [*map(int, sys.argv[1:]), *(1000, 5, 20)[len(sys.argv) - 1 :]]
    tests, repeats, kills = sizes[:3]
    with tempfile.TemporaryDirectory() as name:
        found = asyncio.run(carried_out(Path(name), tests, repeats, kills, seed=5))
    needed, made = VERSIONS * tests * repeats, found.made.total()
    arms = [(arm["passed"], arm["runs"], arm["missing"]) for arm in found.report["arms"]]
    print(f"{needed:,} answers in {found.seconds:.0f} s with {found.kills} kills: arms {arms}")
    print(f"{made:,} calls, {found.twice(repeats):,} of them paid twice,", end=" ")
    print(f"{found.endpoint.broken_off:,} of those broken off by a kill before the answer came")
    print(f"at most {max(found.peaks):.0f} MiB; the database has {found.database_mib:.0f} MiB")
    print(f"once more: {found.again_calls} calls, {found.again_s:.1f} s, {found.peaks[-1]:.0f} MiB")


if __name__ == "__main__":
    main()
