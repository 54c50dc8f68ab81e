"""What is told of batches that providers have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from msgspec import Meta

from fourfold.app.described import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fourfold.app.batches.control import Standing


class Batch(Answer):
    """Calls that were left together with a provider."""

    key: str
    batch: Annotated[str | None, Meta(description="the provider's name of it")]
    model: str
    endpoint: str
    requests: Annotated[int, Meta(description="that are still to be collected")]
    created: str
    done: int | None
    ended: Annotated[bool | None, Meta(description="null where the provider did not say")]
    error: str | None


class Batches(Answer):
    """All of a folder, or those that were cancelled."""

    batches: list[Batch]

    @classmethod
    def of(cls, standings: Iterable[Standing]) -> Self:
        return cls(
            batches=[
                Batch(
                    key=one.kept.key,
                    batch=one.kept.batch,
                    model=one.kept.model,
                    endpoint=one.kept.endpoint,
                    requests=one.kept.requests,
                    created=one.kept.created.isoformat(timespec="seconds"),
                    done=one.status.done if one.status else None,
                    ended=one.status.ended if one.status else None,
                    error=one.error,
                )
                for one in standings
            ]
        )
