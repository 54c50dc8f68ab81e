"""Addresses of OpenAI-compatible endpoints and the keys that belong to them."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fourfold.llm.integration import ModelError

if TYPE_CHECKING:
    from fourfold.user.secret import Secret

OPENAI_ENDPOINT = "https://api.openai.com/v1"
DEFAULT_PORTS = {"http": 80, "https": 443}
UNSAFE_CHARACTERS = re.compile(r"[\s\\\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One normalised address with the key that was given for it, if any.

    `key_env` names the environment variable that holds the key, for messages.
    """

    url: str
    key: Secret | None = None
    key_env: str | None = None

    @property
    def host(self) -> str:
        """Host and port as people see them."""
        return urlsplit(self.url).netloc

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.url)

    @property
    def is_openai(self) -> bool:
        """Whether OpenAI's own parameter names apply (OpenAI itself, or its service on Azure)."""
        host = urlsplit(self.url).hostname or ""
        return self.retires_models or host.endswith(".openai.azure.com")

    @property
    def is_anthropic(self) -> bool:
        """Whether it is Anthropic itself, whose batches are of its own kind."""
        return urlsplit(self.url).hostname == "api.anthropic.com"

    @property
    def retires_models(self) -> bool:
        """Whether models end here on the days that OpenAI names: on Azure they have days, and
        names, of their own."""
        host = urlsplit(self.url).hostname or ""
        return host == "api.openai.com" or host.endswith(".api.openai.com")


def normalize_endpoint(url: str) -> str:
    """`url` as scheme, host, port and path, so that equal addresses are equal texts.

    A ModelError says what is wrong with an address that cannot be used. Credentials inside an
    address are refused, because addresses are shown and logged.
    """
    text = url.strip()
    if UNSAFE_CHARACTERS.search(text):
        raise ModelError(f"The endpoint {text!r} is no address: use one like {OPENAI_ENDPOINT}.")
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        parts, port, host = urlsplit(""), None, ""
    scheme = parts.scheme.lower()
    if "@" in parts.netloc:
        raise ModelError(
            f"The endpoint at {host} has a user name or key inside its address: take it out and"
            " name the variable that holds the key in `keyEnv`."
        )
    if scheme not in DEFAULT_PORTS or not host:
        raise ModelError(
            f"The endpoint {text!r} cannot be used: give one that starts with https:// or http://,"
            f" like {OPENAI_ENDPOINT}."
        )
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    return f"{scheme}://{host}{parts.path.rstrip('/')}"


def is_loopback(url: str) -> bool:
    """Whether the address stays on this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
