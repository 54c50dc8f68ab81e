"""Uses what is installed beside Fourfold, and prints as JSON what came of it. Run as a script."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from fourfold.errors import FourfoldError
from fourfold.llm.configuration import ModelConfiguration
from fourfold.llm.consent import EndpointConsents
from fourfold.llm.integration import ChatRequest, Delta, ModelError
from fourfold.llm.registry import LLMIntegrationRegistry
from fourfold.plugins import plugins
from support.steps import make_step


async def main(folder: Path) -> dict[str, Any]:
    """What a step of the type glossary and the model echo/loud gave, and every notice."""
    registry = LLMIntegrationRegistry(
        ModelConfiguration.build({}, {}, folder / "config.toml"),
        EndpointConsents(folder / "endpoints.json"),
    )
    answer: dict[str, Any] = {
        "models": [model.name for model in registry.models() if model.source == "plugin"]
    }
    try:
        found = await registry.resolve(requested="echo/loud")
        message = {"role": "user", "content": "API: what others call"}
        request = ChatRequest(found.model, [message])
        texts = [it.text async for it in found.integration.stream(request) if type(it) is Delta]
        answer |= {"label": found.label, "model": found.model, "response": "".join(texts)}
    except ModelError as error:
        answer["model_error"] = str(error)
    try:
        step = make_step(folder, "docs/terms", step_type="glossary")
        value = step.process_response(answer.get("response", "a: b"))
        answer |= {"value": value, "described": step.describe(value)}
    except FourfoldError as error:
        answer["step_error"] = str(error)
    answer["by_id"] = type(make_step(folder, "docs/glossary")).__name__
    answer["built_in"] = type(make_step(folder, "requirement")).__name__
    await registry.close()
    return {**answer, "notices": plugins().notices}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Path(sys.argv[1])))))
