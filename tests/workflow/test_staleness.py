"""Random workflows, edits and failures, against a prediction of what is stale and runs again."""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from fourfold.llm.integration import ResolvedModel
from workflow.prediction import IGNORES_X, KEPT, Prediction, Setup, Step, Y, closed
from workflow.support import Model, bench, failure

MOST_STEPS = 7
VARIANTS = "PQR"
LIMIT_S = 30


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
        self.bench.project.write_text(file, step.kept[number])
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
        if start and until and start not in closed([until], self.predicted.needs()):
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
