"""An agent that improves a prompt on the embedded model, as the server's instructions say."""

from __future__ import annotations

from typing import Any

import pytest

from fourfold.llm import embedded_files

pytestmark = pytest.mark.skipif(
    embedded_files.find() is None, reason="the embedded model is not installed"
)

PROMPT = """---
model:
  options: {{maxOutputTokens: 6, temperature: 0}}
inputs:
  country: {{type: string}}
---
user:
{question}
"""
TESTS = "".join(
    f"- vars: {{country: {country}}}\n  assert: [{{type: icontains, value: {capital}}}]\n"
    for country, capital in [("France", "Paris"), ("Italy", "Rome"), ("Japan", "Tokyo")]
)
MOST_CALLS = 10


async def test_a_prompt_is_improved_within_a_limit(place: Any) -> None:
    """Which version wins is the model's affair; that there is an answer, and what is done with it,
    is not."""
    place.write("prompts/greet.prompty", PROMPT.format(question="{{country}}"))
    place.write("prompts/greet.tests.yaml", TESTS)
    async with place.process("--allow-writes") as agent:
        [step] = (await agent.answer("list_steps"))["steps"]
        assert step["hasTests"]
        before = await agent.answer("read_version", step=step["step"])
        better = before["text"].replace("{{country}}\n", "The capital of {{country}} is\n")
        saved = await agent.answer("save_version", step=step["step"], text=better)
        rivals = {"step": step["step"], "versions": [before["number"], saved["current"]]}
        limits = {"until": "certain", "repeat": 2, "maxCalls": MOST_CALLS, "seed": 1}
        await agent.answer("run_tests", **rivals, **limits)
        report = await agent.answer("test_report", step=step["step"])
        [pair] = report["pairs"]
        if pair["verdict"] != "better":
            await agent.answer("use_version", step=step["step"], version=before["number"])
        after = await agent.answer("read_version", step=step["step"])
    assert {arm["model"] for arm in report["arms"]} == {embedded_files.LABEL}
    assert 0 < report["calls"] <= MOST_CALLS
    assert report["stopped"] in {"done", "certain", "equal", "budget"}
    assert pair["verdict"] in {"better", "worse", "equal", "undecided"}
    assert report["sentence"]
    assert pair["sentence"]
    assert after["text"] == (better if pair["verdict"] == "better" else before["text"])
    assert place.read("prompts/greet.prompty") == after["text"]
