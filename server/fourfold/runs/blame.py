"""Whose an exception is: what a class from outside raises is that class's, with its message."""

from __future__ import annotations

import logging
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fourfold.errors import FourfoldError
from fourfold.user.secret import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

_log = logging.getLogger(__name__)


@contextmanager
def blaming(owner: object) -> Iterator[None]:
    """Makes an exception of `owner`, where its class is none of Fourfold's, a FourfoldError that
    names the class and says what it said. Where it was raised is logged, for who wrote it."""
    try:
        yield
    except FourfoldError:
        raise
    except Exception as error:
        made = type(owner)
        if made.__module__.partition(".")[0] == "fourfold":
            raise
        name = f"{made.__qualname__} of {made.__module__}"
        where = "".join(traceback.format_tb(error.__traceback__))
        _log.error("%s failed with %s:\n%s", name, type(error).__name__, where)
        said = ": ".join(part for part in (type(error).__name__, str(error)) if part)
        raise FourfoldError(
            without_secrets(f"{name} failed ({said}); correct it, or tell those who wrote it.")
        ) from error
