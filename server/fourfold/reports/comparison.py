"""Two to four versions of a step against each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from fourfold.errors import InvalidArgumentError
from fourfold.store.records import VERSION_CAP
from fourfold.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fourfold.store.records import Run, StepHistory, Version

_FEWEST = 2


class ComparedVersion(NamedTuple):
    """A version and the run that speaks for it: whole or partial, None where there is none."""

    version: Version
    run: Run | None

    @property
    def label(self) -> str:
        return self.version.label


class DocumentReference(NamedTuple):
    """A document of a version, or of one `run` of it, for a caller who knows its URI."""

    kind: Literal["response", "prompt"]
    version: int
    run: str | None = None


class ComparisonPair(NamedTuple):
    """Two documents for an editor's own diff view."""

    title: str
    left: DocumentReference
    right: DocumentReference


@dataclass(frozen=True, slots=True)
class Comparison:
    """The versions in the order asked for; the first is the base that the others are held to.

    With `test` the runs are those of that test's inputs; `verdict` is what tests say of two.
    """

    step: str
    compared: tuple[ComparedVersion, ...]
    test: str | None = None
    verdict: str = ""

    @property
    def title(self) -> str:
        return f"{self.step}: {self.labels(' ↔ ')}"

    @property
    def base(self) -> ComparedVersion:
        return self.compared[0]

    @property
    def others(self) -> tuple[ComparedVersion, ...]:
        return self.compared[1:]

    @property
    def versions(self) -> tuple[int, ...]:
        return tuple(each.version.number for each in self.compared)

    @property
    def pairs(self) -> tuple[ComparisonPair, ...]:
        """Each other version against the base: the responses first, then the prompts."""
        kinds: tuple[Literal["response", "prompt"], ...] = ("response", "prompt")
        return tuple(
            ComparisonPair(
                f"{self.step}: {_named(kind, self.base)} ↔ {_named(kind, other)} ({kind})",
                self._document(kind, self.base),
                self._document(kind, other),
            )
            for kind in kinds
            for other in self.others
        )

    def _document(
        self, kind: Literal["response", "prompt"], each: ComparedVersion
    ) -> DocumentReference:
        """With `test` the answer to it, which need not be the version's latest response."""
        if self.test is None or each.run is None or kind == "prompt":
            return DocumentReference(kind, each.version.number)
        return DocumentReference(kind, each.version.number, each.run.id)

    def labels(self, separator: str) -> str:
        return separator.join(each.label for each in self.compared)


def _named(kind: Literal["response", "prompt"], each: ComparedVersion) -> str:
    """`v3`, or `v3 by ann` where the response is another person's."""
    if kind == "prompt" or each.run is None:
        return each.label
    return one_line(f"{each.label} by {each.run.author}") if each.run.author else each.label


def versions_to_compare(
    history: StepHistory, asked: Sequence[int] | None = None
) -> tuple[Version, ...]:
    """The versions asked for; else the current one against the one that it was made from, if it is
    the newest, or against the newest other.

    InvalidArgumentError on `versions` where they are not two to four different kept versions.
    """
    kept = history.labels
    if asked is None:
        other = _other(history)
        if other is None:
            raise InvalidArgumentError(
                "versions",
                f"{history.step} has only {kept}; change the prompt and save it to have two "
                "versions to compare.",
            )
        return (history.current_version, other)
    if len(set(asked)) != len(asked) or not _FEWEST <= len(asked) <= VERSION_CAP:
        raise InvalidArgumentError(
            "versions",
            f"A comparison takes {_FEWEST} to {VERSION_CAP} different versions; "
            f"{history.step} has {kept}.",
        )
    return tuple(history.version(number, "versions") for number in asked)


def _other(history: StepHistory) -> Version | None:
    """What the current version is best held against."""
    current = history.current_version
    others = [version for version in history.versions if version is not current]
    parent = [v for v in others if v.number == current.parent and current is history.newest]
    return next(iter([*parent, *others]), None)
