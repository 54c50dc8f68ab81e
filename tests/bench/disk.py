"""A change that another program makes on disk, until it is a version."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from tests.bench.harness import MODULE, bounded, isolated, prompt_text, timed, write_prompts
from tests.bench.server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.harness import Row

CHANGES = 20


def measure(folder: Path) -> list[Row]:
    """Until `fourfold/versionsChanged` tells of it, the debounce included."""
    prompt = write_prompts(folder, 10)[0]
    uri = prompt.as_uri()
    with ServerProcess([*MODULE, "serve"], isolated(folder), folder) as server:
        server.first_lens(prompt)
        server.until_watching(prompt)
        number = server.command("listVersions", uri=uri)["current"]

        def change() -> None:
            nonlocal number
            number += 1
            prompt.write_text(prompt_text(1000 + number), encoding="utf-8", newline="\n")
            while True:
                told = server.until("fourfold/versionsChanged")
                if told["uri"] == uri and told["current"] > known:
                    return

        times = []
        for _ in range(CHANGES):
            known = server.command("listVersions", uri=uri)["current"]
            times.append(timed(change))
    return [bounded("change on disk → version", statistics.median(times), 300)]
