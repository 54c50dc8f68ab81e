"""The classes of steps that plugins add."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from fourfold.plugins import plugins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fourfold.workflow.steps.base import BaseStep


@cache
def plugin_step_classes() -> Mapping[str, type[BaseStep]]:
    """The step classes of the installed plugins by their `type`.

    What is no step class, has no type or one that is taken is left out, with a notice.
    """
    from fourfold.workflow.steps.base import BaseStep

    found: dict[str, type[BaseStep]] = {}
    installed = plugins()
    for name, offer in installed.offers("fourfold_step_classes"):
        for step_class in offer if isinstance(offer, (list, tuple)) else [offer]:
            if not (isinstance(step_class, type) and issubclass(step_class, BaseStep)):
                installed.leave_out(name, f"{step_class!r:.100} is no subclass of BaseStep")
            elif not step_class.type or not isinstance(step_class.type, str):
                installed.leave_out(name, f"{step_class.__name__} has no type")
            elif step_class.type in found:
                installed.leave_out(name, f"there are two classes of the type {step_class.type}")
            else:
                found[step_class.type] = step_class
    return found
