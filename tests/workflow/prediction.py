"""A workflow as it ought to be: what is stale in it, and what a run of it sends.

What steps are made of is compared by value: texts, settings, contents of files, responses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT = 4
IGNORES_X = "{% if false %}{{ x }}{% endif %}"
Y = "{% if y is defined and y %} {{ y }}{% endif %}"


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
    """A step of the model: its kept texts by number, the text that the last save pushed out, and
    its runs from the oldest to the newest, which go with their texts."""

    setup: Setup
    kept: dict[int, str] = field(default_factory=dict)
    current: int = 0
    last: int = 0
    runs: list[Outcome] = field(default_factory=list)
    executed: bool = False
    aside: str | None = None

    def save(self, text: str) -> None:
        for number, kept in self.kept.items():
            if kept == text:
                self.current = number
                return
        full = len(self.kept) == KEPT
        if full and self.aside != text:
            self.runs = [run for run in self.runs if run.made.text != self.aside]
        if full or self.aside == text:
            self.aside = None
        if full:  # never the version that the new one was made from
            gone = min(number for number in self.kept if number != self.current)
            self.aside = self.kept.pop(gone)
        self.last += 1
        self.kept[self.last] = text
        self.current = self.last


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
                status = "failed" if good is None else "succeeded"
            offered = good or last
            states[name] = State(status, good is not None, offered.response if offered else None)
        return states

    def needs(self) -> dict[str, set[str]]:
        """Which steps each step takes responses of."""
        return {name: set(step.setup.needs()) for name, step in self.steps.items()}

    def chosen(self, start: str | None, until: str | None, versions: dict[str, int]) -> set[str]:
        needs = self.needs()
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


def turned(needs: dict[str, set[str]]) -> dict[str, set[str]]:
    return {name: {other for other in needs if name in needs[other]} for name in needs}


def closed(start: Iterable[str], along: dict[str, set[str]]) -> set[str]:
    found = set(start)
    while more := {other for name in found for other in along[name]} - found:
        found |= more
    return found
