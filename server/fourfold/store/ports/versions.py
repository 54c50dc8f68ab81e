"""What is asked of the versions of prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from contextlib import AbstractContextManager

    from fourfold.store.facts import Added, Holder, KnownTexts, NewVersion, StepState, StoredChange
    from fourfold.store.records import Cause, StepHistory


class Histories(Protocol):
    """The histories of steps while they are changed: until then nobody else changes them.

    A `state` is what was read of a step in the same change, before anything was done to it.
    """

    def state(self, step: str) -> StepState | None:
        """None for a step that was never seen."""

    def history(self, step: str) -> StepHistory | None:
        """The history as it is with what has been done."""

    def text_of(self, state: StepState, number: int) -> str:
        """The text of a version that is kept, or kept aside."""

    def has_runs(self, state: StepState, number: int) -> bool:
        """Whether the text of a kept version was ever run, or a test run is about to."""

    def is_aside(self, state: StepState, number: int) -> bool:
        """Whether a version is kept aside, as the last that had to go."""

    def begin(self, step: str, path: str, first: NewVersion) -> None:
        """Adds a step that was never seen, `first` being its v1."""

    def add(self, state: StepState, version: NewVersion) -> Added:
        """Adds a version, which becomes current. Where it is one too many another is kept aside: of
        those that other programs made and nobody ran the oldest, else the oldest; never a pinned
        one, and never the one that was current, unless that and the new one are of that kind."""

    def add_beside(self, state: StepState, version: NewVersion) -> None:
        """Adds a version where there is room for it; the current one stays current, and nothing is
        there to be taken back."""

    def replace(self, state: StepState, version: NewVersion) -> Added:
        """Adds a version in the place of the current one, which alone is then kept aside."""

    def switch(self, state: StepState, number: int) -> None:
        """Makes a kept version current, and forgets what was left unversioned."""

    def leave_unversioned(self, state: StepState, content_hash: str | None) -> None:
        """Remembers that the text on disk is no version."""

    def claim(self, state: StepState, number: int, cause: Cause) -> None:
        """Says who made a version after all."""

    def pin(self, state: StepState, number: int, pinned: bool) -> None: ...

    def name(self, state: StepState, number: int, name: str | None) -> None: ...

    def move(self, state: StepState, path: str) -> None:
        """Remembers that the prompt file is another one now."""

    def rename(self, old: str, new: str, path: str) -> None:
        """Gives a step's history to a step that has none."""

    def last_change(self, state: StepState) -> StoredChange | None:
        """The last addition, replacement or switch that has not been taken back."""

    def take_back(self, state: StepState, change: StoredChange, *, keeps: bool) -> None:
        """Takes the last change back, with the version that was kept aside for it and its runs. The
        version that it made current stays a version where it `keeps` it, else it is kept aside."""


class VersionStore(Protocol):
    """The versions of prompts."""

    def changing(self) -> AbstractContextManager[Histories]:
        """`with store.changing() as histories:` does all of it, or nothing where it raises."""

    def state(self, step: str) -> StepState | None: ...

    def history(self, step: str) -> StepHistory | None:
        """The kept versions of a step, newest first, with their run counts and last runs; None for
        a step that was never seen."""

    def histories(self, steps: Iterable[str]) -> dict[str, StepHistory | None]: ...

    def paths(self) -> dict[str, str]:
        """The steps by the paths of their files below the folder."""

    def step_names(self) -> list[str]: ...

    def text_hashes(self, steps: Sequence[str]) -> dict[str, KnownTexts]:
        """What is known of the texts of those steps that are known."""

    def steps_holding(self, hashes: Collection[str], limit: int) -> dict[str, list[Holder]]:
        """By the hash of a text the steps that keep it, `limit` of each, those whose file had it
        last first."""
