"""The name that was probably meant by one that there is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_NAMES = 8
_SIMILAR = 75


def one_of(name: str, known: Iterable[str], none: str = "there is none yet.") -> str:
    """The rest of a sentence that says what could have been meant; `none` where nothing is."""
    names = list(known)
    if (near := nearest(name, names)) is not None:
        return f"did you mean {near}?"
    if not names:
        return none
    more = ", …" if len(names) > _MOST_NAMES else ""
    return f"use one of {', '.join(names[:_MOST_NAMES])}{more}."


def meant(name: str, known: Iterable[str]) -> str:
    """The rest of a sentence that has said that there is no such name: the one that was probably
    meant, else the first of those there are."""
    names = list(known)
    if (near := nearest(name, names)) is not None:
        return f"did you mean {near}?"
    more = ", …" if len(names) > _MOST_NAMES else ""
    return f"there are {', '.join(names[:_MOST_NAMES]) or 'none yet'}{more}."


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant: one that ends so, else the most similar one."""
    from rapidfuzz.fuzz import ratio
    from rapidfuzz.process import extractOne

    names = list(known)
    ends_so = [it for it in names if it.rpartition("/")[2] == name.rpartition("/")[2]]
    if len(ends_so) == 1:
        return ends_so[0]
    found = extractOne(name, names, scorer=ratio, processor=str.casefold, score_cutoff=_SIMILAR)
    return None if found is None else found[0]
