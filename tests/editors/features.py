"""What a user of any editor can do with Fourfold: the rows of README's table, in its order."""

from __future__ import annotations

FEATURES = {
    "history": "See a prompt's versions",
    "save": "A version with each save",
    "switch": "Make a version current",
    "undo": "Take a switch back",
    "run": "Run, with progress",
    "response": "Read the response",
    "compare": "Compare versions",
    "cancel": "Cancel a run",
    "quit": "Quit during a run: nothing lost",
    "mistakes": "See what is wrong as you type",
    "completion": "Complete keys and inputs",
}
