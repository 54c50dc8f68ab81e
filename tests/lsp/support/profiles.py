"""Editors as the server sees them: what they announce, and what they do that they do not announce.

`profiles/*.json` hold the announced capabilities: those of pytest-lsp, those recorded from VS Code,
Neovim, Emacs, ALE, coc.nvim, vim-lsp and Kate 22.12, and those of Helix, Zed, Sublime Text, newer
Kates and LSP4IJ as their sources have them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parent.parent / "profiles"

EMPTY: dict[str, Any] = {}
NEVER = object()


@dataclass(frozen=True)
class Habits:
    """What an editor does apart from its capabilities.

    `announces_saves`: it sends the willSave that it announces. `tells_reason`: willSave says
    whether a save was automatic. `opens_any_scheme`: showDocument works for other URIs than files.
    `stale_edit`: what happens to an edit for an older version.
    `dismissal`: how a question is answered that the user closes.
    """

    announces_saves: bool = True
    tells_reason: bool = False
    opens_any_scheme: bool = False
    stale_edit: Literal["refuse", "lie", "error"] = "refuse"
    dismissal: Any = None


HABITS = {
    "visual_studio_code": Habits(tells_reason=True, opens_any_scheme=True),
    "neovim": Habits(opens_any_scheme=True, stale_edit="lie"),
    "emacs": Habits(stale_edit="error"),
    "helix": Habits(),
    "zed": Habits(),
    "sublime_text": Habits(opens_any_scheme=True),
    "kate": Habits(dismissal=EMPTY),
    "ale": Habits(dismissal=NEVER),
    "coc": Habits(opens_any_scheme=True),
    "vim_lsp": Habits(),
    "lsp4ij": Habits(announces_saves=False, stale_edit="lie", dismissal=NEVER),
}

NAMES = {
    "visual_studio_code_v1.139.1": "VS Code 1.139",
    "neovim_v0.11.4": "Neovim 0.11",
    "emacs_eglot_v1.9": "Emacs 28 (eglot)",
    "emacs_lsp_mode_v8.0.0": "Emacs 28 (lsp-mode)",
    "ale_v3.3.0": "Vim 9 (ALE)",
    "coc_v0.0.82": "Vim 9 (coc.nvim)",
    "vim_lsp_v0.1.4": "Vim 9 (vim-lsp)",
    "helix_v25.07": "Helix 25.07",
    "zed_v0.15x": "Zed 0.15x",
    "sublime_text_lsp_v2.13.0": "Sublime Text (LSP 2.13)",
    "kate_v22.12": "Kate 22.12",
    "kate_v26.08": "Kate 26.08",
    "lsp4ij_v0.20": "JetBrains (LSP4IJ 0.20)",
}
"""The editors as README's table calls them, with their profiles."""

EDITORS = list(NAMES)
"""One profile for each editor."""

ALL = sorted(path.stem for path in FOLDER.glob("*.json"))


@dataclass(frozen=True)
class Profile:
    """One editor. `capabilities` is JSON, as in `initialize`."""

    name: str
    client_info: dict[str, str] | None
    capabilities: dict[str, Any]
    habits: Habits

    def get(self, path: str, default: Any = None) -> Any:
        """A capability by its path: `profile.get("workspace.codeLens.refreshSupport")`."""
        value: Any = self.capabilities
        for key in path.split("."):
            if not isinstance(value, dict) or key not in value:
                return default
            value = value[key]
        return value

    def announcing(self, **experimental: Any) -> Profile:
        """The same editor with a Fourfold extension: `announcing(events=True)`."""
        merged = {**(self.get("experimental") or {}), "fourfold": experimental}
        return replace(self, capabilities={**self.capabilities, "experimental": merged})


def load(name: str) -> Profile:
    """The profile `profiles/<name>.json`."""
    data = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    habits = next(habits for editor, habits in HABITS.items() if name.startswith(editor))
    return Profile(name, data["clientInfo"], data["capabilities"], habits)
