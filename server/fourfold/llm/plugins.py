"""The integrations that plugins and programs add."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from fourfold.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fourfold.llm.integration import LLMIntegration

_registered: dict[str, Callable[[], LLMIntegration]] = {}


def register_integration(name: str, factory: Callable[[], LLMIntegration]) -> None:
    """Adds a way to call models to this process, so that no package has to be installed.

        fourfold.register_integration("ours", OurIntegration)

    The model `ours/ID` is then the model ID of what `factory` builds, on its first use. It stands
    for an installed or earlier one of the same name. InvalidArgumentError for a name that is none,
    and for a factory that cannot be called.
    """
    if not _is_one(name, factory):
        raise InvalidArgumentError(
            "name", f"{name!r:.100} names no integration; give a name without / and a class."
        )
    _registered[name] = factory


def added_integrations() -> Mapping[str, Callable[[], LLMIntegration]]:
    """The integrations of plugins, and those that this process has registered, by their names."""
    return {**plugin_integrations(), **_registered}


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
            if not _is_one(name, factory):
                installed.leave_out(plugin, f"{name!r:.100} names no integration")
            elif name in found:
                installed.leave_out(plugin, f"there are two integrations called {name}")
            else:
                found[name] = factory
    return found


def _is_one(name: Any, factory: Any) -> bool:
    return isinstance(name, str) and bool(name) and "/" not in name and callable(factory)
