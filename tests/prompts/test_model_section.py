from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fourfold.prompts.failures import RenderError
from fourfold.prompts.formats import parse
from fourfold.prompts.template import ModelReference

if TYPE_CHECKING:
    from fourfold.prompts.references import References


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("gpt-5", ModelReference("gpt-5")),
        ("{id: gpt-5, provider: openai}", ModelReference("gpt-5", "openai")),
        ("{id: m, connection: {endpoint: http://x}}", ModelReference("m", None, "http://x")),
        ("{}", ModelReference()),
        ("", ModelReference()),
        (
            "{api: chat, configuration: {type: azure_openai, azure_deployment: gpt-4o, "
            "azure_endpoint: https://x}}",
            ModelReference("gpt-4o", "azure_openai", "https://x"),
        ),
        (
            "{configuration: {type: serverless, model: Llama, endpoint: https://x}}",
            ModelReference("Llama", "serverless", "https://x"),
        ),
    ],
)
def test_the_model(yaml: str, expected: ModelReference) -> None:
    assert parse(f"---\nmodel: {yaml}\n---\n", ".prompty").model == expected


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        (
            "options: {temperature: 1, maxOutputTokens: 5, topP: 0.1, topK: 2, "
            "frequencyPenalty: 0.2, presencePenalty: 0.3, seed: 7, stopSequences: [a, b], "
            "allowMultipleToolCalls: true, additionalProperties: {x: 1}, mystery: 2}",
            {
                "temperature": 1,
                "max_output_tokens": 5,
                "top_p": 0.1,
                "top_k": 2,
                "frequency_penalty": 0.2,
                "presence_penalty": 0.3,
                "seed": 7,
                "stop": ["a", "b"],
                "additional": {"x": 1},
            },
        ),
        (
            "parameters: {max_tokens: 5, top_p: 0.1, stop: a, response_format: {type: text}, "
            "tools: [1]}",
            {
                "max_output_tokens": 5,
                "top_p": 0.1,
                "stop": ["a"],
                "additional": {"response_format": {"type": "text"}},
            },
        ),
        ("options: {reasoningEffort: low}", {"additional": {"reasoning_effort": "low"}}),
        (
            "parameters: {api_key: sk-1, extra_headers: {Authorization: sk-1, x: 1}}",
            {"additional": {"extra_headers": {"x": 1}}},
        ),
        ("options: {temperature: }", {}),
        ("options: {}", {}),
    ],
)
def test_parameters_have_neutral_names(yaml: str, expected: dict[str, object]) -> None:
    assert parse(f"---\nmodel:\n  {yaml}\n---\n", ".prompty").parameters == expected


def test_an_endpoint_reference_is_resolved_on_demand_only(references: References) -> None:
    text = "---\nmodel: {id: m, connection: {endpoint: '${env:%s}'}}\n---\n"
    allowed = parse(text % "ALLOWED", ".prompty").model
    assert allowed.endpoint == "${env:ALLOWED}"
    assert allowed.resolve(references).endpoint == "allowed value"
    with pytest.raises(RenderError, match="SECRET"):
        parse(text % "SECRET", ".prompty").model.resolve(references)
