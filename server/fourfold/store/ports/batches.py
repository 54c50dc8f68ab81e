"""Batches that providers have: which, and what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from fourfold.store.facts import KeptBatch


class BatchStore(Protocol):
    """What is kept of batches, so that they are collected by whoever comes after: by a folder of
    its own, by a team of all its members, each of whom changes their own alone."""

    def keep_batch(self, batch: KeptBatch) -> None:
        """Keeps a batch in place of what was known of it, by its key."""

    def batches(self) -> list[KeptBatch]:
        """All that are kept, the oldest first."""

    def forget_batch(self, key: str) -> None:
        """Forgets a batch of which nothing more is wanted."""
