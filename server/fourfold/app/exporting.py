"""What is known here, as lines for others: versions, runs, scores and ratings."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from fourfold.team import lines
from fourfold.user.name import user_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fourfold.project.project import Project
    from fourfold.team.lines import Line

UNKNOWN = "unknown"
"""Who somebody is of whom the system has no name."""


def exported(project: Project) -> Iterator[Line]:
    """All lines of a folder, the header first, what others refer to before them.

    Only what has ended leaves, and nothing that is of this workspace alone (see server/TEAM.md). In
    memory there is never more than a few megabytes of it.
    """
    own = user_name() or UNKNOWN
    yield lines.HeaderLine(format=lines.FORMAT, by=own, written=datetime.now(UTC))
    store = project.store
    for path, step in store.paths().items():
        history = store.history(step)
        if history is None:
            continue
        for version in sorted(history.versions, key=lambda one: one.number != history.current):
            current = version.number == history.current
            yield lines.version_line(version, path, current=current)
    place = 0
    while runs := store.runs_after(place):
        for shared in runs:
            yield lines.run_line(shared, own)
            yield from map(lines.score_line, store.scores(shared.run.id))
            yield from map(lines.rating_line, store.ratings(shared.run.id))
        place = runs[-1].run.place


_KINDS: dict[type[Line], str] = {
    lines.VersionLine: "versions",
    lines.RunLine: "runs",
    lines.ScoreLine: "scores",
    lines.RatingLine: "ratings",
}


def write_file(path: Path, written: Iterable[Line]) -> dict[str, int]:
    """Writes lines to a file, whole or not at all; how many there are of each kind. OSError."""
    counts: Counter[str] = Counter(dict.fromkeys(_KINDS.values(), 0))
    with NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        whole = Path(file.name)
        try:
            for line in written:
                file.write(lines.write_line(line))
                if kind := _KINDS.get(type(line)):
                    counts[kind] += 1
            file.close()
            whole.replace(path)
        except BaseException:
            whole.unlink(missing_ok=True)
            raise
    return dict(counts)
