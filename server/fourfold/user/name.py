"""Who this is, to others who see what was run and rated here."""

from __future__ import annotations

import getpass


def user_name() -> str:
    """The name that the system has for the user, "" where it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
