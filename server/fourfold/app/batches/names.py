"""How requests are called: by what they ask for, so that any process calls them the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.runs.fingerprint import fingerprint
from fourfold.store.facts import NAME_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fourfold.llm.integration import ChatRequest, ResolvedModel
    from fourfold.runs.request import RunRequest


def name_of(model: ResolvedModel, request: RunRequest | ChatRequest) -> bytes:
    """The name of a request to `model`."""
    return bytes.fromhex(fingerprint(model, request.messages, request.parameters, request.repeat))


def as_name(text: str) -> bytes:
    """The name that a service gives back; empty where it is none."""
    try:
        name = bytes.fromhex(text)
    except ValueError:
        return b""
    return name if len(name) == NAME_BYTES else b""


def packed(names: Iterable[bytes]) -> bytes:
    return b"".join(names)


def unpacked(names: bytes) -> Iterator[bytes]:
    """The names in a `KeptBatch`."""
    for place in range(0, len(names) - NAME_BYTES + 1, NAME_BYTES):
        yield names[place : place + NAME_BYTES]
