"""What an endpoint says, made fit to be shown: no key in it, one line, not too long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fourfold.user.secret import MASK

if TYPE_CHECKING:
    from fourfold.user.secret import Secret

LIMIT = 300
SHORTEST_KEY = 4
KEY_LIKE = re.compile(
    r"(?:\b(?:sk|pk|rk|gsk|xai|key|AIza)[-_][\w\-*.]{6,}|Bearer\s+\S+)", re.IGNORECASE
)


def redact(text: str, key: Secret | None) -> str:
    """`text` on one line of at most 300 characters, without `key` and what looks like one."""
    # Shorter ones are made up, for servers that want a key and take any.
    if key is not None and len(key.reveal()) >= SHORTEST_KEY:
        text = text.replace(key.reveal(), MASK)
    text = " ".join(KEY_LIKE.sub(MASK, text).split())
    return text if len(text) <= LIMIT else text[: LIMIT - 1] + "…"


def error_message(body: Any) -> str:
    """The message inside an error answer's decoded JSON, "" where there is none.

    OpenAI says `{"error": {"message": …}}`; others `{"error": "…"}`, `{"message": …}`,
    `{"detail": …}`, `{"detail": [{"msg": …}]}`, and Gemini puts all of it in a list. A body that is
    no JSON, a web page say, has no message.
    """
    while isinstance(body, dict | list):
        if isinstance(body, list):
            body = body[0] if body else None
        else:
            names = ("error", "message", "detail", "msg")
            body = next((body[name] for name in names if body.get(name)), None)
    return body if isinstance(body, str) and "<html" not in body[:500].lower() else ""
