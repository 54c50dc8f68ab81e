"""Role markers: lines such as `system:` that open a message.

Markers are replaced by a secret mark before rendering, so that only the file's own lines open a
message, and a value that happens to hold such a line stays text.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from fourfold.prompts.formats.prompty import MESSAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARKER = re.compile(MESSAGE, re.IGNORECASE | re.MULTILINE)
# digits only: filters such as `upper` leave it as it is
_SECRET = str(secrets.randbits(128))
_MARK = re.compile(rf"⟦{_SECRET}:(system|developer|user|assistant)⟧", re.IGNORECASE)


def mark_roles(body: str, spans: Sequence[tuple[int, int]] | None) -> str:
    """`body` with its role markers made unforgeable; its lines stay where they are.

    `spans` are the offsets of plain text between Jinja blocks, in order; None means all of it.
    """
    parts: list[str] = []
    done = 0
    span = 0
    for match in _MARKER.finditer(body):
        start = match.start(1)
        if spans is not None:
            while span < len(spans) and spans[span][1] <= start:
                span += 1
            if span == len(spans) or start < spans[span][0]:
                continue
        parts += (body[done : match.start()], f"⟦{_SECRET}:{match[1].lower()}⟧")
        done = match.end()
    return "".join([*parts, body[done:]])


def split_roles(rendered: str, default_role: str) -> list[dict[str, str]]:
    """The messages of a rendered text. Text without any marker has the `default_role`;
    text before the first marker is the system's. Blank lines around a message are dropped.
    """
    pieces = _MARK.split(rendered)
    before = trim_blank_lines(pieces[0])
    messages = []
    if before.strip():
        role = default_role if len(pieces) == 1 else "system"
        messages.append({"role": role, "content": before})
    for role, content in zip(pieces[1::2], pieces[2::2], strict=True):
        messages.append({"role": role.lower(), "content": trim_blank_lines(content)})
    return messages


def trim_blank_lines(text: str) -> str:
    """`text` without the blank lines it starts and ends with; other blanks stay."""
    body = text.lstrip()
    lead = text[: len(text) - len(body)]
    core = body.rstrip()
    tail = body[len(core) :]
    return lead.rpartition("\n")[2] + core + tail.partition("\n")[0]
