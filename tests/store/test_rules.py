"""The rules of versions that a store itself keeps, whatever it is asked to do."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fourfold.project import opening
from fourfold.store.errors import NotKeptError, StoreError
from fourfold.store.facts import Added, NewVersion, StoredChange
from fourfold.store.records import PIN_CAP, VERSION_CAP, Run
from fourfold.text.same import content_hash

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fourfold.store.facts import StepState
    from fourfold.store.ports.store import Store
    from fourfold.store.ports.versions import Histories
    from fourfold.store.records import Cause

NOW = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)


def version(text: str, cause: Cause = "save", created: datetime = NOW) -> NewVersion:
    return NewVersion(text, content_hash(text), created, cause, 1, 1, 0, '+ "x"')


class Step:
    """The step `a` of a store, begun with the text A."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.changing() as histories:
            histories.begin("a", "prompts/a.md", version("A", "seed"))

    def change(self, act: Callable[[Histories, StepState], object]) -> object:
        with self.store.changing() as histories:
            state = histories.state("a")
            assert state is not None
            return act(histories, state)

    def add(self, text: str, cause: Cause = "save", created: datetime = NOW) -> object:
        return self.change(lambda h, state: h.add(state, version(text, cause, created)))

    def replace(self, text: str) -> object:
        return self.change(lambda h, state: h.replace(state, version(text)))

    def switch(self, number: int) -> None:
        self.change(lambda h, state: h.switch(state, number))

    def pin(self, number: int, pinned: bool = True) -> None:
        self.change(lambda h, state: h.pin(state, number, pinned))

    def take_back(self, *, keeps: bool = False) -> None:
        def act(histories: Histories, state: StepState) -> None:
            change = histories.last_change(state)
            assert change is not None
            histories.take_back(state, change, keeps=keeps)

        self.change(act)

    def last_change(self) -> object:
        return self.change(lambda h, state: h.last_change(state))

    def run(self, text: str, id_: str, number: int | None = None) -> None:
        run = Run(id_, "a", number, "m", "succeeded", content_hash(text), response=f"of {text}")
        self.store.insert_runs([run], [id_])

    def kept(self) -> str:
        """The kept versions, oldest first, the current one with a star, pinned ones with a !."""
        history = self.store.history("a")
        assert history is not None
        return " ".join(
            f"{one.number}:{one.text}{'!' * one.pinned}{'*' * (one.number == history.current)}"
            for one in reversed(history.versions)
        )


@pytest.fixture
def step(store: Store) -> Step:
    return Step(store)


@pytest.fixture
def full(step: Step) -> Step:
    """With v1 to v4, as many as are kept."""
    for text in "BCD":
        step.add(text)
    return step


def test_a_step_begins_with_its_v1_as_it_was_given(step: Step):
    history = step.store.history("a")
    (first,) = history.versions
    assert (history.current, first.parent, first.change) == (1, None, '+ "x"')
    assert (first.text, first.hash, first.created) == ("A", content_hash("A"), NOW)
    assert step.store.paths() == {"prompts/a.md": "a"}
    with step.store.changing() as histories:
        assert histories.state("b") is None


class TestAdding:
    def test_the_newest_is_current_and_knows_what_it_was_made_from(self, step: Step):
        assert step.add("B") == Added(2, None)
        step.switch(1)
        assert step.add("C") == Added(3, None)
        assert step.kept() == "1:A 2:B 3:C*"
        assert [one.parent for one in step.store.history("a").versions] == [1, 1, None]

    def test_the_oldest_goes_where_there_is_one_too_many(self, full: Step):
        assert full.add("E") == Added(5, (1, 0))
        assert full.kept() == "2:B 3:C 4:D 5:E*"
        assert full.last_change() == StoredChange("added", 4, 5, 1)

    def test_the_one_it_was_made_from_stays(self, full: Step):
        full.switch(1)
        assert full.add("E") == Added(5, (2, 0))
        assert full.kept() == "1:A 3:C 4:D 5:E*"

    def test_dates_tell_nothing(self, full: Step):
        for text, days in (("E", -9999), ("F", 9999), ("G", -9999)):
            full.add(text, created=NOW + timedelta(days))
        assert full.kept() == "4:D 5:E 6:F 7:G*"

    def test_a_pinned_one_stays(self, full: Step):
        full.pin(1)
        full.pin(2)
        for text in "EFG":
            full.add(text)
        assert full.kept() == "1:A! 2:B! 6:F 7:G*"

    def test_what_other_programs_made_and_nobody_ran_goes_first(self, step: Step):
        for text in "BCD":
            step.add(text, "external")
        step.run("B", "paid", 2)
        assert step.add("E", "external") == Added(5, (3, 0))
        assert step.add("F", "external") == Added(6, (4, 0))
        assert step.kept() == "1:A 2:B 5:E 6:F*"

    def test_the_one_it_was_made_from_goes_where_other_programs_made_both(self, step: Step):
        for text in "BC":
            step.add(text)
        step.add("D", "external")
        assert step.add("E", "external") == Added(5, (4, 0))
        assert step.add("F") == Added(6, (1, 0)), "a person's never takes the place of its parent"

    def test_a_text_that_is_kept_is_refused(self, full: Step):
        with pytest.raises(StoreError):
            full.add("B")
        assert full.kept() == "1:A 2:B 3:C 4:D*"

    def test_a_text_that_was_pushed_out_gets_a_new_number_and_its_runs(self, full: Step):
        full.run("A", "first", 1)
        full.add("E")
        full.run("A", "late")
        full.add("A")
        assert full.kept() == "3:C 4:D 5:E 6:A*"
        assert {run.id for run in full.store.runs_of_version("a", 6)} == {"first", "late"}


class TestWhatIsPushedOut:
    def test_is_kept_aside_with_its_runs_until_the_next(self, full: Step):
        full.run("A", "one", 1)
        full.run("B", "two", 2)
        assert full.add("E") == Added(5, (1, 1))
        assert full.store.history("a").pushed_out == ((1, 1),)
        assert full.store.find_run("one").version == 1
        assert full.change(lambda h, state: (h.is_aside(state, 1), h.text_of(state, 1)))
        full.add("F")
        assert full.store.find_run("one") is None
        assert full.store.find_run("two").version == 2
        assert full.change(lambda h, state: h.is_aside(state, 1)) is False

    def test_comes_back_where_the_change_is_taken_back(self, full: Step):
        full.run("A", "one", 1)
        full.add("E")
        full.take_back()
        assert full.kept() == "1:A 2:B 3:C 4:D*"
        assert full.store.find_run("one").response == "of A"
        assert full.add("F") == Added(6, (1, 1)), "a number is never used again"

    def test_can_be_run_by_its_text_but_not_by_its_number(self, full: Step):
        full.add("E")
        with pytest.raises(NotKeptError):
            full.run("A", "named", 1)
        full.run("A", "by its text")
        assert full.store.find_run("named") is None
        assert full.store.find_run("by its text").version == 1


class TestReplacing:
    def test_only_the_current_one_goes(self, full: Step):
        full.run("D", "run", 4)
        assert full.replace("E") == Added(5, (4, 1))
        assert full.kept() == "1:A 2:B 3:C 5:E*"
        assert full.store.history("a").newest.parent == 4
        full.take_back()
        assert full.kept() == "1:A 2:B 3:C 4:D*"
        assert full.store.find_run("run").version == 4

    def test_what_was_kept_aside_before_is_let_go(self, full: Step):
        full.run("A", "run", 1)
        full.add("E")
        full.replace("F")
        assert full.store.find_run("run") is None
        assert full.change(lambda h, state: (h.is_aside(state, 1), h.is_aside(state, 5))) == (
            False,
            True,
        )

    def test_the_only_one(self, step: Step):
        assert step.replace("B") == Added(2, (1, 0))
        assert step.kept() == "2:B*"
        step.take_back()
        assert step.kept() == "1:A*"

    def test_both_stay_where_it_is_taken_back_and_was_run(self, step: Step):
        step.replace("B")
        step.take_back(keeps=True)
        assert step.kept() == "1:A* 2:B"


class TestOneIsCurrent:
    @pytest.mark.parametrize("number", [0, -1, 1, 6, 99])
    def test_a_version_that_is_not_kept_is_refused(self, full: Step, number: int):
        full.add("E")
        with pytest.raises(StoreError):
            full.switch(number)
        assert full.kept() == "2:B 3:C 4:D 5:E*"

    def test_switching_forgets_what_was_left_unversioned(self, full: Step):
        full.change(lambda h, state: h.leave_unversioned(state, content_hash("?")))
        assert full.store.history("a").unversioned == content_hash("?")
        full.switch(2)
        assert full.store.history("a").unversioned is None
        assert full.last_change() == StoredChange("switched", 4, 2)
        full.take_back(keeps=True)
        assert full.kept() == "1:A 2:B 3:C 4:D*"


def test_no_more_are_pinned_than_may_be(full: Step):
    full.pin(1)
    full.pin(1)
    full.pin(3)
    with pytest.raises(StoreError):
        full.pin(4)
    assert full.kept() == "1:A! 2:B 3:C! 4:D*"
    full.pin(1, False)
    full.pin(4)
    assert full.kept() == "1:A 2:B 3:C! 4:D!*"


def test_all_of_a_change_is_done_or_nothing(full: Step):
    def act(histories: Histories, state: StepState) -> None:
        histories.add(state, version("E"))
        histories.begin("b", "b.md", version("A"))
        assert histories.history("b") is not None
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        full.change(act)
    assert full.kept() == "1:A 2:B 3:C 4:D*"
    assert full.store.step_names() == ["a"]
    assert full.add("E") == Added(5, (1, 0))


def test_a_history_goes_with_the_name_of_its_step(full: Step):
    full.run("A", "one", 1)
    with full.store.changing() as histories:
        histories.rename("a", "b/c", "prompts/b/c.md")
    assert full.store.history("a") is None
    assert full.store.paths() == {"prompts/b/c.md": "b/c"}
    assert full.store.find_run("one").step == "b/c"
    with full.store.changing() as histories:
        assert histories.last_change(histories.state("b/c")) == StoredChange("added", 3, 4)


def test_changes_can_be_taken_back_as_long_as_what_they_pushed_out_is_kept_aside(full: Step):
    full.add("E")
    full.switch(3)
    full.add("F")
    full.switch(4)
    assert full.last_change() == StoredChange("switched", 6, 4)
    full.take_back(keeps=True)
    assert full.last_change() == StoredChange("added", 3, 6, 2)
    full.take_back()
    assert full.kept() == "2:B 3:C* 4:D 5:E"
    full.take_back(keeps=True)
    assert full.kept() == "2:B 3:C 4:D 5:E*"
    assert full.last_change() is None


NUMBERS = st.integers(0, 9)
ACTS = st.one_of(
    st.tuples(st.just("add"), st.sampled_from("ABCDEFGH"), st.sampled_from(["save", "external"])),
    st.tuples(st.just("replace"), st.sampled_from("ABCDEFGH")),
    st.tuples(st.just("switch"), NUMBERS),
    st.tuples(st.just("pin"), NUMBERS, st.booleans()),
    st.tuples(st.just("run"), st.sampled_from("ABCDEFGH"), st.uuids().map(str)),
    st.tuples(st.just("take_back")),
)


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(ACTS, max_size=40))
def test_the_rules_hold_whatever_is_asked(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple]
):
    folder: Path = tmp_path_factory.mktemp("rules")
    store, _ = opening.open_store(folder)
    step, last = Step(store), 1
    texts: dict[int, str] = {}
    for name, *arguments in acts:
        # What cannot be done is refused, and there may be nothing to take back.
        with suppress(StoreError, AssertionError):
            getattr(step, name)(*arguments)
        history = store.history("a")
        numbers = [one.number for one in history.versions]
        assert 1 <= len(numbers) <= VERSION_CAP
        assert history.current in numbers
        assert sum(one.pinned for one in history.versions) <= PIN_CAP
        assert len({one.text for one in history.versions}) == len(numbers)
        assert all(texts.setdefault(one.number, one.text) == one.text for one in history.versions)
        state = store.state("a")
        assert state.last_number >= max(last, *numbers)
        last = state.last_number
    store.close()
