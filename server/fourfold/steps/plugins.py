"""The classes of steps that plugins and programs add."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from fourfold.errors import InvalidArgumentError
from fourfold.plugins import plugins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.steps.base import BaseStep

StepClass = TypeVar("StepClass", bound="type[BaseStep]")

_registered: dict[str, type[BaseStep]] = {}


def register_step(step_class: StepClass) -> StepClass:
    """Adds a class of steps to this process, so that no package has to be installed.

        @fourfold.register_step
        class Glossary(fourfold.BaseStep):
            type = "glossary"

    A step gets it by `type: glossary` in workflow.yaml, or by that name. It stands for a built-in,
    installed or earlier one of the same `type`. InvalidArgumentError for what is no such class.
    """
    if (reason := _why_none(step_class)) is not None:
        raise InvalidArgumentError("step_class", f"{reason}.")
    _registered[step_class.type] = step_class
    return step_class


def added_step_classes() -> Mapping[str, type[BaseStep]]:
    """The classes of plugins, and those that this process has registered, by their `type`."""
    return {**plugin_step_classes(), **_registered}


@cache
def plugin_step_classes() -> Mapping[str, type[BaseStep]]:
    """The step classes of the installed plugins by their `type`.

    What is no step class, has no type or one that is taken is left out, with a notice.
    """
    found: dict[str, type[BaseStep]] = {}
    installed = plugins()
    for name, offer in installed.offers("fourfold_step_classes"):
        for step_class in offer if isinstance(offer, (list, tuple)) else [offer]:
            if (reason := _why_none(step_class)) is not None:
                installed.leave_out(name, reason)
            elif step_class.type in found:
                installed.leave_out(name, f"there are two classes of the type {step_class.type}")
            else:
                found[step_class.type] = step_class
    return found


def _why_none(step_class: Any) -> str | None:
    """Why something cannot be a class of steps; None where it can."""
    from fourfold.steps.base import BaseStep

    if not (isinstance(step_class, type) and issubclass(step_class, BaseStep)):
        return f"{step_class!r:.100} is no subclass of BaseStep"
    if not step_class.type or not isinstance(step_class.type, str):
        return f"{step_class.__name__} has no type"
    return None
