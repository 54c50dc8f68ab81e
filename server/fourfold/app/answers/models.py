"""Models as clients see them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Self

from msgspec import Meta

from fourfold.app.described import Answer
from fourfold.llm.registry import ModelSource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from fourfold.llm.registry import AvailableModel


class Model(Answer):
    """A model that can be named."""

    name: str
    id: str
    endpoint: Annotated[str | None, Meta(description="the host; null for this machine")]
    url: Annotated[str | None, Meta(description="the address that a key is for; null without one")]
    source: ModelSource
    installed: Annotated[bool | None, Meta(description="null where there is nothing to install")]
    ends_on: Annotated[date | None, Meta(description="its last day, where that is known")]


class ModelList(Answer):
    """The models that can be named, the default first."""

    models: list[Model]
    default: Annotated[
        str | None,
        Meta(description="what runs use that name none; null where one has to be named"),
    ]
    file: Annotated[str, Meta(description="the user's own config.toml, which may not be there yet")]

    @classmethod
    def of(cls, models: Sequence[AvailableModel], default: str | None, file: Path) -> Self:
        return cls(models=[Model.copied(one) for one in models], default=default, file=str(file))


class Message(Answer):
    """A message as a model would get it."""

    role: str
    content: str


class RenderedStep(Answer):
    """What a run would send: no model is asked, and nothing goes over the network."""

    messages: list[Message]
    parameters: Annotated[dict[str, Any], Meta(description="named as the endpoint has them")]
    model: Annotated[str | None, Meta(description="null where there is none to ask")]
    input_tokens: Annotated[int, Meta(description="about: a token for every four characters")]
    estimate_usd: Annotated[
        float | None,
        Meta(
            description="of these and of a response of as many tokens as it may have, else of 500"
        ),
    ]
