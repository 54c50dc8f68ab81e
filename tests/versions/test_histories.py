"""Random sequences of everything that can happen to a step, against a model of a few lines."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fourfold.errors import FourfoldError
from support.workspace import Workspace

TEXTS = st.sampled_from("ABCDEFG").flatmap(
    lambda text: st.sampled_from([f"{text}\n", f"{text}\r\n", f"\ufeff{text}\n"])
)


class Model:
    """What protocol.md says: kept texts by number with their runs, and what can be undone."""

    def __init__(self, text: str) -> None:
        self.kept, self.current, self.last = {1: (text, 0)}, 1, 1
        self.automatic: str | None = None
        self.undoable: list[tuple[dict[int, tuple[str, int]], int]] = []

    def put(self, text: str) -> None:
        number = next((n for n, (kept, _) in self.kept.items() if kept == text), None)
        if number is None:
            self.undoable.append((dict(self.kept), self.current))
            number = self.last = self.last + 1
            self.kept[number] = (text, 0)
            if len(self.kept) > 4:
                del self.kept[min(self.kept)]
            self.current = number
        self.switch(number)

    def switch(self, number: int) -> None:
        if number != self.current:
            self.undoable.append((dict(self.kept), self.current))
        self.current, self.automatic = number, None

    def undo(self) -> None:
        before, self.current = self.undoable.pop()
        self.kept = {number: self.kept.get(number, was) for number, was in before.items()}
        self.automatic = None


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
        is_current = self.model.kept[self.model.current][0] == normal(text)
        self.model.automatic = None if is_current else normal(text)

    @rule(text=TEXTS)
    def change_from_outside(self, text: str) -> None:
        self.workspace.external(text, self.step)
        if normal(text) != self.model.automatic:
            self.model.put(normal(text))

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
        text, runs = self.model.kept[number]
        self.model.kept[number] = (text, runs + 1)

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
        kept = {version.number: (version.text, version.run_count) for version in history.versions}
        assert (kept, history.current) == (self.model.kept, self.model.current)
        expected = self.model.automatic or self.model.kept[self.model.current][0]
        assert normal(self.workspace.disk(self.step)) == expected


def normal(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


Histories.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestHistories = Histories.TestCase
