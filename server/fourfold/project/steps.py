"""Which files are steps, and what their ids are."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from fourfold.project.places import Places
from fourfold.project.walk import walk
from fourfold.prompts.formats import PROMPT_SUFFIXES, format_of, step_suffix
from fourfold.prompts.formats.prompty import PROMPTY
from fourfold.prompts.formats.text import TEXT
from fourfold.prompts.step_ids import HOME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fourfold.prompts.formats.format import Format
    from fourfold.settings import WorkspaceSettings

QUICK_SECONDS = 0.05
REST = 20
"""A look through the folder that takes longer than this counts for this many times as long."""


@dataclass(frozen=True, slots=True)
class StepFile:
    """A step and its prompt file, which is of the `format`, and whose name ends in `suffix`."""

    step: str
    suffix: str
    path: Path
    format: Format

    @property
    def uri(self) -> str:
        """The file's URI, where no editor spells it in its own way."""
        return _uri(self.path)


@lru_cache(maxsize=8192)
def _uri(path: Path) -> str:
    return path.as_uri()


@dataclass(frozen=True, slots=True)
class Overview:
    """What a look through a workspace folder has found: its steps, those of the folder for prompts
    first, and the rest as in `walk.Found`, with `folders` as absolute paths."""

    files: tuple[StepFile, ...]
    left_out: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    folders: frozenset[Path]


class StepFiles:
    """The steps of the workspace `folder` (resolved), as `settings` say where they lie."""

    def __init__(self, folder: Path, settings: WorkspaceSettings) -> None:
        self._folder = folder
        self._prefix = os.path.join(folder, "")  # noqa: PTH118 - a Path ends in no separator
        self._places = Places(folder, settings)
        self._given: dict[str, str] = {}
        self._holders: dict[str, str] = {}
        self._last: tuple[float, Overview] | None = None
        self._listed: dict[str, StepFile] = {}

    @property
    def home(self) -> Path:
        """Where workflow.yaml is, and new prompts are put."""
        return self._folder / self._places.home

    def configure(self, settings: WorkspaceSettings) -> None:
        """Goes on with other settings."""
        self._places = Places(self._folder, settings)
        self._last, self._listed = None, {}

    def remember(self, given: Mapping[str, str]) -> None:
        """Goes on with the ids that files (by their paths below the folder) were once given."""
        self._given = dict(given)  # a new one, as another thread may be looking at the old
        self._holders = {step: path for path, step in given.items()}
        self._last, self._listed = None, {}

    def give(self, file: StepFile) -> None:
        """Remembers the id of a file."""
        place, held = self.place(file.path), self._holders.get(file.step)
        if held == place:
            return
        if held is not None:
            self._given.pop(held, None)
        if (before := self._given.get(place)) is not None:
            self._holders.pop(before, None)
        if held is not None or before is not None:
            self._last = None
        self._given[place] = file.step
        self._holders[file.step] = place

    def is_right(self, file: StepFile) -> bool:
        """Whether it is known without a look at the disk that a file has this id."""
        place = self.place(file.path)
        given = self._given.get(place)
        return given == file.step or (given is None and self._listed.get(place) == file)

    def remembered(self, step: str) -> StepFile | None:
        """Where the file of a step was, which may be gone by now."""
        place = self._holders.get(step)
        return self._file(place, step) if place is not None and _is_id(place) else None

    def place(self, path: Path) -> str:
        """A path as it is below the folder, with forward slashes."""
        whole = str(path)
        if not whole.startswith(self._prefix):
            return path.relative_to(self._folder).as_posix()
        below = whole[len(self._prefix) :]  # relative_to takes ten times as long
        return below if os.sep == "/" else below.replace(os.sep, "/")

    def of_path(self, path: Path) -> StepFile | None:
        """The step that a file is, there or not; None for any other file."""
        if not path.is_relative_to(self._folder) or self.why_no_prompt(path) is not None:
            return None
        place = self.place(path)
        if place not in self._listed:
            self._last = None
        given = self._given.get(place)  # which it keeps, whatever is around it
        return self._file(place, self._ids_around(place)[place] if given is None else given)

    def as_step(self, path: Path) -> StepFile:
        """A file that is no prompt by the settings as the step that something else says it is."""
        place = self.place(path)
        natural = _natural(place)
        taken = self._holders.get(natural, place) != place or self.find(natural) is not None
        return self._file(place, self._given.get(place, place if taken else natural))

    def why_no_prompt(self, path: Path) -> str | None:
        """Why a file is no prompt; None where it is one."""
        if not path.is_relative_to(self._folder):
            return "it is outside the workspace folder"
        return self._places.why_no_prompt(self.place(path))

    def may_hold_prompts(self, folder: Path) -> bool:
        """Whether prompts in a folder would count."""
        return folder.is_relative_to(self._folder) and self._places.enters(self.place(folder))

    def is_like_prompt(self, path: Path) -> bool:
        """Whether a file that is no prompt looks so much like one that it should be said why."""
        return path.is_relative_to(self._folder) and self._places.is_like_prompt(self.place(path))

    def rivals(self, file: StepFile) -> list[StepFile]:
        """The other files that would have the same id, had only one of them been there."""
        place = self.place(file.path)
        ids = self._ids_around(place)
        others = sorted(self._existing(_natural(place)), key=_order)
        return [self._file(other, ids[other]) for other in others if other != place]

    def has_longer_id(self, file: StepFile) -> bool:
        """Whether a file keeps its suffix in its id, as another has the shorter one."""
        return file.step != _natural(self.place(file.path))

    def problems(self) -> list[str]:
        """What is to be said of the setting folders, if anything."""
        missing = self.overview().missing if self._places.says_folders else ()
        return [
            f"{one}, which the setting folders names, is not there; create it, or correct the "
            "setting."
            for one in missing
        ]

    def find(self, step: str) -> StepFile | None:
        """The prompt file of a step."""
        for place in self._possible(step):
            if not os.access(f"{self._folder}/{place}", os.F_OK):
                continue
            path = self._folder / place
            if path.is_file() and (found := self.of_path(path)) is not None and found.step == step:
                return found
        return None

    def left_out_as(self, step: str) -> Iterator[tuple[str, str]]:
        """The files, each with a reason, that would be this step if they were prompts."""
        for place in _candidates(step):
            path = self._folder / place
            if path.is_file() and (reason := self._places.why_no_prompt(place)) is not None:
                yield place, reason
        for place, reason in self.overview().left_out:
            named = place.removeprefix(f"{HOME}/")
            if step in (place, named) or named.startswith(f"{step}."):
                yield place, reason

    def path(self, step: str, suffix: str) -> Path | None:
        """Where the prompt file of a step is or would be; None for an id that none could have."""
        if (held := self._holders.get(step)) is not None:
            return self._folder / held
        if not _is_id(step):
            return None
        place = f"{HOME}/{step}{suffix}"
        if self._places.why_no_prompt(place) is not None:
            place = f"{step}{suffix}"
        return self._folder / place

    def all(self) -> tuple[StepFile, ...]:
        """Every step on disk."""
        return self.overview().files

    def overview(self) -> Overview:
        """What the folder holds now; in a large one, what it held a moment ago. Takes its time."""
        if self._last is not None and time.monotonic() < self._last[0]:
            return self._last[1]
        start = time.monotonic()
        self._places.look_again()
        found = walk(self._places)
        ids = _ids(found.prompts, self._given)
        self._listed = {
            place: self._file(place, ids[place]) for place in sorted(found.prompts, key=_order)
        }
        seen = Overview(
            tuple(self._listed.values()),
            tuple(found.left_out),
            tuple(found.missing),
            frozenset(self._folder / one for one in found.folders),
        )
        now = time.monotonic()
        took = now - start
        self._last = (now + took * REST if took > QUICK_SECONDS else now, seen)
        return seen

    def look_again(self) -> None:
        """Something has changed, so that the next overview is a new one."""
        self._last = None

    def _file(self, place: str, step: str) -> StepFile:
        known = self._listed.get(place)  # which has a Path, and those take long to make
        if known is not None and known.step == step:
            return known
        return StepFile(step, step_suffix(place), self._folder / place, format_of(place) or TEXT)

    def _ids_around(self, place: str) -> dict[str, str]:
        """The ids of a file and of all that could have the same one."""
        around = {place}
        natural = _natural(place)
        wanted = [natural]
        while suffix := step_suffix(natural):  # of which others may have got the suffix back
            natural = natural.removesuffix(suffix)
            wanted.append(natural)
        looked: set[str] = set()
        while wanted:
            natural = wanted.pop()
            looked.add(natural)
            group = self._existing(natural, place)
            if len({*group, *around}) > 1:
                longer = {natural + step_suffix(one) for one in group}
                wanted += longer - looked
            around.update(group)
        return _ids(around, self._given)

    def _existing(self, natural: str, wanted: str = "") -> list[str]:
        """The prompt files with this natural id. Of spellings of one file, which some systems have,
        the `wanted` one counts."""
        found: dict[str, str] = {}
        for place in _candidates(natural):
            # Without a Path for each, as most are not there and every look counts them all.
            if not os.access(f"{self._folder}/{place}", os.F_OK):
                continue
            path = self._folder / place
            if not path.is_file() or self._places.why_no_prompt(place) is not None:
                continue
            other = found.get(place.lower())
            if other is not None and path.samefile(self._folder / other):
                if place == wanted:
                    found[place.lower()] = place
            else:
                found[place if other is not None else place.lower()] = place
        return list(found.values())

    def _possible(self, step: str) -> Iterator[str]:
        """Where a file with this id may lie."""
        if (held := self._holders.get(step)) is not None:
            yield held
        if not _is_id(step):
            return
        yield from _candidates(step)
        while suffix := step_suffix(step):
            yield f"{HOME}/{step}"
            yield step
            step = step.removesuffix(suffix)


_SPELLINGS = [
    spelling
    for suffix in PROMPT_SUFFIXES
    for spelling in (suffix, suffix.upper(), f".{suffix[1:].capitalize()}")
]
_HEADS = tuple({suffix.rpartition(".")[0] for suffix in PROMPT_SUFFIXES} - {""})
"""What a longer suffix begins with, as .prompt of .prompt.md: names may end so before another."""


def _natural(place: str) -> str:
    """The id that a file has where no other could have the same."""
    return place.removeprefix(f"{HOME}/").removesuffix(step_suffix(place))


def _candidates(natural: str) -> Iterator[str]:
    doubtful = natural.lower().endswith(_HEADS)
    for base in (f"{HOME}/{natural}", natural):
        if _natural(f"{base}{PROMPTY.suffixes[0]}") != natural:
            continue
        for spelling in _SPELLINGS:
            place = f"{base}{spelling}"
            if not doubtful or _natural(place) == natural:
                yield place


def _ids(places: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    """The id of each file: the one it was given, else its natural one, else that with its suffix
    where a file before it has the natural one."""
    ids = {place: given[place] for place in places if place in given}
    taken = set(ids.values())
    late = []
    for place in sorted((one for one in places if one not in ids), key=_order):
        natural = _natural(place)
        if natural in taken:
            late.append(place)
        else:
            ids[place] = natural
            taken.add(natural)
    for place in late:
        suffix = step_suffix(place)
        step = _natural(place) + suffix
        while step in taken:
            step += suffix
        ids[place] = step
        taken.add(step)
    return ids


def _order(place: str) -> tuple[bool, str]:
    return not place.startswith(f"{HOME}/"), place


def _is_id(step: str) -> bool:
    parts = step.split("/")
    return all(part not in ("", ".", "..") for part in parts) and not Path(step).is_absolute()
