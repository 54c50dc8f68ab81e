"""What a server needs at its start does not load what only a call of a model needs."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = ("openai", "httpx2", "genai_prices", "pydantic", "xllamacpp", "filelock")


def test_the_registry_loads_nothing_heavy() -> None:
    code = (
        "import json, sys, fourfold.llm.registry, fourfold.llm.configuration,"
        " fourfold.llm.consent, fourfold.llm.prices; print(json.dumps(list(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    loaded = set(json.loads(answer.stdout))
    assert loaded.isdisjoint(HEAVY)
