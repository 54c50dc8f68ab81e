"""Ids of steps, which are the paths of their prompts: what an unknown one probably means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.prompts.formats import step_suffix
from fourfold.text.nearest import meant

if TYPE_CHECKING:
    from collections.abc import Iterable

HOME = "prompts"
"""The folder whose name no id has."""


def no_step(name: str, known: Iterable[str]) -> str:
    """That there is no step of this name, or whose file has this path, and what was meant."""
    place = name.removeprefix(f"{HOME}/")
    return f"there is no step {name}; {meant(place.removesuffix(step_suffix(place)), known)}"
