"""Random workflows, edits and failures, against a model of what is stale and what runs again.

The model compares what steps are made of by value: texts, settings, contents of files, responses.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fourfold.llm.integration import ResolvedModel
from project.workflow.support import Model, bench, failure

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_STEPS = 7
KEPT = 4
VARIANTS = "PQR"
LIMIT_S = 30


@dataclass(frozen=True)
class Setup:
    """What workflow.yaml says of a step: where its one input comes from, and how it is run."""

    kind: str = "value"
    source: str = "a value"
    second: str | None = None
    temperature: float | None = None
    model: str | None = None
    response: str = "text"

    def needs(self) -> list[str]:
        return [
            *([self.source] if self.kind == "step" else []),
            *([self.second] if self.second else []),
        ]

    def yaml(self) -> dict[str, Any]:
        inputs = {"x": {self.kind: self.source}}
        if self.second:
            inputs["y"] = {"step": self.second}
        options = {} if self.temperature is None else {"temperature": self.temperature}
        return {
            "inputs": inputs,
            **({"options": options} if options else {}),
            **({"model": self.model} if self.model else {}),
            "response": {"kind": self.response},
        }


@dataclass(frozen=True)
class Made:
    """What a run was made of. `asked` is the request, `setup` all else that has to be the same."""

    text: str
    setup: tuple[Any, ...]
    inputs: tuple[tuple[str, str], ...]
    asked: tuple[Any, ...]

    @property
    def recipe(self) -> tuple[Any, ...]:
        return (self.text, self.setup, self.inputs)


@dataclass
class Outcome:
    """A run that has ended."""

    version: int
    made: Made
    response: str | None
    cached: bool = False


@dataclass
class State:
    status: str
    settled: bool = False
    response: str | None = None


@dataclass
class Step:
    """A step of the model: its kept texts by number, and its runs from the oldest to the newest."""

    setup: Setup
    kept: dict[int, str] = field(default_factory=dict)
    current: int = 0
    last: int = 0
    runs: list[Outcome] = field(default_factory=list)
    executed: bool = False

    def save(self, text: str) -> None:
        for number, kept in self.kept.items():
            if kept == text:
                self.current = number
                return
        self.last += 1
        self.kept[self.last] = text
        self.current = self.last
        if len(self.kept) > KEPT:
            gone = min(self.kept)
            del self.kept[gone]
            self.runs = [run for run in self.runs if run.version != gone]


class Prediction:
    """The workflow as it ought to be."""

    def __init__(self) -> None:
        self.steps: dict[str, Step] = {}
        self.file = "content"
        self.failing: set[str] = set()
        self.constant: set[str] = set()

    def answer(self, prompt: str) -> str | None:
        """What the model answers; None where it fails."""
        step = prompt.split(maxsplit=1)[0]
        if step in self.failing:
            return None
        return f"always {step}" if step in self.constant else f"({prompt})"

    def made(self, name: str, text: str, responses: dict[str, str]) -> Made:
        """What a run of a step with `text` is made of, where the steps before have `responses`."""
        setup = self.steps[name].setup
        x = {"step": responses.get(setup.source, ""), "file": self.file}.get(
            setup.kind, setup.source
        )
        given = {"x": x, "y": responses[setup.second] if setup.second else ""}
        inputs = {
            "x": x if setup.kind == "step" else f"{setup.kind} {setup.source}",
            **({"y": given["y"]} if setup.second else {}),
        }
        said = (
            *(setup.kind, setup.temperature, setup.model, setup.response),
            self.file if setup.kind == "file" else "",
        )
        prompt = text.replace(IGNORES_X, "").replace("{{ x }}", given["x"])
        prompt = prompt.replace(Y, f" {given['y']}" if given["y"] else "").strip()
        rule = setup.response if setup.response != "text" else ""
        asked = (prompt, setup.temperature, setup.model, rule)
        return Made(text, said, tuple(sorted(inputs.items())), asked)

    def states(self) -> dict[str, State]:
        states: dict[str, State] = {}
        for name, step in self.steps.items():
            needed = [states[other] for other in step.setup.needs()]
            ended = good = None
            if all(state.settled for state in needed):
                responses = {other: str(states[other].response) for other in step.setup.needs()}
                recipe = self.made(name, step.kept[step.current], responses).recipe
                alike = [run for run in step.runs if run.made.recipe == recipe]
                ended = alike[-1] if alike else None
                good = next((run for run in alike[::-1] if run.response is not None), None)
            last = next((run for run in step.runs[::-1] if run.response is not None), None)
            status = "stale" if step.executed else "not_started"
            if ended is not None:
                status = "failed" if ended.response is None else "succeeded"
            offered = good or last
            states[name] = State(status, good is not None, offered.response if offered else None)
        return states

    def chosen(self, start: str | None, until: str | None, versions: dict[str, int]) -> set[str]:
        needs = {name: set(step.setup.needs()) for name, step in self.steps.items()}
        after = closed([start] if start else versions, turned(needs))
        chosen = set(needs) if start is None and (until or not versions) else after
        if until is not None:
            chosen &= closed([until], needs)
        states = self.states()
        missing = {name for name in needs if states[name].response is None}
        while lacking := {o for name in chosen for o in needs[name] if o in missing} - chosen:
            chosen |= lacking
        return chosen

    def run(self, chosen: set[str], versions: dict[str, int], fresh: bool) -> list[str]:
        """Takes in a run of these steps; the prompts that it sends."""
        offered = {name: state.response for name, state in self.states().items()}
        sent: list[str] = []
        stopped: set[str] = set()
        for name, step in self.steps.items():
            if name not in chosen:
                continue
            if stopped & set(step.setup.needs()):
                stopped.add(name)
                continue
            number = versions.get(name, step.current)
            responses = {other: str(offered[other]) for other in step.setup.needs()}
            made = self.made(name, step.kept[number], responses)
            outcome = None if fresh else self.reused(step, number, made)
            if outcome is None:
                sent.append(made.asked[0])
                outcome = Outcome(number, made, self.answer(made.asked[0]))
            # By identity: a step may fail twice in the same way.
            if not any(outcome is run for run in step.runs):
                step.runs.append(outcome)
            step.executed = True
            if outcome.response is None:
                stopped.add(name)
            else:
                offered[name] = outcome.response
        return sorted(sent)

    def reused(self, step: Step, number: int, made: Made) -> Outcome | None:
        alike = [run for run in step.runs if run.made.recipe == made.recipe]
        if alike and alike[-1].response is not None and alike[-1].made.asked == made.asked:
            return alike[-1]
        for run in step.runs[::-1]:
            if run.made.asked == made.asked and run.response is not None and not run.cached:
                return Outcome(number, made, run.response, cached=True)
        return None


IGNORES_X = "{% if false %}{{ x }}{% endif %}"
Y = "{% if y is defined and y %} {{ y }}{% endif %}"


def turned(needs: dict[str, set[str]]) -> dict[str, set[str]]:
    return {name: {other for other in needs if name in needs[other]} for name in needs}


def closed(start: Iterable[str], along: dict[str, set[str]]) -> set[str]:
    found = set(start)
    while more := {other for name in found for other in along[name]} - found:
        found |= more
    return found


class NamedModel(Model):
    """Takes the model that a step asks for."""

    async def resolve(self, **wanted: Any) -> ResolvedModel:
        name = wanted.get("preferred") or "usual"
        return ResolvedModel(self, name, name)


class Staleness(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = self.temporary.name
        self.loop = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.model = NamedModel(self.answer)
        self.predicted = Prediction()
        self.written = 0
        self.bench = self.loop.run(
            self.stack.enter_async_context(bench(Path(self.folder), self.model))
        )

    def teardown(self) -> None:
        self.loop.run(self.stack.aclose())
        self.loop.close()
        self.temporary.cleanup()

    def answer(self, prompt: str) -> str | Exception:
        return self.predicted.answer(prompt) or failure("It will not answer.")

    def put(self, path: str, text: str) -> None:
        """Writes a file with a time of its own, however fast that follows on the last."""
        self.written += 1
        file = Path(self.folder, path)
        file.write_text(text)
        os.utime(file, ns=(self.written * 10**9,) * 2)

    def save(self, step: str, text: str) -> None:
        self.bench.write(step, text)
        self.predicted.steps[step].save(text)

    def configure(self) -> None:
        self.put(
            "prompts/workflow.yaml",
            yaml.safe_dump(
                {"steps": {n: one.setup.yaml() for n, one in self.predicted.steps.items()}},
                sort_keys=False,
            ),
        )

    def texts(self, step: str) -> list[str]:
        return [f"{step} {v} {x}{Y}" for v in VARIANTS for x in ("{{ x }}", IGNORES_X)]

    def draw_step(self, data: st.DataObject) -> str:
        return str(data.draw(st.sampled_from(sorted(self.predicted.steps))))

    @initialize(data=st.data(), count=st.integers(1, MOST_STEPS))
    def begin(self, data: st.DataObject, count: int) -> None:
        (Path(self.folder) / "prompts").mkdir(exist_ok=True)
        self.put("input.txt", self.predicted.file)
        names: list[str] = []
        for number in range(count):
            name = f"s{number}"
            self.predicted.steps[name] = Step(data.draw(setups(names)))
            self.save(name, self.texts(name)[0])
            names.append(name)
        self.configure()

    @rule(data=st.data())
    def edit_a_prompt(self, data: st.DataObject) -> None:
        step = self.draw_step(data)
        self.save(step, data.draw(st.sampled_from(self.texts(step))))

    @rule(data=st.data())
    def switch_to_a_kept_version(self, data: st.DataObject) -> None:
        name = self.draw_step(data)
        step = self.predicted.steps[name]
        number = data.draw(st.sampled_from(sorted(step.kept)))
        file = self.bench.project.step_file(name)
        self.bench.project.switch(file, number)
        self.bench.project.write_current(file)
        step.current = number

    @rule(data=st.data())
    def save_until_the_oldest_versions_go(self, data: st.DataObject) -> None:
        name = self.draw_step(data)
        for number in range(data.draw(st.integers(2, KEPT))):
            self.save(name, f"{name} new {self.written}.{number} {{{{ x }}}}{Y}")

    @rule(data=st.data())
    def edit_workflow_yaml(self, data: st.DataObject) -> None:
        name = self.draw_step(data)
        names = list(self.predicted.steps)
        before = names[: names.index(name)]
        other = data.draw(setups(before))
        what = data.draw(st.sampled_from(["x", "second", "temperature", "model", "response"]))
        fields = ["kind", "source"] if what == "x" else [what]
        setup = self.predicted.steps[name].setup
        self.predicted.steps[name].setup = replace(
            setup, **{each: getattr(other, each) for each in fields}
        )
        self.configure()

    @rule(text=st.sampled_from(["content", "changed", "a value"]))
    def change_the_input_file(self, text: str) -> None:
        self.put("input.txt", text)
        self.predicted.file = text

    @rule(data=st.data(), which=st.sampled_from(["failing", "constant"]))
    def the_model_changes_its_mind(self, data: st.DataObject, which: str) -> None:
        setattr(self.predicted, which, getattr(self.predicted, which) ^ {self.draw_step(data)})

    @rule()
    def run_all_once_more(self) -> None:
        self.run_workflow(None, None, {}, fresh=False)

    @rule()
    def run_all_that_is_stale(self) -> None:
        self.run_workflow(None, None, {}, fresh=False)

    @rule(fresh=st.booleans(), data=st.data())
    def run_a_part(self, data: st.DataObject, fresh: bool) -> None:
        start = self.draw_step(data) if data.draw(st.booleans()) else None
        until = self.draw_step(data) if data.draw(st.booleans()) else None
        self.run_workflow(start, until, {}, fresh=fresh)

    @rule(data=st.data())
    def run_with_another_version(self, data: st.DataObject) -> None:
        name = self.draw_step(data)
        number = data.draw(st.sampled_from(sorted(self.predicted.steps[name].kept)))
        self.run_workflow(None, None, {name: number}, fresh=False)

    def run_workflow(
        self, start: str | None, until: str | None, versions: dict[str, int], *, fresh: bool
    ) -> None:
        if start and until:
            needs = {name: set(step.setup.needs()) for name, step in self.predicted.steps.items()}
            if start not in closed([until], needs):
                until = None
        chosen = self.predicted.chosen(start, until, versions)

        async def run() -> list[str]:
            async with asyncio.timeout(LIMIT_S):
                return await self.bench.ran(
                    start=start, until=until, versions=versions, fresh=fresh
                )

        sent = self.loop.run(run())
        assert sent == self.predicted.run(chosen, versions, fresh)

    @precondition(lambda self: self.predicted.steps)
    @invariant()
    def stands_as_predicted(self) -> None:
        predicted = {name: state.status for name, state in self.predicted.states().items()}
        assert self.loop.run(self.bench.states()) == predicted


def setups(before: list[str]) -> st.SearchStrategy[Setup]:
    """What workflow.yaml may say of a step that comes after these."""
    sources = [("value", "a value"), ("value", "content"), ("file", "input.txt")]
    sources += [("step", name) for name in before] * 2
    return st.builds(
        lambda source, **more: Setup(*source, **more),
        st.sampled_from(sources),
        second=st.sampled_from([None, *before]),
        temperature=st.sampled_from([None, None, 0.5]),
        model=st.sampled_from([None, None, "large"]),
        response=st.sampled_from(["text", "text", "markdown"]),
    )


Staleness.TestCase.settings = settings(
    max_examples=50,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestStaleness = Staleness.TestCase
