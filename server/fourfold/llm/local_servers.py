"""Servers of models on this machine that need no key, where one runs: `local/ollama/ID`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fourfold.llm.endpoints import Endpoint, is_loopback, normalize_endpoint
from fourfold.llm.integration import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

LOCAL = "local"
"""What the names of their models begin with: gateways have models of their own below `ollama/`."""

_OLLAMA = "http://127.0.0.1:11434/v1"
_OTHERS = {
    "lmstudio": Endpoint("http://127.0.0.1:1234/v1"),
    "llamacpp": Endpoint("http://127.0.0.1:8080/v1"),
}


def local_servers(environment: Mapping[str, str]) -> dict[str, Endpoint]:
    """Where each of them listens, by its name, if it runs: at the port that it has by itself, or
    where OLLAMA_HOST says. One that is not on this machine is none of them."""
    ollama = _ollama(environment.get("OLLAMA_HOST", "").strip())
    return {**({"ollama": Endpoint(ollama)} if is_loopback(ollama) else {}), **_OTHERS}


def _ollama(host: str) -> str:
    """The address for OLLAMA_HOST, often what the server listens on: `0.0.0.0`, `:8000`."""
    scheme, separator, place = host.rpartition("://")
    address, colon, port = place.rstrip("/").rpartition(":")
    if not colon:
        address, port = place.rstrip("/"), "11434"
    address = "127.0.0.1" if address in ("", "0.0.0.0", "[::]") else address  # noqa: S104
    try:
        return normalize_endpoint(f"{scheme if separator else 'http'}://{address}:{port}/v1")
    except ModelError:
        return _OLLAMA


def split_local(name: str) -> tuple[str, str] | None:
    """The server and the id of a name such as `local/ollama/llama3.2`; None for another."""
    prefix, _, rest = name.partition("/")
    server, _, model = rest.partition("/")
    return (server, model) if prefix == LOCAL and server and model else None
