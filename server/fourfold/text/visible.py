"""Text of others, written so that nothing in it acts or hides: each such character as `<U+202E>`.

A terminal obeys control characters, marks of direction let a line read as another one, and what
is invisible can carry what nobody has seen.
"""

from __future__ import annotations

import json
import re

_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_ACTING = re.compile(
    rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029{_DIRECTION}\ud800-\udfff]|\r(?!\n)"
)
_LINE_ENDS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")

# Format characters, fillers, blanks without ink, variation selectors, tags.
_HIDDEN = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_EMOJI = "\u203c-\u3299\U0001f000-\U0001faff"
_JOINED_SCRIPTS = "\u0620-\u0dff"
_INVISIBLE = re.compile(
    rf"(?=[{_HIDDEN}])"
    rf"(?!(?<=[{_EMOJI}0-9#*])\ufe0f)"  # how an emoji is asked for
    rf"(?!(?<=[{_EMOJI}\ufe0f])\u200d[{_EMOJI}])"  # how emoji are joined
    rf"(?!(?<=[{_JOINED_SCRIPTS}])[\u200c\u200d][{_JOINED_SCRIPTS}])"  # how Persian is spelled
    r"."
)


def harmless(text: str) -> str:
    """`text` without what a terminal obeys or what reorders it; line ends and tabs stay."""
    return _ACTING.sub(_named, text)


def one_line(text: str) -> str:
    """The same on one line, for names and messages."""
    return harmless(_LINE_ENDS.sub(" ", text))


def visible(text: str) -> str:
    """The same with all that cannot be seen, for a text that somebody is to agree to."""
    return _INVISIBLE.sub(_named, harmless(text))


def visible_json(text: str) -> str:
    """JSON as it was, each such character written as an escape."""
    return _INVISIBLE.sub(_escape, _ACTING.sub(_escape, text))


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def _named(found: re.Match[str]) -> str:
    return f"<U+{ord(found[0]):04X}>"
