"""Imports openai in two thirds of its time, and of its memory.

Its packages of types import all their modules, 470 for everything that any of its endpoints takes
or gives, of which a chat needs 80. Here a package imports its modules when something is asked of
it.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader
from importlib.machinery import PathFinder
from threading import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_TYPES = "openai.types"


@contextmanager
def types_on_demand() -> Iterator[None]:
    """What imports openai within this does so without types that nobody has asked for. What it has
    imported by then, or imports later, is as ever."""
    sys.meta_path.insert(0, _Finder)
    try:
        yield
    finally:
        sys.meta_path.remove(_Finder)


class _Finder:
    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != _TYPES and not name.startswith(f"{_TYPES}."):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None and spec.submodule_search_locations:
            spec.loader = _Late(spec.loader)
        return spec


class _Late(Loader):
    """Loads a package once something is missing in it that is no module of its."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._lock = RLock()

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        def missing(name: str) -> Any:
            if name.startswith("__") and name != "__all__":
                raise AttributeError(name)  # what Python asks of any module
            if PathFinder.find_spec(f"{module.__name__}.{name}", module.__path__) is not None:
                return import_module(f"{module.__name__}.{name}")
            with self._lock:
                if vars(module).pop("__getattr__", None) is not None:
                    self._loader.exec_module(module)
            return getattr(module, name)

        vars(module)["__getattr__"] = missing
