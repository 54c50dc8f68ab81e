"""What a matrix compares: a version on a model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arm:
    """One version, by its number, or another text, such as "git:main", on one model; `label` is how
    sentences name it."""

    version: int | str
    model: str
    label: str

    def __str__(self) -> str:
        return self.label


def make_arms(named: list[tuple[int | str, str]]) -> list[Arm]:
    """Arms of (version, model); the model is said where a version has several of them."""
    several = len(named) > len({version for version, _ in named})
    return [
        Arm(
            version,
            model,
            f"{version_label(version)} on {model}" if several else version_label(version),
        )
        for version, model in named
    ]


def version_label(version: int | str) -> str:
    """`v3`, or the name of a text that is no version."""
    return f"v{version}" if isinstance(version, int) else version
