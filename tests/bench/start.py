"""From the start of the process to the first answers."""

from __future__ import annotations

import json
import statistics
from functools import partial
from typing import TYPE_CHECKING

from tests.bench.harness import MINIMAL, MODULE, SCRIPT, compared, in_turn, isolated, write_prompts
from tests.bench.server_process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.bench.harness import Row

REPEATS = 11


def measure(folder: Path) -> list[Row]:
    """Until `initialize` is answered, and until the first lens is."""
    env = isolated(folder)
    prompt = write_prompts(folder, 10)[0]

    def initialized(command: Sequence[str]) -> float:
        with ServerProcess(command, env, folder) as server:
            server.initialize()
            return server.milliseconds

    def first_lens(command: Sequence[str]) -> float:
        with ServerProcess(command, env, folder) as server:
            assert server.first_lens(prompt)
            return server.milliseconds

    with ServerProcess([*MODULE, "serve"], env, folder) as server:
        server.first_lens(prompt)
        lenses = server.command("listVersions", uri=prompt.as_uri())
        assert lenses["versions"]
        answered = server.ask("textDocument/codeLens", {"textDocument": {"uri": prompt.as_uri()}})
        server.close()
    same = folder / "lenses.json"
    same.write_text(json.dumps(answered), encoding="utf-8")

    rows = []
    for what, run, most in (("initialize", initialized, 1.15), ("first lens", first_lens, 1.3)):
        minimal, module, script = in_turn(
            REPEATS,
            partial(run, [*MINIMAL, str(same)]),
            partial(run, [*MODULE, "serve"]),
            partial(run, [*SCRIPT, "serve"]),
        )
        theirs = statistics.median(minimal)
        for how, ours in (("python -m fourfold serve", module), ("fourfold serve", script)):
            name = f"spawn → {what} ({how})"
            rows.append(compared(name, statistics.median(ours), theirs, most))
    return rows
