"""What counts as the same text: line endings and a byte-order mark make no difference."""

from __future__ import annotations

import hashlib

BYTE_ORDER_MARK = "\ufeff"


def normalize(text: str) -> str:
    """`text` without a byte-order mark and with LF line endings, as versions keep it."""
    return text.removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n")


def content_hash(normalized: str) -> str:
    """A name for a normalised text: 32 hexadecimal digits of BLAKE2b."""
    return hashlib.blake2b(normalized.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def count_words(text: str) -> int:
    """Words as `wc -w` counts them."""
    return len(text.split())
