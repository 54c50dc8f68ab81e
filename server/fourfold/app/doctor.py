"""What Fourfold finds on this machine and in a workspace folder, what it does not, what to do."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from fourfold import __version__
from fourfold.errors import FourfoldError
from fourfold.llm.user_models import model_configuration
from fourfold.settings import WORKSPACE_FILE, check_settings, user_file
from fourfold.text import figures
from fourfold.workflow.checking import what_breaks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fourfold.llm.configuration import ModelConfiguration
    from fourfold.project.project import Project

State = Literal["ok", "absent", "wrong"]

_HOW_TO_HAVE_A_MODEL = (
    "run `fourfold model install` for the embedded one, or set OPENAI_API_KEY, or add "
    "[models.NAME] to your config.toml"
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was looked for (`name`) and what was `found`. What is `absent` may stay so, what is
    `wrong` keeps something from working; `advice` says what to do. No key is in it, only names."""

    name: str
    state: State
    found: str
    advice: str | None = None


def examine(project: Project) -> list[Diagnosis]:
    """Looks at everything that Fourfold needs. Nobody is asked over the network."""
    models = model_configuration(project.settings)
    return [
        Diagnosis("fourfold", "ok", f"{__version__} on {platform.platform()}"),
        Diagnosis("Python", "ok", f"{platform.python_version()} in {sys.prefix}"),
        *_settings(project),
        _prompts(project),
        *_workflow(project),
        _database(project),
        *_models(models),
        _embedded(models),
        *_keys(models),
        _git(project),
    ]


def _settings(project: Project) -> Iterator[Diagnosis]:
    for path, problems in check_settings(project.folder).items():
        name = WORKSPACE_FILE if path.name == WORKSPACE_FILE else f"your {user_file().name}"
        for _, sentence in problems:
            yield Diagnosis(name, "wrong", sentence, f"correct {path}")
        if not problems and path.is_file():
            yield Diagnosis(name, "ok", str(path))
        elif not problems:
            yield Diagnosis(name, "absent", f"no {path}, which is needed for settings only")


def _prompts(project: Project) -> Diagnosis:
    if amount := len(project.steps.all()):
        return Diagnosis(
            "prompts", "ok", f"{figures.counted(amount, 'prompt')} in {project.folder}"
        )
    advice = f"run `fourfold init` for a sample, or put one into {project.steps.home}"
    return Diagnosis("prompts", "absent", f"none in {project.folder}", advice)


def _workflow(project: Project) -> Iterator[Diagnosis]:
    if (reason := what_breaks(project)) is not None:
        yield Diagnosis("workflow.yaml", "wrong", reason, "`fourfold check` says all")
    elif project.workflow_file.is_file():
        yield Diagnosis("workflow.yaml", "ok", str(project.workflow_file))


def _database(project: Project) -> Diagnosis:
    if not project.is_used:
        return Diagnosis("database", "absent", "none yet; it comes with the first prompt used")
    try:
        steps = len(project.store.step_names())
    except FourfoldError as error:
        return Diagnosis("database", "wrong", str(error), "do what it says")
    if project.notices:
        return Diagnosis("database", "wrong", " ".join(project.notices), "look at the one kept")
    return Diagnosis("database", "ok", f"{figures.counted(steps, 'step')} in {project.folder}")


def _models(models: ModelConfiguration) -> Iterator[Diagnosis]:
    if models.openai is not None:
        chosen = models.openai_model or "the first that it offers"
        yield Diagnosis("model", "ok", f"{chosen} at {models.openai.host}")
    for model in models.named.values():
        yield Diagnosis("model", "ok", f"{model.name} at {model.endpoint.host}")
    for sentence in models.broken.values():
        yield Diagnosis("model", "wrong", sentence, f"correct it, in {models.config_path} say")


def _embedded(models: ModelConfiguration) -> Diagnosis:
    from fourfold.llm import embedded_files

    if (folder := embedded_files.find()) is not None:
        return Diagnosis("embedded model", "ok", str(folder))
    if models.openai is not None or models.named:
        advice = "run `fourfold model install` to run prompts without a key"
        return Diagnosis("embedded model", "absent", "not installed", advice)
    found = "not installed, and there is no other model"
    return Diagnosis("embedded model", "wrong", found, _HOW_TO_HAVE_A_MODEL)


def _keys(models: ModelConfiguration) -> Iterator[Diagnosis]:
    """The variables that hold keys, by their names."""
    used_by: dict[str, list[str]] = {"OPENAI_API_KEY": []}
    for model in models.named.values():
        if model.endpoint.key_env is not None:
            used_by.setdefault(model.endpoint.key_env, []).append(model.name)
    for variable, users in used_by.items():
        if os.environ.get(variable, "").strip():
            yield Diagnosis("key", "ok", f"{variable} is set")
        else:
            advice = f"set {variable} to use {', '.join(users)}" if users else None
            yield Diagnosis("key", "absent", f"{variable} is not set", advice)


def _git(project: Project) -> Diagnosis:
    if shutil.which("git") is None:
        return Diagnosis("git", "absent", "not found; Fourfold does without")
    above = (project.folder, *project.folder.parents)
    top = next((one for one in above if (one / ".git").exists()), None)
    return Diagnosis("git", "ok", f"repository {top}" if top else "found; this is no repository")
