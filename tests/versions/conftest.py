from __future__ import annotations

from support.fixtures import each_store, workspace

__all__ = ["each_store", "workspace"]
