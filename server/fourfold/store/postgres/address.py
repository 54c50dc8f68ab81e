"""Where a team's database is, as it may be said: its address can hold a password."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[\w./:@-]+")
_NAMED = "The team's database"


def shown(parts: dict[str, object]) -> str:
    """`The team's database db.example.org/prompts`, of what libpq makes of an address; without a
    place where that is odd, as it is where a password was not escaped."""
    host = parts.get("host") or parts.get("hostaddr")
    place = "/".join(str(part) for part in (host, parts.get("dbname")) if part)
    fits = _PLAIN.fullmatch(place) and "@" not in place
    return f"{_NAMED} {place}" if fits else _NAMED
