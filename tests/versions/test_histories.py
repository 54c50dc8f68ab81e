"""Random sequences of everything that can happen to a step, against a model of a few lines."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from fourfold.errors import FourfoldError
from support.workspace import Workspace

TEXTS = st.sampled_from("ABCDEFG").flatmap(
    lambda text: st.sampled_from([f"{text}\n", f"{text}\r\n", f"\ufeff{text}\n"])
)


@dataclass(frozen=True)
class Kept:
    text: str
    runs: int = 0
    external: bool = False
    pinned: bool = False

    @property
    def unwanted(self) -> bool:
        return self.external and not self.runs


@dataclass(frozen=True)
class Before:
    numbers: list[int]
    current: int
    pushed_out: int | None


class Model:
    """What protocol.md says: what is kept by number, what is kept aside, what can be undone."""

    def __init__(self, text: str) -> None:
        self.kept, self.current, self.last = {1: Kept(text)}, 1, 1
        self.automatic: str | None = None
        self.aside: dict[int, Kept] = {}
        self.undoable: list[Before] = []

    def holding(self, text: str) -> int | None:
        return next((n for n, kept in self.kept.items() if kept.text == text), None)

    def put(self, text: str, *, external: bool = False) -> None:
        number = self.holding(text)
        if number is None:
            self.add(text, external=external)
            return
        if not external:
            self.kept[number] = replace(self.kept[number], external=False)
        self.switch(number)

    def add(self, text: str, *, external: bool) -> None:
        full = len(self.kept) == 4
        again = next((kept for kept in self.aside.values() if kept.text == text), None)
        if full:
            self.aside = {}
        self.aside = {n: kept for n, kept in self.aside.items() if kept.text != text}
        new = Kept(text, again.runs if again else 0, external)
        gone = self.pushed_out_by(new) if full else None
        before = Before(list(self.kept), self.current, gone)
        if gone is not None:
            self.aside[gone] = replace(self.kept.pop(gone), pinned=False)
            last_cut = [i for i, one in enumerate(self.undoable) if one.pushed_out]
            del self.undoable[: last_cut[-1] + 1 if last_cut else 0]
        self.undoable.append(before)
        self.last += 1
        self.kept[self.last] = new
        self.current, self.automatic = self.last, None

    def pushed_out_by(self, new: Kept) -> int:
        parent = self.kept[self.current]
        keeps_parent = not (new.external and parent.unwanted)
        candidates = [
            number
            for number, kept in self.kept.items()
            if not kept.pinned and not (number == self.current and keeps_parent)
        ]
        return min(candidates, key=lambda number: (not self.kept[number].unwanted, number))

    def switch(self, number: int) -> None:
        if number != self.current:
            self.undoable.append(Before(list(self.kept), self.current, None))
        self.current, self.automatic = number, None

    def undo(self) -> None:
        before = self.undoable.pop()
        for number in [number for number in self.kept if number not in before.numbers]:
            self.aside[number] = replace(self.kept.pop(number), pinned=False)
        if before.pushed_out:
            self.kept[before.pushed_out] = self.aside.pop(before.pushed_out)
        self.current, self.automatic = before.current, None


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.workspace = Workspace(Path(self.folder.name))
        self.step = "a"

    def teardown(self) -> None:
        self.workspace.project.close()
        self.folder.cleanup()

    @initialize(text=TEXTS)
    def seed(self, text: str) -> None:
        self.workspace.save(text)
        self.model = Model(normal(text))

    @rule(text=TEXTS)
    def save(self, text: str) -> None:
        self.workspace.save(text, self.step)
        self.model.put(normal(text))

    @rule(text=TEXTS)
    def save_automatically(self, text: str) -> None:
        self.workspace.save(text, self.step, automatic=True)
        if self.model.holding(normal(text)) is None:
            self.model.automatic = normal(text)
        else:  # nobody asked to keep it, so another program's stays that
            self.model.switch(self.model.holding(normal(text)))

    @rule(text=TEXTS)
    def change_from_outside(self, text: str) -> None:
        self.workspace.external(text, self.step)
        if normal(text) != self.model.automatic:
            self.model.put(normal(text), external=True)

    @rule()
    def look_again(self) -> None:
        self.workspace.look()

    @rule(data=st.data())
    def switch(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.kept)))
        self.workspace.switch(number, self.step)
        self.model.switch(number)

    @rule(data=st.data())
    def run(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.kept)))
        self.workspace.run(number, step=self.step)
        kept = self.model.kept[number]
        self.model.kept[number] = replace(kept, runs=kept.runs + 1)

    @rule(data=st.data(), pinned=st.booleans())
    def pin(self, data: st.DataObject, pinned: bool) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.kept)))
        others = [n for n, kept in self.model.kept.items() if kept.pinned and n != number]
        file = self.workspace.file(self.step)
        if pinned and len(others) == 2:
            with pytest.raises(FourfoldError, match="at most 2 versions"):
                self.workspace.project.pin(file, number, pinned)
            return
        self.workspace.project.pin(file, number, pinned)
        self.model.kept[number] = replace(self.model.kept[number], pinned=pinned)

    @rule()
    def undo(self) -> None:
        if self.model.undoable:
            self.workspace.undo(self.step)
            self.model.undo()
        else:
            with pytest.raises(FourfoldError, match="nothing to undo"):
                self.workspace.undo(self.step)

    @rule(told=st.booleans())
    def rename(self, told: bool) -> None:
        old, new = self.step, "sub/b" if self.step == "a" else "a"
        old_file = self.workspace.file(old)
        self.workspace.path(new).parent.mkdir(exist_ok=True)
        self.workspace.path(old).rename(self.workspace.path(new))
        if told:
            assert self.workspace.project.rename(old_file, self.workspace.file(new))
        self.workspace.look()
        self.step = new

    @invariant()
    def is_as_in_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        history = self.workspace.history(self.step)
        kept = {
            one.number: Kept(one.text, one.run_count, one.cause == "external", one.pinned)
            for one in history.versions
        }
        assert (kept, history.current) == (self.model.kept, self.model.current)
        gone = self.model.undoable[-1].pushed_out if self.model.undoable else None
        aside = [(gone, self.model.aside[gone].runs)] if gone else []
        assert list(history.pushed_out) == aside
        expected = self.model.automatic or self.model.kept[self.model.current].text
        assert normal(self.workspace.disk(self.step)) == expected


def normal(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


@pytest.mark.timeout(600)
def test_whatever_happens_is_as_in_the_model() -> None:
    run_state_machine_as_test(
        Histories, settings=settings(max_examples=60, stateful_step_count=30, deadline=None)
    )
