"""test: with a judge, embeddings and Python, as a process, on a scripted endpoint."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.scripted_model import raw, scripted_model, tokens

if TYPE_CHECKING:
    from pathlib import Path

    from support.scripted_model import Exchange

Workspace = Any

TESTS = """\
defaultTest:
  options: {provider: openai:chat:judge}
tests:
  - description: all three
    vars: {topic: cats}
    assert:
      - {type: llm-rubric, value: 'Is about {{topic}}', threshold: 0.5}
      - {type: python, value: file://check.py}
      - {type: similar, value: cats purr, threshold: 0.9, provider: openai:embedding:small}
"""
CHECK = """\
def get_assert(output, context):
    return {"pass": context["vars"]["topic"] in output, "score": 1, "reason": "it is there"}
"""
EMBEDDED = json.dumps(
    {
        "data": [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [0.1, 1]}],
        "usage": {"prompt_tokens": 4},
    }
).encode()


async def answer(exchange: Exchange) -> None:
    body = exchange.request.json
    if exchange.request.path.endswith("/embeddings"):
        await raw(EMBEDDED, content_type="application/json")(exchange)
    elif body["model"] == "judge":
        good = "Good" not in body["messages"][-1]["content"]
        verdict = {"reason": "as asked", "pass": good, "score": 0.8}
        await tokens(json.dumps(verdict), usage=(90, 20))(exchange)
    else:
        await tokens("cats", " purr")(exchange)


async def report_of(workspace: Workspace, model: Any, code: int = 0) -> Any:
    ended = await workspace.process(
        "test", "--json", "--seed", "1",
        OPENAI_BASE_URL=model.base_url, OPENAI_API_KEY="sk-test-0123456789abcdef",
        OPENAI_MODEL="scripted",
    )  # fmt: skip
    assert ended.code == code, ended.err
    return json.loads(ended.out)["reports"][0]


async def test_all_that_asks_others_in_one_test(workspace: Workspace, own_home: Path) -> None:
    workspace.versions("Say {{topic}}\n")
    prompts = workspace.folder / "prompts"
    (prompts / "greet.tests.yaml").write_text(TESTS)
    (prompts / "check.py").write_text(CHECK)
    async with scripted_model(answer) as model:
        refused = await report_of(workspace, model, code=3)
        assert (refused["arms"][0]["runs"], refused["arms"][0]["missing"]) == (0, 1)
        agreed = own_home / "data" / "fourfold" / "programs.json"
        agreed.write_text(json.dumps({"programs": [str(workspace.folder.resolve())]}))
        report = await report_of(workspace, model)
        assert (report["arms"][0]["passed"], report["arms"][0]["missing"]) == (1, 0)
        asked = [request.json["model"] for request in model.requests]
        # a verdict in ten is asked for twice
        assert asked in (["scripted", "judge", "small"], ["scripted", "judge", "judge", "small"])
        assert (report["calls"], report["cached"]) == (0, 1)
    [run] = json.loads(workspace.call("log", "--json").output)["runs"]
    scores = json.loads(workspace.call("show", run["id"], "--json").output)["scores"]
    rubric, python, similar = scores
    assert (rubric["passed"], rubric["score"]) == (True, 0.8)
    assert rubric["reason"] == "llm-rubric: “as asked” (0.8): that is so."
    assert (python["passed"], python["reason"]) == (True, "python: it is there: that is so.")
    assert similar["reason"] == "similar: a similarity of 1.00, with 0.9 asked for: that is so."
