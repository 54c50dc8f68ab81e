"""Documents and files as clients see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from msgspec import Meta

from fourfold.app.described import Answer

if TYPE_CHECKING:
    from fourfold.app.writing import FilePlan


class Opened(Answer):
    """A document that was opened for the user."""

    uri: str


class PlannedFile(Answer):
    """A file of a response, and what writing it would change."""

    path: str
    uri: str
    change: Literal["created", "changed", "unchanged"]
    warning: Annotated[str | None, Meta(description="how tools run or obey it")]


class PlannedFiles(Answer):
    """What writing the files of a step's response would change."""

    files: list[PlannedFile]

    @classmethod
    def of(cls, planned: FilePlan) -> Self:
        return cls(files=_files(planned))


class WrittenFiles(Answer):
    """The same, and how many files were written."""

    files: list[PlannedFile]
    written: int

    @classmethod
    def of(cls, planned: FilePlan, written: int) -> Self:
        return cls(files=_files(planned), written=written)


def _files(planned: FilePlan) -> list[PlannedFile]:
    from fourfold.app.writing import change_of

    return [
        PlannedFile(
            path=planned.place(change),
            uri=(change.folder / change.path).as_uri(),
            change=change_of(change),
            warning=planned.warnings.get(change.path),
        )
        for change in planned.changes
    ]
