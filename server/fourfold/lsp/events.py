"""What has happened, published once and told at once to whoever follows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fourfold.store.records import Run

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class VersionsChanged:
    """Steps have other versions, or other runs of them; none where only their lenses may differ."""

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunChanged:
    """A run has begun, got more of its response, or ended."""

    run: Run


@dataclass(frozen=True, slots=True)
class TestsChanged:
    """A matrix of a step, by its id, has brought something, or has ended."""

    __test__ = False  # pytest's business is another one

    step: str
    matrix: str
    goes_on: bool


@dataclass(frozen=True, slots=True)
class ResultsChanged:
    """Other processes may have kept results of tests."""


@dataclass(frozen=True, slots=True)
class TestsEdited:
    """Tests files of the workspace folder have been written."""

    __test__ = False

    folder: Path


@dataclass(frozen=True, slots=True)
class WorkflowChanged:
    """Steps stand otherwise than before."""


@dataclass(frozen=True, slots=True)
class SaveNotKept:
    """The database could not take in what the user saved."""


@dataclass(frozen=True, slots=True)
class FolderTakenIn:
    """The files of a folder in use have been taken in, so that the rest can begin."""


@dataclass(frozen=True, slots=True)
class ProblemsChanged:
    """There may be other problems in workflow.yaml of the workspace folder, in the prompt at
    `path`, or in `all_prompts` of the folder."""

    folder: Path
    path: Path | None = None
    all_prompts: bool = False


@dataclass(frozen=True, slots=True)
class PlacesChanged:
    """Other files may be prompts now, or have other ids."""


@dataclass(frozen=True, slots=True)
class DocumentFoundOut:
    """What an open document is has been looked at, since it was opened or places have changed."""

    uri: str


@dataclass(frozen=True, slots=True)
class TextChanged:
    """The user has changed an open document, whatever it is."""

    uri: str


@dataclass(frozen=True, slots=True)
class TextSaved:
    """The user has saved an open document, whatever it is."""

    uri: str


@dataclass(frozen=True, slots=True)
class DocumentClosed:
    """The editor has closed a document, whatever it was."""

    uri: str


class Events:
    """Tells its followers in the order in which they began to follow, then those of `above`."""

    def __init__(self, above: Events | None = None) -> None:
        self._above = above
        self._followers: dict[type, list[Callable[[Any], object]]] = {}

    def follow(self, kind: type[E], follower: Callable[[E], object]) -> None:
        """Calls `follower` with each event of this kind, on the event loop; it may not wait."""
        self._followers.setdefault(kind, []).append(follower)

    def publish(self, event: object) -> None:
        for follower in self._followers.get(type(event), ()):
            follower(event)
        if self._above is not None:
            self._above.publish(event)
