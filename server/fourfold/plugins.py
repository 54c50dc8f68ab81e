"""What other packages add to Fourfold: their entry points in the group `fourfold`.

A plugin is a module or an object whose functions are marked with `hookimpl` and named as one of
`Hooks`:

    from fourfold.plugins import hookimpl

    @hookimpl
    def fourfold_step_classes():
        return [TranslationStep]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fourfold.llm.integration import LLMIntegration
    from fourfold.steps.base import BaseStep

GROUP = "fourfold"

hookimpl = pluggy.HookimplMarker(GROUP)
_hookspec = pluggy.HookspecMarker(GROUP)


class Hooks:
    """What a plugin may offer; each function is called once, when it is first needed."""

    @_hookspec
    def fourfold_step_classes(self) -> list[type[BaseStep]]:  # type: ignore[empty-body]
        """Classes of steps, each with a `type` of its own, for `type:` in workflow.yaml."""

    @_hookspec
    def fourfold_integrations(  # type: ignore[empty-body]
        self,
    ) -> Mapping[str, Callable[[], LLMIntegration]]:
        """Ways to call models by name: the model `NAME/ID` is the model ID of the integration that
        the function builds, on its first use."""


@dataclass(slots=True)
class Plugins:
    """The plugins that could be loaded; `notices` name the others, for the user."""

    manager: pluggy.PluginManager
    notices: list[str] = field(default_factory=list)

    def offers(self, hook: str) -> Iterator[tuple[str, Any]]:
        """What each plugin gives for the `hook`, with the plugin's name.

        One that fails gives nothing, and a notice says so.
        """
        for name, plugin in self.manager.list_name_plugin():
            others = [other for other in self.manager.get_plugins() if other is not plugin]
            caller = self.manager.subset_hook_caller(hook, others)
            try:
                yield from ((name, offer) for offer in caller())
            except Exception as error:
                self.leave_out(name, error)

    def take_notices(self) -> list[str]:
        """What the user has not been told yet."""
        taken, self.notices = self.notices, []
        return taken

    def leave_out(self, name: str, error: object) -> None:
        """Note that the plugin `name`, or a part of it, is not used because of the `error`."""
        said = str(error) or type(error).__name__
        self.notices.append(
            f"The plugin {name} cannot be used in full: {said.rstrip('.')}. Update it or remove it."
        )


@cache
def plugins() -> Plugins:
    """The installed plugins, loaded with the first call."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(Hooks)
    found = Plugins(manager)
    for entry_point in entry_points(group=GROUP):
        try:
            manager.register(entry_point.load(), entry_point.name)
        except (Exception, SystemExit) as error:
            found.leave_out(entry_point.name, error)
    return found
