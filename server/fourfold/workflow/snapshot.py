"""How the workflow of a folder stands at one moment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fourfold.text.same import content_hash
from fourfold.workflow.evaluation import StepFacts, StepState, by_step, evaluate, order_of
from fourfold.workflow.file.configuration import StepConfig, default_step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fourfold.project.project import Project
    from fourfold.store.facts import Result, StepNow
    from fourfold.workflow.file.configuration import WorkflowConfig
    from fourfold.workflow.input_files import InputFiles


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The steps that have versions: what is said of them, what they are made of, how they stand."""

    config: WorkflowConfig
    now: Mapping[str, StepNow]
    facts: Mapping[str, StepFacts]
    order: Sequence[str]
    results: Sequence[Result]
    states: Mapping[str, StepState]

    def config_of(self, step: str) -> StepConfig:
        """What workflow.yaml says of a step, or what goes without saying."""
        return self.config.by_id.get(step) or default_step(step)

    def graph(self) -> dict[str, list[str]]:
        """Which steps each step takes responses of, in the order of the workflow."""
        return {
            step: list(self.facts[step].needs.values()) for step in self.config.ordered(self.facts)
        }


def read_snapshot(project: Project) -> Snapshot:
    """The snapshot of now, from the database and workflow.yaml; no prompt file is read."""
    config = project.workflow()
    model = config.model or project.settings.model
    now = {one.step: one for one in project.store.steps_now()}
    last = project.last_snapshot
    before = last.facts if last is not None and last.config is config else {}
    facts = {}
    for step, one in now.items():
        said = config.by_id.get(step)
        rest = project.configuration_names.of(said or default_step(step), model)
        fact, of_now = before.get(step), (one.hash, rest, one.executed)
        if fact is None or (fact.version, fact.rest, fact.executed) != of_now:
            fact = StepFacts(one.hash, rest, needs(said), one.executed)
        facts[step] = fact
    results = project.store.results()
    if last is None or last.config is not config or last.facts.keys() != facts.keys():
        order: Sequence[str] = order_of(facts)
    elif (last.now, last.facts, last.results) == (now, facts, results):
        return last
    else:
        order = last.order
    states = evaluate(facts, by_step(results), order)
    project.last_snapshot = Snapshot(config, now, facts, order, results, states)
    return project.last_snapshot


def needs(config: StepConfig | None) -> dict[str, str]:
    """The steps whose responses a step takes, by input."""
    if config is None:
        return {}
    return {name: one.value for name, one in config.inputs.items() if one.kind == "step"}


class ConfigurationNames:
    """Names for all that workflow.yaml and the settings say of a step but its dependencies."""

    def __init__(self, files: InputFiles) -> None:
        self._files = files
        self._known: dict[str, tuple[StepConfig, str | None, str, list[str]]] = {}

    def of(self, config: StepConfig, model: str | None) -> str:
        """The name for what is said of a step; `model` is the one where it asks for none."""
        known = self._known.get(config.id)
        if known is None or known[:2] != (config, model):
            response = config.response
            said = [
                *(config.type, config.model or model, config.options, _values(config)),
                *(response.kind, response.schema, response.folder),
            ]
            inputs = [source for _, source in sorted(config.inputs.items())]
            files = [source.value for source in inputs if source.kind == "file"]
            known = self._known[config.id] = (config, model, content_hash(_json(said)), files)
        _, _, name, files = known
        return ",".join([name, *map(self._files.name_of, files)]) if files else name


def _values(config: StepConfig) -> list[list[Any]]:
    return [
        [name, source.kind, None if source.kind == "step" else source.value]
        for name, source in sorted(config.inputs.items())
    ]


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    return dict(value) if hasattr(value, "items") else str(value)
