"""What a folder's history may be after what has been done to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Ledger:
    """Who wrote which texts, and what each version's number has meant so far.

    `saved` are the texts of each step that a person saved and the server has told of, the newest
    last; `again` those that were no new ones, which may have an old number and so go first, once
    they are not the newest; `written` are all texts that may have been seen on disk.
    """

    written: set[str] = field(default_factory=set)
    saved: dict[str, list[str]] = field(default_factory=dict)
    again: set[tuple[str, str]] = field(default_factory=set)
    numbers: dict[tuple[str, int], str] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def save(self, step: str, text: str, *, is_new: bool) -> None:
        """A person has saved a text, and the server has told of it."""
        mine = self.saved.setdefault(step, [])
        if text in mine:
            mine.remove(text)
        mine.append(text)
        (self.again.discard if is_new else self.again.add)((step, text))

    def one_more(self, step: str) -> None:
        """There may be another version that is worth as much as one that was saved: another
        program's that was run, or one whose save nobody was told of."""
        newest = self.saved.get(step, [])[-2:][1:]
        self.saved[step] = [text for text in newest if (step, text) not in self.again]

    def forget(self, step: str) -> None:
        """A person has taken a save back: what they want to keep is what is kept now."""
        self.saved.pop(step, None)

    def check(self, folder: Path) -> None:
        """No lost text, no ghost version, no ghost step, no number used twice."""
        with closing(sqlite3.connect(folder / ".fourfold" / "fourfold.db")) as connection:
            rows = connection.execute(
                "SELECT steps.name, number, text, current, last_number FROM versions "
                "JOIN steps ON steps.id = step_id ORDER BY steps.name, number"
            ).fetchall()
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        kept: dict[str, dict[int, str]] = {}
        for step, number, text, current, last in rows:
            kept.setdefault(step, {})[number] = text
            assert text in self.written, f"{step} v{number} is a text that nobody wrote: {text!r}"
            assert self.numbers.setdefault((step, number), text) == text, f"{step} v{number} twice"
            assert last >= self.last.get(step, 0), f"{step} counts back"
            self.last[step] = last
            assert current <= last
        assert set(kept) <= self.names, f"ghost steps: {set(kept) - self.names}"
        for versions in kept.values():
            assert 1 <= len(versions) <= 4
        for step, texts in self.saved.items():
            promised = {*texts[-1:], *(one for one in texts[-2:] if (step, one) not in self.again)}
            lost = promised - set(kept.get(step, {}).values())
            assert not lost, f"{step} has lost {lost}"
