"""What a matrix compares: a version on a model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arm:
    """One version on one model; `label` is how sentences name it."""

    version: int
    model: str
    label: str

    def __str__(self) -> str:
        return self.label


def make_arms(named: list[tuple[int, str]]) -> list[Arm]:
    """Arms of (version, model); the model is said where a version has several of them."""
    several = len(named) > len({version for version, _ in named})
    return [
        Arm(version, model, f"v{version} on {model}" if several else f"v{version}")
        for version, model in named
    ]
