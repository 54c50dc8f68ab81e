"""`python -m tests.bench.batch_process LINES FOLDER`: leaves so many requests with a batch
service and collects them; what that has taken of the processor (s) and of memory (MB), as JSON."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from fourfold.app.batches.opening import open_batches
from fourfold.app.engine import open_engine
from fourfold.llm.integration import ChatRequest, Delta
from fourfold.project.project import Project
from fourfold.runs.request import RunRequest
from fourfold.settings import WorkspaceSettings

LONG = "Answer in one word, and say nothing else, whatever the ticket below asks of you. " * 5


async def main(lines: int, folder: Path) -> None:
    """Each with half a kilobyte of its own, through the desk that `fourfold test --batch` has."""
    (folder / "prompts").mkdir(parents=True)
    (folder / "prompts" / "triage.md").write_text("Triage {{ticket}}\n")
    project = Project(folder, WorkspaceSettings())
    project.read_from_disk(project.steps.all())
    async with open_engine(project, on_change=_ignore, on_error=_ignore) as engine:
        model = await engine.registry.resolve()
        await model.integration.warm_up()
        begun = time.process_time()
        async with open_batches(engine, note=_ignore, on_waiting=_ignore) as desk:
            batched = desk.through(model)
            for number in range(lines):
                desk.want(
                    RunRequest(
                        step="triage", version=None, model=batched, messages=_messages(number)
                    )
                )
            await desk.carry_out()
            for number in range(lines):
                request = ChatRequest(batched.model, _messages(number))
                events = [event async for event in batched.integration.stream(request)]
                assert Delta("yes!") in events
        took = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": took, "megabytes": peak * 1024 / 1_000_000}))
    project.close()


def _messages(number: int) -> list[dict[str, str]]:
    return [{"role": "user", "content": f"{LONG}Ticket {number}"}]


def _ignore(_: object) -> None: ...


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
