"""The models that a user has, from the settings and the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fourfold.settings import user_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.llm.configuration import ModelConfiguration
    from fourfold.llm.integration import ResolvedModel
    from fourfold.llm.registry import LLMIntegrationRegistry
    from fourfold.llm.stored_keys import AskKey
    from fourfold.settings import WorkspaceSettings


def make_registry(
    settings: WorkspaceSettings,
    ask_key: AskKey | None = None,
    on_answer: Callable[[], None] = lambda: None,
) -> LLMIntegrationRegistry:
    """The registry of all that can be asked. Close it, so that no process is left behind.

    `ask_key` asks whoever stores keys for the user, where there is somebody; for `on_answer` see
    LLMIntegrationRegistry.
    """
    from fourfold.llm.consent import EndpointConsents
    from fourfold.llm.registry import LLMIntegrationRegistry

    configuration = model_configuration(settings)
    return LLMIntegrationRegistry(
        configuration, EndpointConsents(), ask_key=ask_key, on_answer=on_answer
    )


def model_configuration(settings: WorkspaceSettings) -> ModelConfiguration:
    """The models of the settings and the environment."""
    from fourfold.llm.configuration import ModelConfiguration

    return ModelConfiguration.build(
        settings.models, os.environ, user_file(), idle_timeout=settings.idle_timeout
    )


def model_warnings(settings: WorkspaceSettings, registry: LLMIntegrationRegistry) -> list[str]:
    """What is to be said of the models that the settings and the environment name."""
    named = {"The setting model": settings.model, "OPENAI_MODEL": os.environ.get("OPENAI_MODEL")}
    return [
        f"{place}: {sentence}"
        for place, model in named.items()
        if model and (sentence := registry.warning(model)) is not None
    ]


def price(
    model: ResolvedModel, input_tokens: int | None, output_tokens: int | None
) -> float | None:
    """US dollars that a call cost; None where no price is known."""
    from fourfold.llm.prices import price_usd

    return price_usd(model.model, input_tokens, output_tokens, model.endpoint, batch=model.batch)
