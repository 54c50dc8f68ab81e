"""Versions of a step as clients see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from msgspec import Meta

from fourfold.app.answers.runs import RunSummary, moment
from fourfold.app.described import Answer
from fourfold.project.documents import Document
from fourfold.store.records import VERSION_CAP, Cause

if TYPE_CHECKING:
    from fourfold.app.answers.runs import UriOf
    from fourfold.app.testing.standing import Standings
    from fourfold.project.steps import StepFile
    from fourfold.store import records
    from fourfold.store.records import StepHistory


class Tested(Answer):
    """What tests say of a version's text."""

    by: Annotated[str | None, Meta(description="whose report says so; null: this user's")]
    started: Annotated[str, Meta(description="ISO 8601 UTC")]
    passed: int
    runs: int
    interval: Annotated[tuple[float, float], Meta(description="of the pass rate")]
    verdict: Annotated[
        str | None, Meta(description='how it stands to the others, such as "better than v3"')
    ]
    tests: int
    same_tests: Annotated[bool, Meta(description="whether they are those that there are now")]
    report: Annotated[str, Meta(description="its id")]


class Version(Answer):
    """One kept version of a step, without its text."""

    number: int
    label: Annotated[str, Meta(description='such as "v3"')]
    current: bool
    created: Annotated[str, Meta(description="ISO 8601 UTC")]
    cause: Cause
    parent: Annotated[int | None, Meta(description="the version that was current before it")]
    change: Annotated[
        str | None,
        Meta(
            description="the first changed words against the parent, and the first option of the "
            "model that is another, up to 60 characters"
        ),
    ]
    name: str | None
    pinned: bool
    words: int
    lines_added: Annotated[int, Meta(description="against the parent, as `linesRemoved`")]
    lines_removed: int
    runs: Annotated[int, Meta(description="how many there are")]
    good: Annotated[int, Meta(description="how often people rated a run of it so, as `bad`")]
    bad: int
    last_run: RunSummary | None
    tested: Annotated[
        list[Tested], Meta(description="the newest report of this user, then of others, if any")
    ]
    uri: Annotated[str, Meta(description="of its document")]

    @classmethod
    def of(
        cls,
        version: records.Version,
        history: StepHistory,
        suffix: str,
        uri_of: UriOf,
        standings: Standings,
        **more: str,
    ) -> Self:
        """`suffix` is that of the prompt file, `standings` say how the step's texts stand."""
        last = version.last_run
        return cls.copied(
            version,
            current=version.number == history.current,
            created=moment(version.created),
            runs=version.run_count,
            last_run=RunSummary.of(last, uri_of) if last else None,
            tested=[
                Tested.copied(one, started=moment(one.started))
                for one in standings.get(version.hash, ())
            ],
            uri=uri_of(Document("version", version.step, (version.number,), suffix=suffix)),
            **more,
        )


class VersionWithText(Version):
    """A version with its text, exactly as it was saved."""

    text: str


class PushedOut(Answer):
    """A version that a change took away."""

    number: int
    runs: Annotated[int, Meta(description="how many went with it")]


class VersionList(Answer):
    """The kept versions of a step."""

    step: str
    uri: Annotated[str, Meta(description="of the prompt file")]
    current: int
    cap: Annotated[int, Meta(description=f"{VERSION_CAP}")]
    versions: Annotated[list[Version], Meta(description="newest first")]
    pushed_out: Annotated[
        list[PushedOut], Meta(description="by the last change; undo brings it back")
    ]

    @classmethod
    def of(cls, history: StepHistory, file: StepFile, uri_of: UriOf, standings: Standings) -> Self:
        """With the prompt file's own URI."""
        return cls.at(history, file.path.as_uri(), file.suffix, uri_of, standings)

    @classmethod
    def at(
        cls, history: StepHistory, uri: str, suffix: str, uri_of: UriOf, standings: Standings
    ) -> Self:
        """With the editor's URI of the prompt file, which has this suffix."""
        return cls(
            step=history.step,
            uri=uri,
            current=history.current,
            cap=VERSION_CAP,
            versions=[
                Version.of(one, history, suffix, uri_of, standings) for one in history.versions
            ],
            pushed_out=[PushedOut.copied(gone) for gone in history.pushed_out],
        )


class Step(Answer):
    """One prompt of a workspace folder."""

    step: str
    title: str
    uri: str
    current: Annotated[int | None, Meta(description="null where it was never seen")]
    versions: Annotated[int, Meta(description="how many are kept")]
    last_run: Annotated[RunSummary | None, Meta(description="the newest of all")]

    @classmethod
    def of(
        cls, step: str, title: str, uri: str, history: StepHistory | None, uri_of: UriOf
    ) -> Self:
        """`history` is None for a step that was never seen."""
        runs = [one.last_run for one in history.versions if one.last_run] if history else []
        newest = max(runs, key=lambda run: run.place, default=None)
        return cls(
            step=step,
            title=title,
            uri=uri,
            current=history.current if history else None,
            versions=len(history.versions) if history else 0,
            last_run=RunSummary.of(newest, uri_of) if newest else None,
        )


class Steps(Answer):
    """Steps, in the order of their workflows."""

    steps: list[Step]


class StepVersions(Answer):
    """Steps with their versions, in the order of the workflow."""

    steps: list[VersionList]
