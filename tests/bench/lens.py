"""The round trip of a code lens request while the server is idle."""

from __future__ import annotations

import json
import statistics
import time
from functools import partial
from typing import TYPE_CHECKING

from tests.bench.harness import (
    MINIMAL,
    MODULE,
    compared,
    isolated,
    percentile,
    prompt_text,
    write_prompts,
)
from tests.bench.server_process import ServerProcess

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.harness import Row

ROUNDS = 40
REQUESTS = 50
WARM_UPS = 200


def measure(folder: Path) -> list[Row]:
    """Fourfold against a minimal server with the same lenses, in turn for 50 requests each."""
    env = isolated(folder)
    prompt = write_prompts(folder, 10)[0]
    with ServerProcess([*MODULE, "serve"], env, folder) as ours:
        ours.first_lens(prompt)
        for number in (100, 101, 102):
            _save(ours, prompt, number)
        params = {"textDocument": {"uri": prompt.as_uri()}}
        lenses = ours.ask("textDocument/codeLens", params)
        assert len(lenses) == 5
        same = folder / "lenses.json"
        same.write_text(json.dumps(lenses), encoding="utf-8")
        with ServerProcess([*MINIMAL, str(same)], env, folder) as theirs:
            assert theirs.first_lens(prompt) == lenses
            measured: dict[ServerProcess, list[float]] = {ours: [], theirs: []}
            for server in measured:
                for _ in range(WARM_UPS):
                    server.ask("textDocument/codeLens", params)
            for _ in range(ROUNDS):
                for server, times in measured.items():
                    times.extend(_round_trip(server, params) for _ in range(REQUESTS))
    a, b = measured.values()
    p99 = partial(percentile, percent=99)
    return [
        compared("lens round trip, p50", statistics.median(a), statistics.median(b), 1.3),
        compared("lens round trip, p99", p99(a), p99(b), 2),
    ]


def _round_trip(server: ServerProcess, params: object) -> float:
    """Milliseconds from the bytes of a request to those of its answer."""
    request = server.request("textDocument/codeLens", params)
    begun = time.perf_counter()
    server.put(request)
    while b'"result"' not in server.get():
        pass  # an event of a save before
    return (time.perf_counter() - begun) * 1000


def _save(server: ServerProcess, prompt: Path, number: int) -> None:
    uri = prompt.as_uri()
    text = prompt_text(number)
    change = {"textDocument": {"uri": uri, "version": number}, "contentChanges": [{"text": text}]}
    server.notify("textDocument/didChange", change)
    prompt.write_text(text, encoding="utf-8", newline="\n")
    server.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
    server.command("listVersions", uri=uri)
