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


def test_a_client_loads_few_of_openais_types_and_the_rest_when_it_is_asked_for() -> None:
    code = """if True:
        import sys
        from fourfold.llm.client import build_client
        from fourfold.llm.endpoints import Endpoint

        def loaded():
            return len([name for name in sys.modules if name.startswith("openai.types")])

        finders = len(sys.meta_path)
        client = build_client(Endpoint("http://127.0.0.1:9/v1"), 1.0)
        chat = loaded()
        _ = client.models, client.embeddings
        offered = loaded()
        from openai.types.chat import *
        from openai.types import CreateEmbeddingResponse, responses
        print(chat, offered, finders - len(sys.meta_path))
        for one in ChatCompletion, responses.Response, CreateEmbeddingResponse:
            print(one.__module__)
    """
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    counts, *modules = answer.stdout.splitlines()
    chat, offered, finders = map(int, counts.split())
    assert 20 < chat < 120
    assert offered < chat + 10
    assert finders == 0
    assert modules == [
        "openai.types.chat.chat_completion",
        "openai.types.responses.response",
        "openai.types.create_embedding_response",
    ]
