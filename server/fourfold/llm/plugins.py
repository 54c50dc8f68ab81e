"""The integrations that plugins add."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.llm.integration import LLMIntegration


@cache
def plugin_integrations() -> Mapping[str, Callable[[], LLMIntegration]]:
    """How to build each integration of the installed plugins, by the name it is asked for with.

    What is none is left out, with a notice; of two with one name the first counts.
    """
    from fourfold.plugins import plugins

    found: dict[str, Callable[[], LLMIntegration]] = {}
    installed = plugins()
    for plugin, offer in installed.offers("fourfold_integrations"):
        if not isinstance(offer, Mapping):
            installed.leave_out(plugin, "fourfold_integrations gave no mapping")
            continue
        for name, factory in offer.items():
            if not isinstance(name, str) or not name or "/" in name or not callable(factory):
                installed.leave_out(plugin, f"{name!r:.100} names no integration")
            elif name in found:
                installed.leave_out(plugin, f"there are two integrations called {name}")
            else:
                found[name] = factory
    return found
