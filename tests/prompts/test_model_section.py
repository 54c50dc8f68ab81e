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
        # a limit is sent under the name that the file has
        ("parameters: {max_completion_tokens: 50}", {"additional": {"max_completion_tokens": 50}}),
        ("options: {max_completion_tokens: 50}", {"additional": {"max_completion_tokens": 50}}),
        ("parameters: {max_completion_tokens: many}", {}),
        # what only makes sense with tools goes with them
        (
            "parameters: {tool_choice: auto, parallel_tool_calls: true, functions: [], seed: 1}",
            {"seed": 1},
        ),
        (
            "options: {additionalProperties: {tools: [{a: 1}], tool_choice: auto, x: 1}}",
            {"additional": {"x": 1}},
        ),
        ("options: {}", {}),
    ],
)
def test_parameters_have_neutral_names(yaml: str, expected: dict[str, object]) -> None:
    assert parse(f"---\nmodel:\n  {yaml}\n---\n", ".prompty").parameters == expected


def test_all_variables_that_are_refused_are_named_at_once(references: References) -> None:
    text = (
        "---\nmodel:\n  configuration: {azure_endpoint: '${env:SECRET}', type: '${env:UNSET}', "
        "azure_deployment: '${env:OTHER}'}\n---\n"
    )
    with pytest.raises(RenderError) as caught:
        parse(text, ".prompty").model.resolve(references)
    assert str(caught.value) == (
        "The prompt asks for the environment variables OTHER and SECRET, which it may not read: "
        'to allow it, add allowEnv = ["OTHER", "SECRET"] to your own config.toml; a run that '
        "names its own model (--model NAME) works as it is."
    )
    unset = "---\nmodel: {id: '${env:UNSET}', connection: {endpoint: '${env:UNSET}'}}\n---\n"
    with pytest.raises(RenderError, match=r"variable UNSET is not set.*--model NAME"):
        parse(unset, ".prompty").model.resolve(references)


def test_an_endpoint_reference_is_resolved_on_demand_only(references: References) -> None:
    text = "---\nmodel: {id: m, connection: {endpoint: '${env:%s}'}}\n---\n"
    allowed = parse(text % "ALLOWED", ".prompty").model
    assert allowed.endpoint == "${env:ALLOWED}"
    assert allowed.resolve(references).endpoint == "allowed value"
    with pytest.raises(RenderError, match="SECRET"):
        parse(text % "SECRET", ".prompty").model.resolve(references)
