"""What can be typed at a place of `workflow.yaml`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from fourfold.source.yaml_cursor import ITEM
from fourfold.steps.responses.reading import KINDS
from fourfold.workflow.file.configuration import default_title
from fourfold.workflow.file.renaming import spelled
from fourfold.workflow.graph import dependents, reached

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fourfold.prompts.template import PromptTemplateVariable
    from fourfold.source.yaml_cursor import Cursor
    from fourfold.workflow.file.configuration import WorkflowConfig

    Inputs = Mapping[str, Sequence[PromptTemplateVariable] | None]

_WORKFLOW = {"name": "its name", "model": "for all steps", "steps": "in their order"}
_STEP = {
    "title": "shown in place of its name",
    "type": "what is made of its response",
    "model": "for this step",
    "options": "of the model, such as temperature",
    "inputs": "where their values come from",
    "response": "what it has to be",
    "steps": "its sub-steps",
}
_SOURCE = {
    "step": "the response of a step",
    "file": "a file below the workspace folder",
    "value": "as it stands here",
}
_RESPONSE = {
    "kind": ", ".join(KINDS),
    "schema": "a JSON schema for what it holds",
    "retries": "how often to ask again, 0 to 10",
    "folder": "where the files of its code belong",
}
_OPTIONS = {
    "temperature": "a number",
    "maxOutputTokens": "a whole number",
    "topP": "a number",
    "topK": "a whole number",
    "frequencyPenalty": "a number",
    "presencePenalty": "a number",
    "seed": "a whole number",
    "stopSequences": "a list of texts",
    "reasoningEffort": "a text",
    "additionalProperties": "whatever else the model knows",
}
_SECTIONS: dict[tuple[str, ...], dict[str, str]] = {
    (): _STEP,
    ("inputs", "*"): _SOURCE,
    ("options",): _OPTIONS,
    ("response",): _RESPONSE,
}
_MAPPINGS = {"steps", "inputs", "options", "response", "schema", "additionalProperties"}


@dataclass(frozen=True, slots=True)
class Known:
    """What names there are: steps with the inputs of their prompts, models, step types."""

    config: WorkflowConfig
    inputs: Inputs
    models: Sequence[str] = ()
    types: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """`text` in place of the cursor's word; `label` and `detail` are what the user sees."""

    label: str
    text: str
    detail: str
    kind: Literal["step", "input", "key", "value"]


def complete(cursor: Cursor, known: Known) -> list[Completion]:
    """Everything that can stand at the cursor, the likeliest first."""
    if ITEM in cursor.path:
        return []  # nothing of ours is in a list
    step, rest = _split(cursor.path)
    if cursor.slot == "key":
        found = [one for one in _keys(step, rest, known) if one.label not in cursor.others]
        return found if cursor.has_colon else [_with_colon(one, cursor.flow) for one in found]
    before = " " if cursor.needs_space else ""
    return [replace(one, text=before + one.text) for one in _values(step, rest, known)]


def _split(path: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The step that a path leads to ("" outside all), and the rest of the path inside of it.

    The rest is `steps` for the mapping of sub-steps, and has `*` for the name of an input.
    """
    parts: list[str] = []
    while path[:1] == ("steps",) and path[1:]:
        parts.append(path[1])
        path = path[2:]
    if path[:1] == ("inputs",) and path[1:]:
        path = ("inputs", "*", *path[2:])
    return "/".join(parts), path


def _keys(step: str, rest: tuple[str, ...], known: Known) -> Iterator[Completion]:
    if rest == ("steps",):
        titles = _titles(known)
        for name in _names_below(step, known.inputs):
            title = titles.get(f"{step}/{name}" if step else name) or default_title(name)
            yield Completion(name, spelled("", name), title, "step")
    elif rest == ("inputs",) and step:
        for variable in known.inputs.get(step) or ():
            detail = variable.description or variable.kind
            yield Completion(variable.name, spelled("", variable.name), detail, "input")
    else:
        section = _SECTIONS.get(rest, {}) if step else _WORKFLOW if not rest else {}
        for name, detail in section.items():
            yield Completion(name, name, detail, "key")


def _names_below(step: str, ids: Iterable[str]) -> list[str]:
    """The names of the steps right below one, those of folders without a prompt too."""
    prefix = f"{step}/" if step else ""
    below = (it.removeprefix(prefix).split("/")[0] for it in ids if it.startswith(prefix))
    return list(dict.fromkeys(below))


def _with_colon(found: Completion, flow: bool) -> Completion:
    opens = found.kind == "step" or found.label in _MAPPINGS
    return replace(found, text=found.text + (":" if opens and not flow else ": "))


def _values(step: str, rest: tuple[str, ...], known: Known) -> Iterator[Completion]:
    if rest == ("model",):
        for name in known.models:
            yield Completion(name, spelled("", name), "a model", "value")
    elif not step:
        return
    elif rest == ("type",):
        for name in known.types:
            yield Completion(name, spelled("", name), "a type of step", "value")
    elif rest == ("response", "kind"):
        for kind, it in KINDS.items():
            yield Completion(kind, kind, it.detail, "value")
    elif rest in (("inputs", "*"), ("inputs", "*", "step")):
        titles = _titles(known)
        for source in _sources(step, known):
            title = titles.get(source) or default_title(source)
            text = spelled("", source)
            if rest[-1] == "step":
                yield Completion(source, text, title, "step")
            else:
                text = f"{{step: {text}}}"
                yield Completion(text, text, title, "step")


def _titles(known: Known) -> dict[str, str]:
    return {step.id: step.title for step in known.config.walk()}


def _sources(step: str, known: Known) -> list[str]:
    """The steps whose response a step can take: those that do not wait for it."""
    needs = {
        it.id: [source.value for source in it.inputs.values() if source.kind == "step"]
        for it in known.config.walk()
    }
    waiting = reached(dependents(needs), [step]) | {step}
    return [it for it in known.config.ordered(known.inputs) if it not in waiting]
